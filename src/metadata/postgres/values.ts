/** What a parameter of a statement may be. */
export type SqlValue =
  | string
  | number
  | boolean
  | Buffer
  | null
  | readonly (string | number | Buffer | null)[]

/** Text in one letter case, of any script: what keywords are looked for in. */
export const folded = (text: string): string => text.toLowerCase()

/** Bytes as a plain array, without copying. */
export const plainBytes = (bytes: Buffer): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
