const PTS_SIZE = 5

/** The header of a packet of an elementary stream (ISO 13818-1 §2.4.3.6). Times are ticks of 90 kHz, 33 bits of them. */
export interface PesHeader {
  readonly streamId: number
  /** When it is shown; null: the packet has no time. */
  readonly shown: number | null
  /** When it is decoded; that of showing where the packet has no other. */
  readonly decoded: number | null
  /** Where its content begins. */
  readonly size: number
}

/** Streams without such a header: maps, padding, private 2, ECM, EMM, DSM-CC, H.222.1 E, directory. */
const BARE: readonly number[] = [0xbc, 0xbe, 0xbf, 0xf0, 0xf1, 0xf2, 0xf8, 0xff]

/** The header that begins at `at`; null: there is none. */
export function pesHeader(bytes: Uint8Array, at = 0): PesHeader | null {
  const [b0, b1, b2, streamId = 0] = bytes.subarray(at, at + 4)
  if (b0 !== 0 || b1 !== 0 || b2 !== 1 || streamId < 0xbd || BARE.includes(streamId)) return null
  const [marks = 0, flags = 0, length = 0] = bytes.subarray(at + 6, at + 9)
  if (marks >> 6 !== 2) return null
  const has = flags >> 6
  const shown = has >= 2 ? timeAt(bytes, at + 9) : null
  const decoded = has === 3 ? timeAt(bytes, at + 9 + PTS_SIZE) : shown
  return { streamId, shown, decoded, size: 9 + length }
}

/** 33 bits among marks; null for marks that are not set, or bytes that are not there. */
export function timeAt(bytes: Uint8Array, at: number): number | null {
  const [b0 = 0, b1 = 0, b2 = 0, b3 = 0, b4 = 0] = bytes.subarray(at, at + PTS_SIZE)
  if ((b0 & b2 & b4 & 1) === 0) return null
  return ((b0 >> 1) & 7) * 2 ** 30 + (((b1 << 7) | (b2 >> 1)) * 2 ** 15 + ((b3 << 7) | (b4 >> 1)))
}
