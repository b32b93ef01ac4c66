import type { SegmentName } from '../ids.ts'

export interface PresignGetOptions {
  /** Seconds, at most a week. */
  readonly expiresS: number
  /** Answered as Content-Type. */
  readonly contentType?: string
  /** Answered as Content-Disposition. */
  readonly disposition?: string
}

export interface PresignPutOptions {
  /** Seconds, at most a week. */
  readonly expiresS: number
  /** The sender has to send this Content-Type. */
  readonly contentType?: string
  /** The sender has to send this Content-Length. */
  readonly size?: number
  /** Base64. The sender has to send this Content-MD5, and the store checks the bytes by it. */
  readonly md5?: string
}

export interface PresignedPut {
  readonly url: string
  /** To be sent as they are. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * An optional ability of a blob store: clients reach it themselves. A URL reads or writes one segment for a while.
 * Errors are those of a BlobStore.
 */
export interface DirectAccess {
  /** A URL to write a segment by, with one PUT of at most 5 GiB, and the headers that belong to it. */
  presignPut(name: SegmentName, options: PresignPutOptions): Promise<PresignedPut>
  /** A URL to read a segment by. */
  presignGet(name: SegmentName, options: PresignGetOptions): Promise<string>
  /** How many bytes lie there now, and their tag; null if nothing lies there. Other bytes have another tag. */
  stat(name: SegmentName): Promise<{ readonly size: number; readonly tag: string } | null>
  /** Copies at most 5 GiB within the store. Durable when it resolves. False if nothing lies at `from`. */
  copy(from: SegmentName, to: SegmentName): Promise<boolean>
}
