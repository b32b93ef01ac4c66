import { type FileHandle, open } from 'node:fs/promises'
import { storageFailed } from '../failures.ts'
import { toCoreError } from './failures.ts'

const CHUNK_SIZE_MIN = 16 * 1024
const CHUNK_SIZE_MAX = 512 * 1024
/** What the chunks that are read ahead may come to while there are few readers. */
const AHEAD_SIZE_MAX = 64 * 1024 * 1024

/** Reads segments. Chunks are large for few readers and small for many, so that memory stays bounded. */
export class Reader {
  #open = 0

  /** Bytes `start` to `end` (exclusive) of a file, one chunk ahead of the consumer. */
  async *read(path: string, start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    if (end <= start) return
    const file = await openFile(path)
    this.#open += 1
    let ahead: Promise<Uint8Array> | null = null
    const readAt = (at: number): Promise<Uint8Array> => {
      const chunk = readChunk(file, at, Math.min(this.#chunkSize(), end - at))
      // A failure is met where the chunk is awaited; a consumer who leaves does not get there.
      chunk.catch(() => {})
      return chunk
    }
    try {
      ahead = readAt(start)
      for (let at = start; ahead !== null; ) {
        const chunk: Uint8Array = await ahead
        at += chunk.byteLength
        ahead = at < end ? readAt(at) : null
        yield chunk
      }
    } finally {
      await ahead?.catch(() => {})
      this.#open -= 1
      await file.close()
    }
  }

  #chunkSize(): number {
    const share = Math.floor(AHEAD_SIZE_MAX / this.#open)
    return Math.max(CHUNK_SIZE_MIN, Math.min(CHUNK_SIZE_MAX, share))
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (error) {
    throw toCoreError(error)
  }
}

async function readChunk(file: FileHandle, start: number, size: number): Promise<Uint8Array> {
  const chunk = Buffer.allocUnsafeSlow(size)
  for (let filled = 0; filled < size; ) {
    const { bytesRead } = await file
      .read(chunk, filled, size - filled, start + filled)
      .catch((error: unknown) => Promise.reject(toCoreError(error)))
    if (bytesRead === 0) throw storageFailed('a segment ends before its size')
    filled += bytesRead
  }
  return chunk
}
