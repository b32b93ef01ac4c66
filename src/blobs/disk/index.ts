import { constants } from 'node:fs'
import { access, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { SegmentName } from '../../core/ids.ts'
import {
  type AilingSegment,
  ailmentOf,
  type BlobInventory,
  type BlobStore,
  type ExpectedSegment,
  type SegmentWriteOptions,
  type SegmentWriter,
} from '../../core/ports/blobs.ts'
import { DiskRoom } from '../../disk-room.ts'
import { Buffers } from './buffers.ts'
import { errorCode, toCoreError } from './failures.ts'
import { DiskInventory, PROBED } from './inventory.ts'
import type { Fault } from './jobs.ts'
import { type Durability, makeSegmentFolders, segmentPath, syncFolderLater } from './layout.ts'
import { type DiskLanes, startWorkers } from './workers.ts'
import { DiskWriter } from './writer.ts'

export interface DiskBlobsOptions {
  /** The folder of the segments; made when it is missing, with all folders above it. */
  readonly dir: string
  /** `strict`: what has resolved outlives a power cut. `relaxed`: nothing is synced. */
  readonly durability: Durability
  /** Threads that hash and write. Default 2. */
  readonly workers?: number
  /** Most bytes that are held in memory for all writers together. Default 32 MiB. */
  readonly bufferMax?: number
  /** Bytes of the disk that are kept free: nothing is written that goes into them. Default 64 MiB. */
  readonly reserveBytes?: number
  /** Failures to play, for tests. */
  readonly faults?: readonly Fault[]
}

/** Segments as files of a folder of this machine. */
export interface DiskBlobs extends BlobStore, BlobInventory {}

const WORKERS = 2
const BUFFER_MAX = 32 * 1024 * 1024
const RESERVE_BYTES = 64 * 1024 * 1024
/** Few, so that reads find a free thread. */
const FILES_AT_ONCE = 2

/** For those who only read: nothing is made, and there are no threads. */
export const openDiskInventory = (dir: string): BlobInventory => new DiskInventory(dir)

/** Opens the store. Errors: `storage-full`, `storage-failed` when the folders cannot be made. */
export async function openDiskBlobs(options: DiskBlobsOptions): Promise<DiskBlobs> {
  try {
    makeSegmentFolders(options.dir, options.durability)
  } catch (error) {
    throw toCoreError(error)
  }
  return new DiskStore(options)
}

class DiskStore extends DiskInventory implements DiskBlobs {
  /** What writes is a thread of this process. */
  readonly lateMs = 0
  readonly #durability: Durability
  readonly #workers: DiskLanes
  readonly #buffers: Buffers
  readonly #room: DiskRoom
  #segments = 0
  #closed: Promise<void> | null = null

  constructor(options: DiskBlobsOptions) {
    const { dir, durability, faults = [], workers = WORKERS } = options
    super(dir)
    this.#durability = durability
    this.#buffers = new Buffers(options.bufferMax ?? BUFFER_MAX)
    this.#workers = startWorkers({ dir, durability, memory: this.#buffers.memory, faults }, workers)
    this.#room = new DiskRoom(dir, options.reserveBytes ?? RESERVE_BYTES)
  }

  async create(
    name: SegmentName,
    { digests, sizeExpected = 0 }: SegmentWriteOptions,
  ): Promise<SegmentWriter> {
    this.requireOpen()
    return new DiskWriter({
      segment: this.#segments++,
      name,
      path: segmentPath(this.dir, name),
      digests,
      lanes: this.#workers,
      buffers: this.#buffers,
      room: this.#room.promise(sizeExpected),
      onRemoved: () => this.#room.freed(),
    })
  }

  async look(segments: readonly ExpectedSegment[]): Promise<readonly AilingSegment[]> {
    const ailing: AilingSegment[] = []
    await forEach(segments, async (segment) => {
      const kind = ailmentOf(segment, await this.sizeOf(segment.name))
      if (kind !== null) ailing.push({ name: segment.name, kind })
    })
    return ailing
  }

  async remove(names: readonly SegmentName[]): Promise<void> {
    this.requireOpen()
    const paths = names.map((name) => segmentPath(this.dir, name))
    await forEach(paths, removeFile)
    this.#room.freed()
    // Also of files that were gone already: their removal may not be durable yet.
    if (this.#durability === 'strict') await forEach([...new Set(paths.map(dirname))], syncFolderLater)
  }

  async reserve(size: number): Promise<void> {
    this.requireOpen()
    await this.#room.require(size).catch(rethrow)
  }

  override async probe(): Promise<void> {
    await super.probe()
    await access(dirname(segmentPath(this.dir, PROBED)), constants.W_OK).catch(rethrow)
  }

  override close(): Promise<void> {
    this.#closed ??= super.close().then(() => this.#workers.close())
    return this.#closed
  }
}

/** Does `work` for all items, a few at a time, and fails with the first failure once all were tried. */
async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const failures: unknown[] = []
  const rest = items.values()
  const run = async () => {
    for (const item of rest) await work(item).catch((error: unknown) => failures.push(error))
  }
  await Promise.all(Array.from({ length: FILES_AT_ONCE }, run))
  if (failures.length > 0) throw toCoreError(failures[0])
}

async function removeFile(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

function rethrow(error: unknown): never {
  throw toCoreError(error)
}
