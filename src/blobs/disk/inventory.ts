import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SegmentName } from '../../core/ids.ts'
import type { BlobInventory, ReadOptions, StoredNames } from '../../core/ports/blobs.ts'
import { storageFailed } from '../failures.ts'
import { toCoreError } from './failures.ts'
import { listStored, segmentPath, sizeOfFile } from './layout.ts'
import { Reader } from './reader.ts'

/** Whose folder is looked at: any segment's. */
export const PROBED = '0'.repeat(32) as SegmentName

/** Segments as files of a folder, for those who only read. Makes nothing. */
export class DiskInventory implements BlobInventory {
  protected readonly dir: string
  readonly #reader = new Reader()
  #isOpen = true

  constructor(dir: string) {
    this.dir = dir
  }

  read(name: SegmentName, start: number, end: number, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    this.requireOpen()
    return this.#reader.read(segmentPath(this.dir, name), start, end, options)
  }

  async sizeOf(name: SegmentName): Promise<number | null> {
    this.requireOpen()
    return await sizeOfFile(this.dir, name).catch(rethrow)
  }

  async *list(): AsyncGenerator<StoredNames> {
    this.requireOpen()
    try {
      yield* listStored(this.dir)
    } catch (error) {
      throw toCoreError(error)
    }
  }

  async listSegments(): Promise<readonly SegmentName[]> {
    const names: SegmentName[] = []
    for await (const { segments } of this.list()) names.push(...segments)
    return names
  }

  async probe(): Promise<void> {
    this.requireOpen()
    await access(dirname(segmentPath(this.dir, PROBED)), constants.R_OK).catch(rethrow)
  }

  async close(): Promise<void> {
    this.#isOpen = false
  }

  protected requireOpen(): void {
    if (!this.#isOpen) throw storageFailed('the store is closed')
  }
}

function rethrow(error: unknown): never {
  throw toCoreError(error)
}
