/** A part as a client lists it to have its upload completed. */
export interface PlaneListedPart {
  readonly number: number
  /** In lower case, without quotes. */
  readonly etag: string
  /** What else the client says of its bytes, by the names that its list has: `ChecksumCRC32`. Absent for nothing. */
  readonly checksums?: Readonly<Record<string, string>>
}
