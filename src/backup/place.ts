/** A file of a place. */
export interface PlacedFile {
  /** Names between slashes, from the place on. */
  readonly path: string
  /** In bytes. */
  readonly size: number
}

/**
 * Where backups are kept: a folder, or a prefix of a bucket. A file is there as a whole or not at all, however the writer ends. Errors:
 * `storage-failed`, `storage-full`, `unavailable`.
 */
export interface Place {
  /** Writes a file, in the place of one that is there. An error of the source is rethrown, and then nothing is written. */
  write(path: string, source: AsyncIterable<Uint8Array>): Promise<void>
  /** All bytes of a file. Fails with `storage-failed` where it is not. */
  read(path: string): AsyncIterable<Uint8Array>
  /** All files below a folder, in order of path. */
  list(folder: string): Promise<readonly PlacedFile[]>
  /** One that is not there is fine. */
  remove(paths: readonly string[]): Promise<void>
  /** Resolves once all that was written and removed stays so. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** A small file as text. Errors: those of `read`. */
export async function readText(place: Place, path: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of place.read(path)) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

/** Writes a small file. */
export async function writeText(place: Place, path: string, text: string): Promise<void> {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(text)
  }
  await place.write(path, bytes())
}
