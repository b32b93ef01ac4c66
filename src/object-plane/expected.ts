import type { PartTarget } from '../core/model/addresses.ts'
import type { DigestName } from '../core/model/bytes.ts'
import type { JsonObject } from '../core/model/json.ts'

/** What is known of bytes before they come. */
export interface PlaneExpected {
  /** What is kept of the upload that they are a part of, beside its bytes. */
  readonly kept?: JsonObject
  /** The part that they will be; null where that is not known. */
  readonly slot: PartTarget | null
  /** The most bytes that they may be, where that is less than the namespace's. */
  readonly sizeMax?: number
  /** What they are summed by beside the flavour's digests. */
  readonly digests?: readonly DigestName[]
}
