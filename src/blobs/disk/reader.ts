import { type FileHandle, open } from 'node:fs/promises'
import { storageFailed } from '../failures.ts'
import { toCoreError } from './failures.ts'

const CHUNK_SIZE_MIN = 16 * 1024
const CHUNK_SIZE_MAX = 512 * 1024
/** What all chunks of all readers may come to; only chunks of the smallest size go beyond. */
const HELD_SIZE_MAX = 64 * 1024 * 1024
/** A chunk takes at most this part of what is left, so that something is left for the next. */
const SHARE = 1 / 8

/** A chunk on its way from the disk, or with the consumer. */
interface Chunk {
  readonly size: number
  readonly bytes: Promise<Uint8Array>
}

/** Reads segments. Chunks are large for few readers and small for many, so that memory stays bounded. */
export class Reader {
  #held = 0

  /** Bytes `start` to `end` (exclusive) of a file, one chunk ahead of the consumer. */
  async *read(path: string, start: number, end: number): AsyncGenerator<Uint8Array, void, undefined> {
    if (end <= start) return
    const file = await openFile(path)
    let current: Chunk | null = null
    let ahead: Chunk | null = null
    try {
      ahead = this.#take(file, start, end)
      for (let at = start; ahead !== null; ) {
        current = ahead
        at += current.size
        ahead = null
        const bytes = await current.bytes
        ahead = at < end ? this.#take(file, at, end) : null
        yield bytes
        this.#held -= current.size
        current = null
      }
    } finally {
      await ahead?.bytes.catch(() => {})
      this.#held -= (current?.size ?? 0) + (ahead?.size ?? 0)
      await file.close()
    }
  }

  #take(file: FileHandle, start: number, end: number): Chunk {
    const share = Math.floor((HELD_SIZE_MAX - this.#held) * SHARE)
    const size = Math.min(Math.max(share, CHUNK_SIZE_MIN), CHUNK_SIZE_MAX, end - start)
    const bytes = readChunk(file, start, size)
    // A failure is met where the chunk is awaited; a consumer who leaves does not get there.
    bytes.catch(() => {})
    this.#held += size
    return { size, bytes }
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
