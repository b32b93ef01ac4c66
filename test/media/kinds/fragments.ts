import { byFfmpeg, changed, type MediaCase, picture, tone, X264 } from '../case.ts'

const HEVC = '-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p'

/** Movies whose rest is in fragments, and what else MP4 has. */
export const FRAGMENTS: readonly MediaCase[] = [
  ...['mp4', 'mov'].flatMap((kind) => [
    byFfmpeg(
      `fragments-after-moov.${kind}`,
      picture('160x120', 15, 6),
      X264,
      '-g 30 -movflags frag_keyframe',
    ),
    byFfmpeg(
      `fragments-with-sound.${kind}`,
      picture('160x120', 30, 5),
      tone(32000, 5),
      X264,
      '-g 45 -c:a aac -ac 2 -movflags frag_keyframe',
    ),
  ]),
  byFfmpeg('video-mpeg4.mp4', picture('176x144', 25, 3), '-c:v mpeg4'),
  byFfmpeg('video-mpeg2.mp4', picture('176x144', 25, 3), '-c:v mpeg2video'),
  byFfmpeg('video-hevc.mp4', picture('176x144', 25, 3), HEVC),
  byFfmpeg('video-prores.mov', picture('176x144', 25, 2), '-c:v prores'),
  byFfmpeg('video-mjpeg.mov', picture('176x144', 25, 2), '-c:v mjpeg -pix_fmt yuvj420p'),
  byFfmpeg('h263.3gp', picture('176x144', 15, 3), '-c:v h263'),
  byFfmpeg('front-moov.mp4', picture('192x144', 25, 4), X264, '-movflags +faststart'),
  changed('bytes-behind.mp4', 'front-moov.mp4', (bytes) =>
    Buffer.concat([bytes, Buffer.from('added by a tool\n'.repeat(9))]),
  ),
  changed('cut.mp4', 'front-moov.mp4', (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.7))),
]
