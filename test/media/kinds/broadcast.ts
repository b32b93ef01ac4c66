import { byFfmpeg, changed, type MediaCase, picture, tone, words, X264 } from '../case.ts'

/** Sound and pictures that transport streams and program streams carry. */
const TS_VIDEO: Readonly<Record<string, string>> = {
  ...{ mpeg1: '-c:v mpeg1video', mpeg2: '-c:v mpeg2video', mpeg4: '-c:v mpeg4', avc: X264.join(' ') },
  hevc: '-c:v libx265 -preset ultrafast -x265-params log-level=none -pix_fmt yuv420p',
}
const TS_AUDIO: Readonly<Record<string, string>> = {
  ...{
    mp2: '-c:a mp2',
    mp3: '-c:a libmp3lame',
    aac: '-c:a aac',
    latm: '-c:a aac -mpegts_flags latm',
    ac3: '-c:a ac3',
  },
  ...{ eac3: '-c:a eac3', opus: '-c:a libopus', dts: '-c:a dca -strict -2', pcm302: '-c:a s302m -strict -2' },
}
const interlaced = (order: string): readonly string[] => [
  ...X264,
  ...words(`-flags +ilme+ildct -x264opts ${order}=1:interlaced=1`),
]
/** Bytes among which no packet begins. */
const rubbish = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => (at * 13 + 1) & 0x3f))
const PACKET = 188

export const TS: readonly MediaCase[] = [
  ...Object.entries(TS_VIDEO).map(([name, args]) =>
    byFfmpeg(`video-${name}.ts`, picture('176x144', 25, 3), args),
  ),
  ...Object.entries(TS_AUDIO).map(([name, args]) =>
    byFfmpeg(`sound-${name}.ts`, tone(48000, 3), `-ac 2 ${args}`),
  ),
  ...['720x576', '1920x1080'].map((size) =>
    byFfmpeg(`interlaced-${size}.ts`, picture(size, 25, 1), interlaced('tff')),
  ),
  byFfmpeg(
    'interlaced-ntsc.ts',
    picture('720x480', '30000/1001', 2),
    tone(44100, 2),
    interlaced('bff'),
    '-c:a aac -ac 2',
  ),
  byFfmpeg('mpeg2-mp2.ts', picture('352x288', 25, 3), tone(32000, 3), '-c:v mpeg2video -c:a mp2 -ac 2'),
  byFfmpeg('late.ts', picture('176x144', 25, 3), tone(48000, 3), X264, '-c:a aac -output_ts_offset 5000'),
  byFfmpeg('m2ts.ts', picture('176x144', 25, 3), tone(48000, 3), X264, '-c:a ac3 -mpegts_m2ts_mode 1'),
  changed('rubbish-in-front.ts', 'mpeg2-mp2.ts', (bytes) => Buffer.concat([rubbish(517), bytes])),
  changed('starts-in-a-packet.ts', 'mpeg2-mp2.ts', (bytes) => bytes.subarray(100)),
  changed('cut-end.ts', 'mpeg2-mp2.ts', (bytes) => bytes.subarray(0, -101)),
  changed('rubbish-in-the-middle.ts', 'mpeg2-mp2.ts', (bytes) => {
    const at = PACKET * Math.floor(bytes.length / PACKET / 3)
    return Buffer.concat([bytes.subarray(0, at), rubbish(300), bytes.subarray(at)])
  }),
]

export const PS: readonly MediaCase[] = [
  byFfmpeg(
    'mpeg1-mp2.mpg',
    picture('352x288', 25, 3),
    tone(44100, 3),
    '-c:v mpeg1video -c:a mp2 -ac 1 -f mpeg',
  ),
  byFfmpeg(
    'mpeg2-mp2.mpg',
    picture('352x288', 25, 3),
    tone(48000, 3),
    '-c:v mpeg2video -c:a mp2 -ac 2 -f mpeg',
  ),
  byFfmpeg(
    'mpeg2-mp2.vob',
    picture('352x240', '30000/1001', 3),
    tone(44100, 3),
    '-c:v mpeg2video -c:a mp2 -ac 2 -f vob',
  ),
  byFfmpeg(
    'mpeg2-ac3.vob',
    picture('720x576', 25, 2),
    tone(48000, 2),
    '-c:v mpeg2video -c:a ac3 -ac 2 -f vob',
  ),
  byFfmpeg('sound-only.mpg', tone(44100, 3), '-c:a mp2 -ac 2 -f mpeg'),
]

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
  byFfmpeg('video-hevc.mp4', picture('176x144', 25, 3), TS_VIDEO.hevc ?? ''),
  byFfmpeg('video-prores.mov', picture('176x144', 25, 2), '-c:v prores'),
  byFfmpeg('video-mjpeg.mov', picture('176x144', 25, 2), '-c:v mjpeg -pix_fmt yuvj420p'),
  byFfmpeg('h263.3gp', picture('176x144', 15, 3), '-c:v h263'),
  byFfmpeg('front-moov.mp4', picture('192x144', 25, 4), X264, '-movflags +faststart'),
  changed('bytes-behind.mp4', 'front-moov.mp4', (bytes) =>
    Buffer.concat([bytes, Buffer.from('added by a tool\n'.repeat(9))]),
  ),
  changed('cut.mp4', 'front-moov.mp4', (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.7))),
]

export const MXF: readonly MediaCase[] = [
  byFfmpeg(
    'op1a.mxf',
    picture('720x576', 25, 2),
    tone(48000, 2),
    '-c:v mpeg2video -b:v 2M -c:a pcm_s16le -ac 2',
  ),
  byFfmpeg('picture.mxf', picture('352x288', '30000/1001', 2), '-c:v mpeg2video -b:v 1M'),
]
