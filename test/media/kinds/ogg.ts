import { byFfmpeg, byPipe, changed, ID3, type MediaCase, picture, tone } from '../case.ts'

const VORBIS = '-c:a libvorbis'
const OPUS = '-c:a libopus -b:a 32k'
const THEORA = '-c:v libtheora -q:v 3'

export const OGG: readonly MediaCase[] = [
  ...[8000, 22050, 44100, 48000, 96000].flatMap((rate) =>
    [1, 2].map((channels) =>
      byFfmpeg(`vorbis-${rate}-${channels}.ogg`, tone(rate, 4), `-ac ${channels} ${VORBIS}`),
    ),
  ),
  ...[1, 2, 6].map((channels) => byFfmpeg(`opus-${channels}.ogg`, tone(48000, 4), `-ac ${channels} ${OPUS}`)),
  byFfmpeg('opus-16000.ogg', tone(16000, 4), `-ac 1 ${OPUS}`),
  byFfmpeg('vorbis-51.ogg', tone(48000, 4), `-ac 6 ${VORBIS}`),
  ...[8000, 44100, 96000].flatMap((rate) =>
    [1, 2].map((channels) =>
      byFfmpeg(`flac-${rate}-${channels}.ogg`, tone(rate, 4), `-ac ${channels} -c:a flac`),
    ),
  ),
  ...[8000, 16000, 32000].flatMap((rate) =>
    [1, 2].map((channels) =>
      byFfmpeg(`speex-${rate}-${channels}.ogg`, tone(rate, 4), `-ac ${channels} -c:a libspeex`),
    ),
  ),
  byFfmpeg('speex-frames.ogg', tone(16000, 4), '-ac 1 -c:a libspeex -frames_per_packet 3'),
  ...['25', '30000/1001', '15'].map((rate) =>
    byFfmpeg(`theora-${rate.replace('/', '-')}.ogg`, picture('176x144', rate, 4), THEORA),
  ),
  byFfmpeg('theora-odd-size.ogg', picture('178x150', 10, 4), THEORA),
  byFfmpeg('theora-vorbis.ogg', picture('176x144', 25, 4), tone(44100, 4), THEORA, `-ac 2 ${VORBIS}`),
  byFfmpeg('theora-opus.ogg', picture('176x144', 25, 4), tone(48000, 4), THEORA, `-ac 1 ${OPUS}`),
  byFfmpeg('theora-speex.ogg', picture('176x144', 25, 4), tone(16000, 4), THEORA, '-ac 1 -c:a libspeex'),
  byFfmpeg('theora-flac.ogg', picture('176x144', 25, 4), tone(44100, 4), THEORA, '-ac 1 -c:a flac'),
  byFfmpeg('vp8.ogg', picture('176x144', 25, 4), '-c:v libvpx -b:v 100k -f ogg'),
  byPipe('vorbis-piped.ogg', 'ogg', tone(44100, 4), `-ac 2 ${VORBIS}`),
  byPipe('theora-piped.ogg', 'ogg', picture('176x144', 25, 4), tone(44100, 4), THEORA, `-ac 2 ${VORBIS}`),
  byFfmpeg('vorbis-late.ogg', tone(44100, 4), `-ac 2 ${VORBIS} -output_ts_offset 60`),
  changed('vorbis-bytes-behind.ogg', 'vorbis-44100-2.ogg', (bytes) =>
    Buffer.concat([bytes, Buffer.from('TAG'), Buffer.alloc(125, 0x78)]),
  ),
  changed('opus-bytes-behind.ogg', 'opus-2.ogg', (bytes) =>
    Buffer.concat([bytes, Buffer.alloc(70_000, 0x31)]),
  ),
  changed('vorbis-id3.ogg', 'vorbis-44100-2.ogg', (bytes) => Buffer.concat([ID3, bytes])),
  changed('vorbis-cut.ogg', 'vorbis-44100-2.ogg', (bytes) =>
    bytes.subarray(0, Math.floor(bytes.length * 0.8)),
  ),
  changed('opus-two-after-each-other.ogg', 'opus-1.ogg', (bytes) =>
    Buffer.concat([bytes, withSerial(bytes, 77)]),
  ),
]

/** The same pages with another serial number and their checksums, one after the other. */
function withSerial(bytes: Buffer, serial: number): Buffer {
  const copy = Buffer.from(bytes)
  for (let at = 0; at + 27 <= copy.length; ) {
    const segments = copy.subarray(at + 27, at + 27 + (copy[at + 26] ?? 0))
    const size = 27 + segments.length + segments.reduce((sum, length) => sum + length, 0)
    copy.writeUInt32LE(serial, at + 14)
    copy.writeUInt32LE(0, at + 22)
    copy.writeUInt32LE(checksum(copy.subarray(at, at + size)), at + 22)
    at += size
  }
  return copy
}

/** RFC 3533 §6: CRC-32 of 0x04c11db7, not reflected. */
function checksum(page: Buffer): number {
  let crc = 0
  for (const byte of page) {
    crc = (crc ^ (byte << 24)) >>> 0
    for (let bit = 0; bit < 8; bit++)
      crc = ((crc & 0x80000000) !== 0 ? (crc << 1) ^ 0x04c11db7 : crc << 1) >>> 0
  }
  return crc
}
