import type { JsonObject } from '../../core/model/json.ts'
import { isObject } from '../../http/json-shapes.ts'

/** What is kept of an object beside its bytes and type. */
export interface KeptAttributes {
  /** Headers that a GET gives back, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>
  /** What clients call `x-amz-meta-…`, by what stands behind that. */
  readonly meta: Readonly<Record<string, string>>
  readonly tags: Readonly<Record<string, string>>
  /** Null where the client asked for none. */
  readonly checksum: KeptChecksum | null
}

export interface KeptChecksum {
  /** As headers spell it: `crc32`, `crc64nvme`. */
  readonly algorithm: string
  /** Base64; of parts that were summed one by one with a hyphen and their count. */
  readonly value: string
  readonly type: 'FULL_OBJECT' | 'COMPOSITE'
}

/** Attributes as they are read back. What other doors wrote has none of these. */
export function keptAttributes({ headers, meta, tags, checksum }: JsonObject): KeptAttributes {
  const kept = isObject(checksum) ? checksum : {}
  const { algorithm, value, type } = kept
  const isWhole = typeof algorithm === 'string' && typeof value === 'string'
  return {
    headers: texts(headers),
    meta: texts(meta),
    tags: texts(tags),
    checksum: isWhole ? { algorithm, value, type: type === 'COMPOSITE' ? 'COMPOSITE' : 'FULL_OBJECT' } : null,
  }
}

const texts = (value: JsonObject[string] | undefined): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(isObject(value) ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  )
