import type { MediaFacts } from '../../core/model/media.ts'
import type { ByteSource } from '../../core/ports/media.ts'
import { samplesToMs, textAt, viewOf } from '../bytes.ts'
import { ensure, Refusal } from '../refusal.ts'

const BLOCKS_MAX = 4096
const STREAMINFO = 0
const STREAMINFO_SIZE = 34
/** How far from the end the last frame is looked for, at least and at most. */
const TAIL_SIZE_MIN = 64 * 1024
const TAIL_SIZE_MAX = 1024 * 1024
/** Sync, fixed fields, a coded number of up to 7 bytes, block size and sample rate of 2 bytes each, checksum. */
const FRAME_HEADER_SIZE_MAX = 16

interface StreamInfo {
  readonly blockSizeMin: number
  readonly frameSizeMax: number
  readonly sampleRateHz: number
  readonly channels: number
  /** 0 if the writer did not know. */
  readonly samples: number
}

export const isFlac = (head: Uint8Array): boolean => textAt(head, 0, 4) === 'fLaC'

/**
 * FLAC (RFC 9639) from `start`. The length is the one that STREAMINFO announces; if it announces none (a stream out of a pipe), the last
 * frame tells it. A file without the last frame that is announced is cut.
 */
export async function measureFlac(source: ByteSource, start: number, end: number): Promise<MediaFacts> {
  const { info, framesStart } = await readBlocks(source, start, end)
  const tailSize = Math.min(Math.max(info.frameSizeMax * 2, TAIL_SIZE_MIN), TAIL_SIZE_MAX)
  const tail = await source.read(Math.max(framesStart, end - tailSize), end)
  const last = lastSample(tail, info)
  const isCut = last === 0 && info.samples > 0
  const any = isCut ? lastSample(tail, { ...info, samples: 0 }) : last
  ensure(any > 0, 'the FLAC file is cut: it has no whole frame')
  const facts: MediaFacts = {
    ...{ container: 'flac', contentType: 'audio/flac', video: null },
    durationMs: samplesToMs(isCut ? info.samples : last, info.sampleRateHz),
    audio: { codec: 'flac', sampleRateHz: info.sampleRateHz, channels: info.channels },
  }
  return isCut ? { ...facts, isCut: true } : facts
}

async function readBlocks(
  source: ByteSource,
  start: number,
  end: number,
): Promise<{ readonly info: StreamInfo; readonly framesStart: number }> {
  let info: StreamInfo | null = null
  let at = start + 4
  for (let count = 0; count < BLOCKS_MAX; count++) {
    const header = await source.read(at, at + 4)
    ensure(header.length === 4, 'the FLAC file is cut: its metadata is not whole')
    const size = viewOf(header).getUint32(0) & 0xffffff
    const [kind = 0] = header
    if (count === 0) {
      ensure(
        (kind & 0x7f) === STREAMINFO && size === STREAMINFO_SIZE,
        'the FLAC file has no stream information',
      )
      info = readStreamInfo(await source.read(at + 4, at + 4 + size))
    }
    at += 4 + size
    ensure(at <= end, 'the FLAC file is cut: its metadata is longer than the file')
    if ((kind & 0x80) !== 0 && info !== null) return { info, framesStart: at }
  }
  throw new Refusal('the FLAC file has too many metadata blocks')
}

function readStreamInfo(block: Uint8Array): StreamInfo {
  ensure(block.length === STREAMINFO_SIZE, 'the FLAC file is cut: its stream information is not whole')
  const packed = viewOf(block).getBigUint64(10)
  // The largest frame size has three bytes, from byte 7.
  const info = {
    blockSizeMin: viewOf(block).getUint16(0),
    frameSizeMax: viewOf(block).getUint32(6) & 0xffffff,
    sampleRateHz: Number(packed >> 44n),
    channels: Number((packed >> 41n) & 7n) + 1,
    samples: Number(packed & 0xfffffffffn),
  }
  ensure(info.sampleRateHz > 0, 'the FLAC file has no usable sample rate')
  ensure(info.blockSizeMin >= 16, 'the FLAC file has no usable block size')
  return info
}

/** The sample after the last one of the last frame in `tail` (of the announced length, if there is one); 0 for none. */
function lastSample(tail: Uint8Array, info: StreamInfo): number {
  for (let at = tail.length - 6; at >= 0; at--) {
    if (tail[at] !== 0xff || ((tail[at + 1] ?? 0) & 0xfe) !== 0xf8) continue
    const end = frameEnd(tail.subarray(at, at + FRAME_HEADER_SIZE_MAX), info)
    if (end !== null && (info.samples === 0 || end === info.samples)) return end
  }
  return 0
}

/** The sample after a frame's last one, or null if this is no frame header of the stream (RFC 9639 §9.1). */
function frameEnd(header: Uint8Array, info: StreamInfo): number | null {
  const [, b1 = 0, b2 = 0, b3 = 0] = header
  const number = readCodedNumber(header, 4)
  if (number === null || (b3 & 1) !== 0 || channelsOf(b3 >> 4) !== info.channels) return null
  const sizeCode = b2 >> 4
  const rateCode = b2 & 15
  const view = viewOf(header)
  const sizeBytes = sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0
  const rateBytes = rateCode === 12 ? 1 : rateCode > 12 ? 2 : 0
  const checksumAt = number.end + sizeBytes + rateBytes
  if (sizeCode === 0 || rateCode === 15 || checksumAt >= header.length) return null
  if (crc8(header.subarray(0, checksumAt)) !== header[checksumAt]) return null
  const isVariable = (b1 & 1) === 1
  const blockSize =
    sizeBytes === 2
      ? view.getUint16(number.end) + 1
      : sizeBytes === 1
        ? view.getUint8(number.end) + 1
        : commonBlockSize(sizeCode)
  return (isVariable ? number.value : number.value * info.blockSizeMin) + blockSize
}

/** Codes 8 to 10 are ways to code two channels; those above are reserved. */
const channelsOf = (code: number): number => (code < 8 ? code + 1 : code <= 10 ? 2 : 0)

const commonBlockSize = (code: number): number =>
  code === 1 ? 192 : code <= 5 ? 576 << (code - 2) : 256 << (code - 8)

/** A number coded like UTF-8, of up to 36 bits in 7 bytes. */
function readCodedNumber(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly end: number } | null {
  const first = bytes[at] ?? 0xff
  const ones = Math.clz32(~(first << 24))
  if (ones === 0) return { value: first, end: at + 1 }
  if (ones === 1 || ones > 7) return null
  let value = first & (0x7f >> ones)
  for (let next = at + 1; next < at + ones; next++) {
    const byte = bytes[next] ?? 0
    if ((byte & 0xc0) !== 0x80) return null
    value = value * 64 + (byte & 0x3f)
  }
  return { value, end: at + ones }
}

/** CRC-8 with the polynomial x^8 + x^2 + x + 1. */
function crc8(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x80) !== 0 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1
  }
  return crc
}
