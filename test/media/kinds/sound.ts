import { byFfmpeg, byPipe, changed, ID3, type MediaCase, tone } from '../case.ts'

const ID3V1 = Buffer.concat([Buffer.from('TAG'), Buffer.alloc(125)])
/** An APE tag without items: its head and its foot, of 32 bytes each. */
const apeTag = (): Buffer => {
  const part = (flags: number): Buffer => {
    const bytes = Buffer.alloc(32)
    bytes.write('APETAGEX')
    bytes.writeUInt32LE(2000, 8)
    bytes.writeUInt32LE(32, 12)
    bytes.writeUInt32LE(flags, 20)
    return bytes
  }
  return Buffer.concat([part(0xa0000000), part(0x80000000)])
}
/** Bytes among which no frame begins. */
const rubbish = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => (at * 13 + 1) & 0x3f))

const infront = (name: string, of: string, ...bytes: readonly Buffer[]): MediaCase =>
  changed(name, of, (rest) => Buffer.concat([...bytes, rest]))
const behind = (name: string, of: string, ...bytes: readonly Buffer[]): MediaCase =>
  changed(name, of, (rest) => Buffer.concat([rest, ...bytes]))

/** Rates of each codec, with all that it may have. */
const RATES: Readonly<Record<string, readonly number[]>> = {
  mp3: [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000],
  aac: [7350, 8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000],
  mp2: [16000, 22050, 24000, 32000, 44100, 48000],
  ac3: [32000, 44100, 48000],
  eac3: [32000, 44100, 48000],
  flac: [8000, 16000, 44100, 48000, 96000, 192000],
  wv: [8000, 16000, 44100, 48000, 96000, 192000, 12345, 352800],
  dts: [44100, 48000],
}
const MORE: Readonly<Record<string, string>> = { dts: '-strict -2 -c:a dca', aac: '-c:a aac' }

export const SOUND: readonly MediaCase[] = [
  ...Object.entries(RATES).flatMap(([kind, rates]) =>
    rates.flatMap((rate) =>
      [1, 2].map((channels) =>
        byFfmpeg(`${kind}-${rate}-${channels}.${kind}`, tone(rate, 3), `-ac ${channels} ${MORE[kind] ?? ''}`),
      ),
    ),
  ),
  ...['ac3', 'eac3'].map((kind) => byFfmpeg(`${kind}-51.${kind}`, tone(48000, 3), '-ac 6')),
  byFfmpeg('ac3-40.ac3', tone(48000, 3), '-ac 4'),
  byFfmpeg('aac-51.aac', tone(48000, 3), '-ac 6 -c:a aac'),
  byFfmpeg('wv-51.wv', tone(48000, 3), '-ac 6'),
  byFfmpeg('wv-float.wv', tone(48000, 3), '-ac 2 -sample_fmt fltp'),
  byPipe('wv-piped.wv', 'wv', tone(48000, 3), '-ac 2 -c:a wavpack'),
  byFfmpeg('flac-51.flac', tone(48000, 3), '-ac 6'),
  byPipe('flac-piped.flac', 'flac', tone(48000, 3), '-ac 2 -c:a flac'),
  byFfmpeg('mp3-vbr.mp3', tone(44100, 6), '-ac 2 -q:a 4'),
  byFfmpeg('mp3-abr.mp3', tone(44100, 6), '-ac 2 -abr 1 -b:a 96k'),
  byFfmpeg('mp3-no-xing.mp3', tone(44100, 6), '-ac 2 -write_xing 0'),
  byFfmpeg('mp3-plain.mp3', tone(44100, 4), '-ac 1 -b:a 64k -id3v2_version 0'),
  ...[100, 700, 4000, 30_000, 65_000].map((length) =>
    infront(`mp3-rubbish-${length}.mp3`, 'mp3-plain.mp3', rubbish(length)),
  ),
  infront('mp3-ape-in-front.mp3', 'mp3-plain.mp3', apeTag()),
  infront('mp3-id3-and-rubbish.mp3', 'mp3-plain.mp3', ID3, rubbish(5000)),
  infront('mp3-text-in-front.mp3', 'mp3-plain.mp3', Buffer.from('ICY 200 OK\r\nicy-name: a station\r\n\r\n')),
  behind('mp3-tags-behind.mp3', 'mp3-plain.mp3', apeTag(), ID3V1),
  behind('mp3-text-behind.mp3', 'mp3-plain.mp3', Buffer.from('added by a tool\n'.repeat(60))),
  infront('flac-id3.flac', 'flac-44100-2.flac', ID3),
  behind('flac-id3v1.flac', 'flac-44100-2.flac', ID3V1),
  behind('flac-bytes-behind.flac', 'flac-44100-2.flac', rubbish(300)),
  infront('aac-id3.aac', 'aac-44100-2.aac', ID3),
  infront('aac-rubbish.aac', 'aac-44100-2.aac', rubbish(3000)),
  infront('ac3-id3.ac3', 'ac3-48000-2.ac3', ID3),
  infront('ac3-rubbish.ac3', 'ac3-48000-2.ac3', rubbish(900)),
  infront('eac3-id3.eac3', 'eac3-48000-2.eac3', ID3),
  infront('mp2-id3.mp2', 'mp2-48000-2.mp2', ID3),
  infront('mp2-rubbish.mp2', 'mp2-48000-2.mp2', rubbish(900)),
  behind('wv-ape-behind.wv', 'wv-44100-2.wv', apeTag()),
  infront('wv-id3.wv', 'wv-44100-2.wv', ID3),
]
