/** The `[iflytek_ost]` section of the configuration. */
export interface IflytekOstOptions {
  /** Takes slice_id 0 as well, for clients that number from it. */
  readonly acceptSliceZero: boolean
  /** Compares a `SHA-256=` Digest header with the body; the vendor does not. */
  readonly checkDigest: boolean
  /** Bytes; every slice but the last has at least this many. */
  readonly sliceSizeMin: number
  /** HTTP status of answers whose code is not 0. */
  readonly errorStatus: number
  /** Seconds an upload_id lives. */
  readonly uploadTtlS: number
}
