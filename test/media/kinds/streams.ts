import { byFfmpeg, changed, type MediaCase, picture, tone, X264 } from '../case.ts'

const INTERLACED = '-flags +ilme+ildct -x264opts tff=1:interlaced=1'
const PACKET = 188
const rubbish = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => (at * 13 + 1) & 0x3f))
const packetAt = (bytes: Buffer, part: number): number => Math.floor(bytes.length / PACKET / part) * PACKET

/** Transport streams, program streams and MXF. */
export const STREAMS: readonly MediaCase[] = [
  ...['352x288', '720x480', '1920x1080'].map((size) =>
    byFfmpeg(`interlaced-${size}.ts`, picture(size, 25, 2), X264, INTERLACED),
  ),
  ...['mpeg1video', 'mpeg2video', 'mpeg4', 'libx265'].map((codec) =>
    byFfmpeg(`picture-${codec}.ts`, picture('352x288', 24, 3), `-c:v ${codec} -pix_fmt yuv420p`),
  ),
  ...['mp2', 'libmp3lame', 'aac', 'ac3', 'eac3', 'libopus', 'dca', 's302m'].map((codec) =>
    byFfmpeg(`sound-${codec}.ts`, tone(48000, 4), `-ac 2 -c:a ${codec} -strict -2`),
  ),
  byFfmpeg('latm.ts', tone(44100, 4), '-c:a aac -ac 2 -f mpegts -mpegts_flags latm'),
  byFfmpeg(
    'timed.m2ts',
    picture('352x288', 25, 3),
    tone(48000, 3),
    X264,
    '-c:a ac3 -ac 2 -mpegts_m2ts_mode 1',
  ),
  byFfmpeg('whole.ts', picture('160x120', 20, 3), tone(44100, 3), X264, '-c:a aac -ac 2'),
  changed('rubbish-in-front.ts', 'whole.ts', (bytes) => Buffer.concat([rubbish(517), bytes])),
  changed('rubbish-between.ts', 'whole.ts', (bytes) => {
    const at = packetAt(bytes, 3)
    return Buffer.concat([bytes.subarray(0, at), rubbish(300), bytes.subarray(at)])
  }),
  changed('begins-within.ts', 'whole.ts', (bytes) => Buffer.concat([bytes.subarray(100, PACKET), bytes])),
  changed('ends-within.ts', 'whole.ts', (bytes) => Buffer.concat([bytes, bytes.subarray(0, 101)])),
  ...['ac3', 'dca', 'mp2', 'pcm_s16be'].map((codec) =>
    byFfmpeg(
      `disc-${codec}.vob`,
      picture('352x288', 25, 4),
      tone(48000, 4),
      `-c:v mpeg2video -b:v 1M -c:a ${codec} -ac 2 -strict -2 -f vob`,
    ),
  ),
  byFfmpeg(
    'system.mpg',
    picture('352x288', 25, 4),
    tone(44100, 4),
    '-c:v mpeg1video -b:v 1M -c:a mp2 -f mpeg',
  ),
  byFfmpeg('op1a.mxf', picture('720x576', 25, 2), tone(48000, 2), '-c:v mpeg2video -c:a pcm_s16le -ac 2'),
  byFfmpeg('avc.mxf', picture('352x288', 25, 2), tone(48000, 2), X264, '-c:a pcm_s24le -ac 2'),
  byFfmpeg('atom.mxf', tone(48000, 2), '-c:a pcm_s16le -ac 1 -f mxf_opatom'),
  byFfmpeg('late-fragments.mov', picture('160x120', 15, 6), X264, '-g 30 -movflags frag_keyframe'),
]
