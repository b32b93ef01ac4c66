import type { BlobId } from '../../core/ids.ts'
import type { Content } from '../../core/model/bytes.ts'
import { type DigestColumns, digestsOf, digestValues, hexBytes, hexOf, idBytes } from '../values.ts'
import type { ScriptScalar } from './script.ts'

/** An object's or file's bytes as columns tell of them. */
export interface ContentColumns extends DigestColumns {
  readonly blob: Uint8Array | null
  readonly size: number | null
  readonly part_count: number | null
  readonly md5_of_parts: Uint8Array | null
}

/** Null where there is no blob. */
export function contentOf(row: ContentColumns): Content | null {
  if (row.blob === null) return null
  return {
    blob: hexOf<BlobId>(row.blob),
    size: row.size ?? 0,
    partCount: row.part_count ?? 0,
    digests: digestsOf(row),
    md5OfParts: row.md5_of_parts === null ? null : hexOf(row.md5_of_parts),
  }
}

/** The values of the columns blob, size, part_count, md5, sha256, crc64, md5_of_parts. */
export function contentValues(content: Content | null): readonly ScriptScalar[] {
  if (content === null) return [null, null, null, null, null, null, null]
  const { blob, size, partCount, digests, md5OfParts } = content
  return [idBytes(blob), size, partCount, ...digestValues(digests), hexBytes(md5OfParts)]
}
