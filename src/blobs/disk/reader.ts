import { closeSync, open, read } from 'node:fs'
import { CoreError } from '../../core/errors.ts'
import type { DamageKind } from '../../core/model/damages.ts'
import type { ReadOptions } from '../../core/ports/blobs.ts'
import { damaged } from '../failures.ts'
import { ReadMemory } from '../read-memory.ts'
import { errorCode, toCoreError } from './failures.ts'

/** A chunk on its way from the disk, or with the consumer. */
interface Chunk {
  readonly size: number
  readonly bytes: Promise<Buffer>
  giveBack(): void
  leave(): void
}

/** Reads segments. */
export class Reader {
  readonly #memory = new ReadMemory()

  /** Bytes `start` to `end` (exclusive) of a file, one chunk ahead of the consumer where there is room for it. */
  async *read(
    path: string,
    start: number,
    end: number,
    options: ReadOptions,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    if (end <= start) return
    const file = await openFile(path)
    let current: Chunk | null = null
    let ahead: Chunk | null = null
    try {
      for (let at = start; at < end; ) {
        current = ahead ?? this.#take(file, at, end, options)
        at += current.size
        ahead = null
        const bytes = await current.bytes
        if (at < end && this.#memory.hasRoom(options)) ahead = this.#take(file, at, end, options)
        yield bytes
        current.giveBack()
        current = null
      }
    } finally {
      await ahead?.bytes.catch(() => {})
      ahead?.leave()
      current?.leave()
      closeSync(file)
    }
  }

  #take(file: number, start: number, end: number, options: ReadOptions): Chunk {
    const { bytes: memory, giveBack, leave } = this.#memory.take(end - start, options)
    const bytes = readChunk(file, start, memory)
    // A failure is met where the chunk is awaited; a consumer who leaves does not get there.
    bytes.catch(() => {})
    return { size: memory.byteLength, bytes, giveBack, leave }
  }
}

const openFile = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    open(path, 'r', (error, file) => (error === null ? resolve(file) : reject(toReadError(error))))
  })

async function readChunk(file: number, start: number, chunk: Buffer): Promise<Buffer> {
  for (let filled = 0; filled < chunk.byteLength; ) {
    const count = await readSome(file, chunk, filled, start + filled)
    if (count === 0) throw damaged('short', 'a segment ends before its size')
    filled += count
  }
  return chunk
}

const readSome = (file: number, chunk: Buffer, filled: number, position: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(file, chunk, filled, chunk.byteLength - filled, position, (error, count) =>
      error === null ? resolve(count) : reject(toReadError(error)),
    )
  })

const DAMAGES: ReadonlyMap<unknown, DamageKind> = new Map([
  ['ENOENT', 'missing'],
  ['EIO', 'unreadable'],
])

function toReadError(error: unknown): CoreError {
  const kind = DAMAGES.get(errorCode(error))
  const { code, message } = toCoreError(error)
  return kind === undefined ? new CoreError(code, message, {}, error) : damaged(kind, message, error)
}
