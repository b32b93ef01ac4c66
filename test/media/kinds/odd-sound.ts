import { byFfmpeg, byHand, byPipe, changed, type MediaCase, picture, tone, words } from '../case.ts'

const SOUND = tone(48000, 4)
const heard = (name: string, args: string, input = SOUND): MediaCase => byFfmpeg(name, input, args)

/** Frames of AMR of these types, one after the other; their bytes are those of the type. */
function amr(mark: string, sizes: readonly number[], types: readonly number[]): Buffer {
  const frames = types.map((type) => {
    const frame = Buffer.alloc(sizes[type] ?? 1)
    frame[0] = (type << 3) | 4
    return frame
  })
  return Buffer.concat([Buffer.from(mark), ...frames])
}
const NARROW = [13, 14, 16, 18, 20, 21, 27, 32, 6]
const WIDE = [18, 24, 33, 37, 41, 47, 51, 59, 61, 6]
const many = (count: number, typeOf: (at: number) => number): readonly number[] =>
  Array.from({ length: count }, (_, at) => typeOf(at))

/** A picture as those in covers of albums. */
const COVER = words(
  '-f lavfi -i testsrc2=size=64x64:rate=1:duration=1 -map 0 -map 1 -frames:v 1 -c:v mjpeg -pix_fmt yuvj420p -disposition:v attached_pic',
)

const LAYOUTS: Readonly<Record<string, readonly string[]>> = {
  'm4a -c:a aac': ['3', '4', '5', '8'],
  'mkv -c:a aac': ['3', '6', '8'],
  'ts -c:a aac': ['6', '8'],
  'aac -c:a aac': ['3', '4', '5', '8'],
  'flac -c:a flac': ['3', '5', '7', '8'],
  'wav -c:a pcm_s16le': ['3', '5', '7', '8'],
  'wv -c:a wavpack': ['3', '5', '8'],
  'ogg -c:a libopus': ['5', '8'],
  'ogg -c:a libvorbis': ['3', '5', '8'],
  'mov -c:a pcm_s24le': ['3', '6', '8'],
  'ac3 -c:a ac3': ['3', '5'],
  'eac3 -c:a eac3': ['3', '5'],
  'dts -strict -2 -c:a dca': ['4', '5', '6'],
}

const MOV_PCM = [
  'pcm_s16be',
  'pcm_s24le',
  'pcm_s32be',
  'pcm_f32be',
  'pcm_f64be',
  'pcm_f64le',
  'pcm_alaw',
  'pcm_mulaw',
  'pcm_u8',
]

export const ODD_SOUND: readonly MediaCase[] = [
  ...Object.entries(LAYOUTS).flatMap(([kind, counts]) => {
    const [extension = '', ...args] = kind.split(' ')
    return counts.map((count) =>
      heard(`odd-${args.at(-1)}-${count}.${extension}`, `${args.join(' ')} -ac ${count}`),
    )
  }),
  ...MOV_PCM.map((codec) => heard(`odd-8000-${codec}.mov`, `-ar 8000 -ac 1 -c:a ${codec}`)),
  ...[4000, 6000, 12000, 37800, 64000, 176400, 192000, 384000].map((rate) =>
    heard(`odd-${rate}.wav`, '-c:a pcm_s24le -ac 2', tone(rate, rate > 200_000 ? 1 : 3)),
  ),
  ...['pcm_s64le', 'pcm_f64le', 'pcm_alaw', 'pcm_mulaw', 'pcm_u8'].map((codec) =>
    heard(`odd-51-${codec}.wav`, `-ac 6 -c:a ${codec}`, tone(48000, 1)),
  ),
  heard('odd-bext.wav', '-write_bext 1 -c:a pcm_s16le'),
  heard('odd-peak.wav', '-write_peak on -c:a pcm_s16le'),
  heard('odd-truespeech.wav', '-ar 8000 -ac 1 -c:a adpcm_ima_wav -block_size 512'),
  heard('odd-24-bit.flac', '-sample_fmt s32 -c:a flac'),
  heard('odd-fast.flac', '-compression_level 0 -c:a flac', tone(88200, 3)),
  heard('odd-24-bit.wv', '-sample_fmt s32p -c:a wavpack'),
  heard('odd-24-bit.m4a', '-sample_fmt s32p -c:a alac'),
  heard('odd-24-bit-flac.ogg', '-sample_fmt s32 -c:a flac'),
  ...[2.5, 20, 60].map((length) =>
    heard(`odd-frames-of-${length}.ogg`, `-c:a libopus -frame_duration ${length}`),
  ),
  heard('odd-loud.ogg', '-c:a libvorbis -q:a 9 -ac 2'),
  heard('odd-speex.ogg', '-ar 16000 -ac 1 -c:a libspeex -vad 1'),
  ...['m4a -c:a aac', 'flac -c:a flac', 'mp3 -c:a libmp3lame', 'wma -c:a wmav2'].map((kind) => {
    const [extension = '', ...args] = kind.split(' ')
    return byFfmpeg(`odd-with-cover.${extension}`, SOUND, COVER, args)
  }),
  ...[8000, 11025, 16000, 24000].map((rate) =>
    heard(`odd-variable-${rate}.mp3`, '-ac 1 -c:a libmp3lame -q:a 5', tone(rate, 6)),
  ),
  heard('odd-sums.mp3', '-c:a libmp3lame -write_xing 0 -b:a 320k -joint_stereo 0 -ac 2'),
  heard('odd-tags.mp3', '-c:a libmp3lame -id3v2_version 3 -write_id3v1 1 -metadata title=x'),
  changed('odd-joined.mp3', 'odd-sums.mp3', (bytes) =>
    Buffer.concat([bytes.subarray(1000), bytes, bytes.subarray(0, -333)]),
  ),
  changed('odd-cut.mp3', 'odd-variable-16000.mp3', (bytes) =>
    bytes.subarray(0, Math.floor(bytes.length * 0.6)),
  ),
  changed('odd-cut.m4a', 'odd-aac-3.m4a', (bytes) => Buffer.concat([bytes, Buffer.alloc(100)])),
  changed('odd-cut.ac3', 'odd-ac3-5.ac3', (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.6))),
  changed('odd-cut.flac', 'odd-24-bit.flac', (bytes) => bytes.subarray(0, Math.floor(bytes.length * 0.6))),
  byPipe('odd-piped.flac', 'flac', SOUND, '-ac 6 -c:a flac'),
  byPipe('odd-piped.aac', 'adts', SOUND, '-ac 2 -c:a aac'),
  byPipe('odd-piped.mp3', 'mp3', SOUND, '-ac 2 -c:a libmp3lame -q:a 3'),
  byPipe('odd-piped-24-bit.wav', 'wav', SOUND, '-ac 2 -c:a pcm_s24le'),
  byPipe('odd-piped-ima.wav', 'wav', SOUND, '-ac 2 -c:a adpcm_ima_wav'),
  ...[4000, 8000, 11025, 22050, 44100].map((rate) =>
    heard(`odd-${rate}.mmf`, '-ac 1 -c:a adpcm_yamaha', tone(rate, 3)),
  ),
  heard('odd-tones.m4r', '-c:a aac -f ipod'),
  heard('odd-twolame.mp2', '-c:a libtwolame -b:a 384k -ac 2'),
  byHand('odd-narrow.amr', () =>
    amr(
      '#!AMR\n',
      NARROW,
      many(400, (at) => at % 9),
    ),
  ),
  byHand('odd-wide.amr', () =>
    amr(
      '#!AMR-WB\n',
      WIDE,
      many(300, (at) => at % 10),
    ),
  ),
  byFfmpeg('odd-sound-in.avi', picture('176x144', 25, 3), tone(44100, 3), '-c:v mpeg4 -c:a pcm_f32le -ac 2'),
  byFfmpeg('odd-sound-in-51.avi', picture('176x144', 25, 3), SOUND, '-c:v mpeg4 -c:a ac3 -ac 6 -t 3'),
  byFfmpeg('odd-22050.flv', tone(22050, 4), '-c:a libmp3lame -ac 1'),
  byFfmpeg('odd-11025.flv', tone(11025, 4), '-c:a libmp3lame -ac 2'),
]
