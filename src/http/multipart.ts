import type { Exchange } from './types.ts'

export interface FilePart {
  /** As sent, decoded where possible; never a path. */
  readonly filename: string
  readonly contentType: string
  /** Must be read to its end or left by throwing. */
  readonly stream: AsyncIterable<Uint8Array>
}

export interface MultipartOptions<T> {
  /** The part with this name is the file, whether or not it has a filename; a second one is a fault. */
  readonly fileField: string
  /** Called once, when the file part starts: possibly before any field is known. Its result is handed back. */
  receiveFile(file: FilePart): Promise<T>
  /** Undoes `receiveFile`'s result when the body turns out bad after it. */
  discardFile(received: T): Promise<void>
  readonly fieldsMax?: number
  readonly fieldSizeMax?: number
}

/**
 * Reads a multipart/form-data body with bounded memory, in whatever order its parts come. Faults:
 * `unsupported-media-type`, `malformed-multipart` (no boundary, broken framing, a field or file twice), `too-complex`,
 * `body-truncated`. On any failure a received file is discarded first.
 */
export function readMultipart<T>(
  _exchange: Exchange,
  _options: MultipartOptions<T>,
): Promise<{ readonly fields: ReadonlyMap<string, string>; readonly file: T | null }> {
  throw new Error('to be written')
}
