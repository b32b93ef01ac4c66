import type { ByteSource } from '../../core/ports/media.ts'
import { viewOf } from '../bytes.ts'
import { frameRateOf } from './frame-rate.ts'

/** The packets of an ASF file: bytes of each, and where they are. */
export interface AsfPackets {
  /** 0: they differ, and cannot be found. */
  readonly size: number
  readonly start: number
  readonly end: number
}

/** So many packets, of so many bytes together, are looked at for the first frames. */
const PACKETS_MAX = 1024
const BYTES_MAX = 1024 * 1024
const FRAMES_MAX = 120
const PACKET_SIZE_MAX = 64 * 1024

/** Milliseconds from the first packet's time to the end of the last one; 0: they do not tell. */
export async function packetSpan(source: ByteSource, { size, start, end }: AsfPackets): Promise<number> {
  const count = size === 0 ? 0 : Math.floor((end - start) / size)
  if (count === 0 || size > PACKET_SIZE_MAX) return 0
  const last = start + (count - 1) * size
  const [first, final] = [
    readPacket(await source.read(start, start + size)),
    readPacket(await source.read(last, last + size)),
  ]
  return first === null || final === null ? 0 : final.sentMs + final.lengthMs - first.sentMs
}

/** Frames a second of a stream, by the times of its first frames. Null: they do not tell. */
export async function packetFrameRate(
  source: ByteSource,
  { size, start, end }: AsfPackets,
  stream: number,
): Promise<number | null> {
  if (size === 0 || size > PACKET_SIZE_MAX) return null
  const times: number[] = []
  const limit = Math.min(end, start + Math.min(PACKETS_MAX * size, BYTES_MAX))
  for (let at = start; at + size <= limit && times.length < FRAMES_MAX; at += size) {
    const packet = readPacket(await source.read(at, at + size))
    for (const payload of packet?.payloads ?? []) {
      if (payload.stream === stream && payload.offset === 0) times.push(payload.shownMs)
    }
  }
  const span = times.reduce((most, time) => Math.max(most, time), 0) - Math.min(...times)
  return times.length < 2 ? null : frameRateOf(times.length - 1, span / 1000)
}

interface Payload {
  readonly stream: number
  /** Where in its frame the payload begins. */
  readonly offset: number
  readonly shownMs: number
}

interface Packet {
  readonly sentMs: number
  readonly lengthMs: number
  readonly payloads: readonly Payload[]
}

/** Numbers of 0, 1, 2 or 4 bytes, by two bits that say which. */
class Fields {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = viewOf(bytes)
  }

  get isOver(): boolean {
    return this.at > this.#bytes.length
  }

  take(kind: number): number {
    const size = [0, 1, 2, 4][kind & 3] ?? 0
    const at = this.at
    this.at += size
    if (this.at > this.#bytes.length) return 0
    return size === 4
      ? this.#view.getUint32(at, true)
      : size === 2
        ? this.#view.getUint16(at, true)
        : size === 1
          ? this.#view.getUint8(at)
          : 0
  }
}

const BYTE = 1
const SHORT = 2
const LONG = 3
const CORRECTION = 0x80
const MULTIPLE = 1
/** Replicated data of this length mean that small frames follow each other, each with its length in a byte. */
const COMPRESSED = 1

/** ASF specification §5.2: error correction, lengths, times, and one payload or several. Null: this is no packet. */
function readPacket(bytes: Uint8Array): Packet | null {
  const fields = new Fields(bytes)
  const first = fields.take(BYTE)
  let lengths = first
  if ((first & CORRECTION) !== 0) {
    fields.at += first & 15
    lengths = fields.take(BYTE)
  }
  const properties = fields.take(BYTE)
  fields.take(lengths >> 5)
  fields.take(lengths >> 1)
  fields.take(lengths >> 3)
  const [sentMs, lengthMs] = [fields.take(LONG), fields.take(SHORT)]
  const isMultiple = (lengths & MULTIPLE) !== 0
  const flags = isMultiple ? fields.take(BYTE) : 1
  const payloads: Payload[] = []
  for (let count = 0; count < (flags & 63) && !fields.isOver; count++) {
    payloads.push(readPayload(fields, properties, isMultiple ? flags >> 6 : null))
  }
  return fields.isOver ? null : { sentMs, lengthMs, payloads }
}

/** `lengthKind` says how the length of the payload is told; null: it has all that is left. */
function readPayload(fields: Fields, properties: number, lengthKind: number | null): Payload {
  const stream = fields.take(BYTE) & 0x7f
  fields.take(properties >> 4)
  const offset = fields.take(properties >> 2)
  const replicated = fields.take(properties)
  if (replicated === COMPRESSED) {
    fields.at += 1
    if (lengthKind !== null) skip(fields, fields.take(lengthKind))
    return { stream, offset: 0, shownMs: offset }
  }
  const end = fields.at + replicated
  fields.take(LONG)
  const shownMs = fields.take(LONG)
  fields.at = end
  if (lengthKind !== null) skip(fields, fields.take(lengthKind))
  return { stream, offset, shownMs }
}

function skip(fields: Fields, count: number): void {
  fields.at += count
}
