import { byFfmpeg, byPipe, changed, ID3, type MediaCase, tone } from '../case.ts'

const CODECS: readonly (readonly [string, string])[] = [
  ...['pcm_u8', 'pcm_s16le', 'pcm_s24le', 'pcm_s32le', 'pcm_f32le', 'pcm_f64le', 'pcm_alaw', 'pcm_mulaw'].map(
    (codec) => [codec, `-c:a ${codec}`] as const,
  ),
  ...[
    'adpcm_ms',
    'adpcm_ima_wav',
    'adpcm_yamaha',
    'adpcm_swf',
    'mp2',
    'libmp3lame',
    'ac3',
    'aac',
    'flac',
  ].map((codec) => [codec, `-c:a ${codec}`] as const),
  ...['wmav1', 'wmav2', 'eac3', 'libspeex'].map((codec) => [codec, `-c:a ${codec}`] as const),
]

/** A chunk of RIFF, padded to an even length unless `isPadded` is false. */
const chunk = (id: string, content: Uint8Array, isPadded = true): Buffer => {
  const size = Buffer.alloc(4)
  size.writeUInt32LE(content.length)
  return Buffer.concat([Buffer.from(id), size, content, Buffer.alloc(isPadded ? content.length % 2 : 0)])
}

const withDataSize =
  (size: number) =>
  (bytes: Buffer): Buffer => {
    bytes.writeUInt32LE(size, bytes.indexOf('data') + 4)
    return bytes
  }

const before =
  (id: string, more: Buffer) =>
  (bytes: Buffer): Buffer => {
    const at = bytes.indexOf(id)
    return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)])
  }

export const WAVE: readonly MediaCase[] = [
  ...CODECS.flatMap(([name, args]) =>
    [1, 2].map((channels) => {
      const rate = name === 'libspeex' ? 16000 : 44100
      return byFfmpeg(`wav-${name}-${channels}.wav`, tone(rate, 4), `-ac ${channels} ${args}`)
    }),
  ),
  byFfmpeg('wav-8000-u8.wav', tone(8000, 3), '-c:a pcm_u8'),
  byFfmpeg('wav-g722.wav', tone(16000, 4), '-ac 1 -c:a g722'),
  byFfmpeg('wav-gsm.wav', tone(8000, 5), '-ac 1 -c:a libgsm_ms'),
  ...[2, 3, 4, 5].map((bits) =>
    byFfmpeg(`wav-g726-${bits}.wav`, tone(8000, 4), `-ac 1 -c:a g726 -code_size ${bits}`),
  ),
  byFfmpeg('wav-g723.wav', tone(8000, 4), '-ac 1 -c:a g723_1 -b:a 6300'),
  byFfmpeg('wav-speex-narrow.wav', tone(8000, 4), '-ac 1 -c:a libspeex'),
  byFfmpeg('wav-adpcm-8k.wav', tone(8000, 4), '-ac 1 -c:a adpcm_ima_wav'),
  ...[4, 6, 8].map((channels) =>
    byFfmpeg(`wav-extensible-${channels}.wav`, tone(48000, 2), `-ac ${channels} -c:a pcm_s24le`),
  ),
  byFfmpeg('wav-extensible-float.wav', tone(48000, 2), '-ac 6 -c:a pcm_f32le'),
  byFfmpeg('wav-extensible-ac3.wav', tone(48000, 2), '-ac 6 -c:a ac3'),
  byFfmpeg('wav-rf64.wav', tone(48000, 2), '-ac 2 -rf64 always -c:a pcm_s16le'),
  byPipe('wav-piped.wav', 'wav', tone(44100, 3), '-ac 2 -c:a pcm_s16le'),
  byPipe('wav-piped-adpcm.wav', 'wav', tone(44100, 3), '-ac 2 -c:a adpcm_ms'),
  byPipe('wav-piped-gsm.wav', 'wav', tone(8000, 3), '-ac 1 -c:a libgsm_ms'),
  byPipe('wav-piped-mp3.wav', 'wav', tone(44100, 3), '-ac 2 -c:a libmp3lame'),
  byPipe('wav-piped-g722.wav', 'wav', tone(16000, 3), '-ac 1 -c:a g722'),
  byFfmpeg('wav-base.wav', tone(11025, 4), '-ac 2 -c:a pcm_s16le'),
  changed('wav-size-huge.wav', 'wav-base.wav', withDataSize(0xfffffff0)),
  changed('wav-size-2g.wav', 'wav-base.wav', withDataSize(0x7ffffff8)),
  changed('wav-size-too-long.wav', 'wav-base.wav', (bytes) =>
    withDataSize(bytes.readUInt32LE(bytes.indexOf('data') + 4) + 4)(bytes),
  ),
  changed('wav-bytes-missing.wav', 'wav-base.wav', (bytes) => bytes.subarray(0, -3)),
  changed('wav-half-missing.wav', 'wav-base.wav', (bytes) => bytes.subarray(0, bytes.length >> 1)),
  changed('wav-id3.wav', 'wav-base.wav', (bytes) => Buffer.concat([ID3, bytes])),
  changed('wav-two-id3.wav', 'wav-base.wav', (bytes) => Buffer.concat([ID3, ID3, bytes])),
  changed(
    'wav-list-first.wav',
    'wav-base.wav',
    before('fmt ', chunk('LIST', Buffer.from('INFOINAM\x04\0\0\0abc\0'))),
  ),
  changed('wav-odd-padded.wav', 'wav-base.wav', before('data', chunk('note', Buffer.from('odd')))),
  changed('wav-odd-unpadded.wav', 'wav-base.wav', before('data', chunk('note', Buffer.from('odd'), false))),
  changed(
    'wav-odd-unpadded-before-fmt.wav',
    'wav-base.wav',
    before('fmt ', chunk('note', Buffer.from('odd'), false)),
  ),
  changed('wav-bext.wav', 'wav-base.wav', before('fmt ', chunk('bext', Buffer.alloc(602)))),
  changed('wav-bytes-behind.wav', 'wav-base.wav', (bytes) => Buffer.concat([bytes, Buffer.alloc(777, 0x41)])),
  changed('wav-gsm-size-huge.wav', 'wav-gsm.wav', withDataSize(0xfffffff0)),
  changed('wav-gsm-cut.wav', 'wav-gsm.wav', (bytes) => bytes.subarray(0, -9)),
]
