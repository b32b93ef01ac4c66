import { closeSync, open, openSync, read, readSync } from 'node:fs'
import { CoreError } from '../../core/errors.ts'
import type { DamageKind } from '../../core/model/damages.ts'
import type { ReadOptions } from '../../core/ports/blobs.ts'
import { Promptness } from '../../core/promptness.ts'
import { damaged } from '../failures.ts'
import { type ReadChunk, ReadMemory } from '../read-memory.ts'
import { errorCode, toCoreError } from './failures.ts'

/** The next chunk, on its way from the disk. */
interface Ahead {
  readonly chunk: ReadChunk
  readonly read: Promise<void>
}

/** Reads segments. */
export class Reader {
  readonly #memory = new ReadMemory()
  readonly #disk = new Promptness(() => performance.now())

  /** Bytes `start` to `end` (exclusive) of a file, one chunk ahead of the consumer where there is room for it. */
  async *read(
    path: string,
    start: number,
    end: number,
    options: ReadOptions,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    if (end <= start) return
    const file = await this.#open(path)
    let current: ReadChunk | null = null
    let ahead: Ahead | null = null
    try {
      for (let at = start; at < end; ) {
        current = ahead?.chunk ?? this.#memory.take(end - at, options)
        await (ahead === null ? this.#fill(file, current.bytes, at) : ahead.read)
        at += current.bytes.byteLength
        ahead = at < end && this.#memory.hasRoom(options) ? this.#readAhead(file, at, end, options) : null
        yield current.bytes
        current.giveBack()
        current = null
      }
    } finally {
      await ahead?.read.catch(ignore)
      ahead?.chunk.leave()
      current?.leave()
      closeSync(file)
    }
  }

  #open(path: string): number | Promise<number> {
    return this.#disk.isPrompt ? this.#disk.time(() => openNow(path)) : openLater(path)
  }

  #fill(file: number, bytes: Buffer, start: number): void | Promise<void> {
    if (!this.#disk.isPrompt) return fillLater(file, bytes, start)
    this.#disk.time(() => fillNow(file, bytes, start))
  }

  #readAhead(file: number, start: number, end: number, options: ReadOptions): Ahead {
    const chunk = this.#memory.take(end - start, options)
    const read = fillLater(file, chunk.bytes, start)
    // A failure is met where the chunk is awaited; a consumer who leaves does not get there.
    read.catch(ignore)
    return { chunk, read }
  }
}

function openNow(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    throw toReadError(error)
  }
}

const openLater = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    open(path, 'r', (error, file) => (error === null ? resolve(file) : reject(toReadError(error))))
  })

function fillNow(file: number, bytes: Buffer, start: number): void {
  for (let filled = 0; filled < bytes.byteLength; ) {
    filled += readNow(file, bytes, filled, start)
  }
}

function readNow(file: number, bytes: Buffer, filled: number, start: number): number {
  try {
    return some(readSync(file, bytes, filled, bytes.byteLength - filled, start + filled))
  } catch (error) {
    throw toReadError(error)
  }
}

async function fillLater(file: number, bytes: Buffer, start: number): Promise<void> {
  for (let filled = 0; filled < bytes.byteLength; ) {
    filled += some(await readLater(file, bytes, filled, start))
  }
}

const readLater = (file: number, bytes: Buffer, filled: number, start: number): Promise<number> =>
  new Promise((resolve, reject) => {
    read(file, bytes, filled, bytes.byteLength - filled, start + filled, (error, count) =>
      error === null ? resolve(count) : reject(toReadError(error)),
    )
  })

function some(count: number): number {
  if (count === 0) throw damaged('short', 'a segment ends before its size')
  return count
}

const DAMAGES: ReadonlyMap<unknown, DamageKind> = new Map([
  ['ENOENT', 'missing'],
  ['EIO', 'unreadable'],
])

function toReadError(error: unknown): CoreError {
  if (error instanceof CoreError) return error
  const kind = DAMAGES.get(errorCode(error))
  const { code, message } = toCoreError(error)
  return kind === undefined ? new CoreError(code, message, {}, error) : damaged(kind, message, error)
}

function ignore(): void {}
