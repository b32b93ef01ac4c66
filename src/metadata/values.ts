import type { Digests } from '../core/model/bytes.ts'
import type { JsonObject } from '../core/model/json.ts'

const HEX_ID = /^[0-9a-f]{32}$/
const HEX = /^(?:[0-9a-f]{2})+$/
const NO_BYTES = Buffer.alloc(0)

/** The 16 bytes of an id or a segment's name. For other text, bytes that no row has. */
export const idBytes = (id: string): Buffer => (HEX_ID.test(id) ? Buffer.from(id, 'hex') : NO_BYTES)

/** Lower-case hex of `bytes`, as the id that the column is known to hold. */
export const hexOf = <Id extends string = string>(bytes: Uint8Array): Id =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex') as Id

/** Digests as columns keep them. */
export interface DigestColumns {
  readonly md5: Uint8Array | null
  readonly sha256: Uint8Array | null
  readonly crc64: string | null
}

export function digestsOf({ md5, sha256, crc64 }: DigestColumns): Digests {
  return {
    ...(md5 === null ? {} : { md5: hexOf(md5) }),
    ...(sha256 === null ? {} : { sha256: hexOf(sha256) }),
    ...(crc64 === null ? {} : { crc64 }),
  }
}

/** The digests of a part, which keeps more of them than an object. */
export const partDigestsOf = (row: DigestColumns & { readonly sums: string | null }): Digests => ({
  ...digestsOf(row),
  ...(row.sums === null ? {} : (JSON.parse(row.sums) as Digests)),
})

/** The value of a part's column sums. */
export function sumsText({ md5: _, sha256: __, crc64: ___, ...rest }: Digests): string | null {
  return Object.keys(rest).length === 0 ? null : JSON.stringify(rest)
}

/** The values of the columns md5, sha256, crc64. */
export const digestValues = ({
  md5,
  sha256,
  crc64,
}: Digests): [Buffer | null, Buffer | null, string | null] => [
  hexBytes(md5 ?? null),
  hexBytes(sha256 ?? null),
  crc64 ?? null,
]

export function hexBytes(hex: string | null): Buffer | null {
  if (hex === null) return null
  if (!HEX.test(hex)) throw new TypeError('a digest is not lower-case hex')
  return Buffer.from(hex, 'hex')
}

export const parseJson = (text: string): JsonObject => JSON.parse(text) as JsonObject

/** Text in one letter case, of any script. Keywords are looked for in it. */
export const folded = (text: string): string => text.toLowerCase()
