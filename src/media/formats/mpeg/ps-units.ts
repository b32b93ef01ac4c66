import { viewOf } from '../../bytes.ts'
import { startCodeAt } from '../pictures/picture.ts'
import { type PesHeader, pesHeader, timeAt } from './pes.ts'
import { isSubstream, substreamContent } from './ps-substreams.ts'
import { kindOfStream, type StreamKind } from './stream-kinds.ts'
import type { Unit, UnitReader } from './units.ts'

/** Ids of start codes (ISO 13818-1 table 2-22). Those below are within streams of pictures. */
const SYSTEM_MIN = 0xb9
const END = 0xb9
const PACK = 0xba
const MAP = 0xbc
const PRIVATE_1 = 0xbd
const STREAMS_MAX = 256

/** What program stream maps (§2.5.4) say of streams, by their ids. */
export interface StreamMap {
  readonly kinds: ReadonlyMap<number, StreamKind>
  take(section: Uint8Array): void
}

export function createStreamMap(): StreamMap {
  const kinds = new Map<number, StreamKind>()
  return {
    kinds,
    take: (section) => {
      if (section.length < 12) return
      const view = viewOf(section)
      const infoEnd = 10 + view.getUint16(8)
      if (infoEnd + 2 > section.length) return
      const end = Math.min(section.length, infoEnd + 2 + view.getUint16(infoEnd))
      for (
        let at = infoEnd + 2;
        at + 4 <= end && kinds.size < STREAMS_MAX;
        at += 4 + view.getUint16(at + 2)
      ) {
        const own = section.subarray(at + 4, at + 4 + view.getUint16(at + 2))
        const kind = kindOfStream(view.getUint8(at), own, section.subarray(10, infoEnd))
        if (kind !== null) kinds.set(view.getUint8(at + 1), kind)
      }
    },
  }
}

/** Bytes of the pack header that begins at `at`; 0: none does. */
function packSize(bytes: Uint8Array, at: number): number {
  const first = bytes[at + 4] ?? 0
  if (bytes[at + 3] !== PACK) return 0
  if (first >> 6 === 1) return 14 + ((bytes[at + 13] ?? 0) & 7)
  return first >> 4 === 2 ? 12 : 0
}

/** Where a pack begins that another start code of the system follows, at `from` or behind; -1 for none. */
export function packAt(bytes: Uint8Array, from: number): number {
  for (let at = startCodeAt(bytes, from); at !== -1; at = startCodeAt(bytes, at + 3)) {
    const size = packSize(bytes, at)
    if (size === 0) continue
    const [b0, b1, b2, id = 0] = bytes.subarray(at + size, at + size + 4)
    if (b0 === 0 && b1 === 0 && b2 === 1 && id >= SYSTEM_MIN) return at
  }
  return -1
}

interface Begun extends Unit {
  readonly pieces: Uint8Array[]
}

/** Reads the packets of a program stream. What is no packet is passed over, up to the next start code of the system. */
export function createPsReader(map: StreamMap): UnitReader {
  const units: Unit[] = []
  const begun = new Map<number, Begun>()
  const streamIds = new Map<number, number>()
  let rest = new Uint8Array(0)

  const takePacket = (packet: Uint8Array): void => {
    const id = packet[3] ?? 0
    if (id === MAP) map.take(packet)
    const header = headerOf(packet)
    if (header === null) return
    const whole = packet.subarray(header.size)
    const sub = whole[0] ?? 0
    const isSub = id === PRIVATE_1 && isSubstream(whole)
    const stream = isSub ? 0x100 | sub : id
    if (!streamIds.has(stream) && streamIds.size >= STREAMS_MAX) return
    const pieces = isSub ? substreamContent(whole) : [whole]
    streamIds.set(stream, id)
    if (header.shown === null || header.decoded === null) {
      begun.get(stream)?.pieces.push(...pieces)
      return
    }
    const unit = { stream, streamId: id, shown: header.shown, decoded: header.decoded, pieces: [...pieces] }
    begun.set(stream, unit)
    units.push(unit)
  }

  return {
    units,
    streamIds,
    push: (piece) => {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
      rest = bytes.slice(takeWhole(bytes, takePacket))
    },
    end: () => {
      // A packet that the end cuts is taken as it is.
      if (rest.length > 9 && sizeAt(rest, 0) !== null && (rest[3] ?? 0) > PACK) takePacket(rest)
      begun.clear()
    },
  }
}

/** Takes all packets that are whole. Returns where the first that is not begins. */
function takeWhole(bytes: Uint8Array, take: (packet: Uint8Array) => void): number {
  let at = 0
  while (at + 6 <= bytes.length) {
    const size = sizeAt(bytes, at)
    if (size === null) {
      const next = startCodeAt(bytes, at + 1)
      at = next === -1 ? bytes.length - 3 : next
      if (next === -1) break
      continue
    }
    if (at + size > bytes.length) break
    if ((bytes[at + 3] ?? 0) > PACK) take(bytes.subarray(at, at + size))
    at += size
  }
  return at
}

/** How long what begins at `at` is: a pack header, the end code, or a packet with its length. Null: none of these begins there. */
function sizeAt(bytes: Uint8Array, at: number): number | null {
  const [b0, b1, b2, id = 0, high = 0, low = 0] = bytes.subarray(at, at + 6)
  if (b0 !== 0 || b1 !== 0 || b2 !== 1 || id < SYSTEM_MIN) return null
  if (id === END) return 4
  if (id !== PACK) return 6 + ((high << 8) | low)
  return packSize(bytes, at) || null
}

/** The header of a packet of either standard. */
const headerOf = (packet: Uint8Array): PesHeader | null => pesHeader(packet) ?? systemHeader(packet)

const STUFFING = 0xff

/** The header of a packet of a system stream (ISO 11172-1 §2.4.3.3). */
function systemHeader(packet: Uint8Array): PesHeader | null {
  const streamId = packet[3] ?? 0
  if (streamId < 0xc0 || streamId > 0xef) return null
  let at = 6
  while (packet[at] === STUFFING && at < 6 + 16) at++
  if ((packet[at] ?? 0) >> 6 === 1) at += 2
  const marks = (packet[at] ?? 0) >> 4
  if (marks === 2) return { streamId, ...times(packet, at, at), size: at + 5 }
  if (marks === 3) return { streamId, ...times(packet, at, at + 5), size: at + 10 }
  return { streamId, shown: null, decoded: null, size: at + 1 }
}

function times(packet: Uint8Array, shownAt: number, decodedAt: number): Pick<PesHeader, 'shown' | 'decoded'> {
  const shown = timeAt(packet, shownAt)
  return { shown, decoded: timeAt(packet, decodedAt) ?? shown }
}
