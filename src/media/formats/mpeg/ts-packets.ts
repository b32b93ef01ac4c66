/** Bytes of a packet (ISO 13818-1 §2.4.3.2). */
export const PACKET_SIZE = 188
const SYNC = 0x47
/** How far apart packets are: plain, with a time code in front, with error correction of 16 or 20 bytes behind. */
const STRIDES = [188, 192, 204, 208]
/** So many packets in a row are believed; or as many as there are, from two on. */
const PACKETS_AT_START = 5
/** So many are believed after the sync was lost. */
const PACKETS_AFTER_LOSS = 3
/** How much may stand in front of the first packet. */
export const LEAD_SIZE_MAX = 64 * 1024

export interface Layout {
  readonly offset: number
  readonly stride: number
}

/** Where the packets of a transport stream are in the first bytes of a file, at most `leadMax` bytes in; null: nowhere. */
export function findLayout(head: Uint8Array, leadMax: number): Layout | null {
  for (
    let offset = head.indexOf(SYNC);
    offset !== -1 && offset <= leadMax;
    offset = head.indexOf(SYNC, offset + 1)
  ) {
    const stride = STRIDES.find((size) => isRun(head, offset, size, PACKETS_AT_START, 2))
    if (stride !== undefined) return { offset, stride }
  }
  return null
}

/** Whether `count` packets follow each other, or as many as there are, from `least` on. */
function isRun(bytes: Uint8Array, offset: number, stride: number, count: number, least: number): boolean {
  const there = Math.min(count, Math.ceil((bytes.length - offset) / stride))
  if (there < least) return false
  for (let index = 0; index < there; index++) {
    if (!isHeader(bytes, offset + index * stride)) return false
  }
  return true
}

/** A sync byte, and not the reserved adaptation field control of 0. */
const isHeader = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === SYNC && (at + 3 >= bytes.length || ((bytes[at + 3] ?? 0) & 0x30) !== 0)

/** Finds the packets in bytes that come piece by piece. Where the sync is lost it looks for the next run of packets, as receivers do. */
export function createPacketFeed(
  stride: number,
  take: (packet: Uint8Array) => void,
): {
  /** `isLast`: nothing follows, so that fewer packets are believed. */
  push(piece: Uint8Array, isLast: boolean): void
} {
  let rest = new Uint8Array(0)
  let isInSync = false
  return {
    push: (piece, isLast) => {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece])
      let at = 0
      while (at + PACKET_SIZE <= bytes.length) {
        if (isInSync && bytes[at] === SYNC) {
          take(bytes.subarray(at, at + PACKET_SIZE))
          at += stride
          continue
        }
        const next = bytes.indexOf(SYNC, at)
        at = next === -1 ? bytes.length : next
        const isWhole = at + PACKETS_AFTER_LOSS * stride <= bytes.length
        if (!isWhole && !isLast) break
        isInSync = isRun(bytes, at, stride, PACKETS_AFTER_LOSS, 1)
        if (!isInSync) at++
      }
      rest = bytes.slice(Math.min(at, bytes.length))
    },
  }
}
