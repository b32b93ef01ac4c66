import { crc32 as table } from 'node:zlib'
import { FOLDED_SIZE_MAX, FOLDED_SIZE_MIN, fold, OF_CRC32 } from './folding.ts'

/** The CRC-32 (that of zlib) of what `before` is the CRC of and these bytes, several times as fast as zlib's where they are many. */
export function crc32(bytes: Uint8Array, before = 0): number {
  let crc = before
  for (let at = 0; at < bytes.byteLength; at += FOLDED_SIZE_MAX)
    crc = add(bytes.subarray(at, at + FOLDED_SIZE_MAX), crc)
  return crc
}

const register = new Uint8Array(4)
const view = new DataView(register.buffer)
/** What makes zlib's register 0. */
const FRESH = 0xffffffff

function add(piece: Uint8Array, before: number): number {
  if (piece.byteLength < FOLDED_SIZE_MIN) return table(piece, before)
  view.setInt32(0, ~before, true)
  return table(fold(OF_CRC32, register, piece), FRESH)
}
