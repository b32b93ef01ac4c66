import type { S3Client } from '@aws-sdk/client-s3'
import type { TimeMs } from '../../core/clock.ts'
import type { SegmentName } from '../../core/ids.ts'
import type { Assembly } from '../../core/ports/assembly.ts'
import type {
  BlobInventory,
  BlobStore,
  ReadOptions,
  SegmentWriteOptions,
  SegmentWriter,
  StoredNames,
} from '../../core/ports/blobs.ts'
import type {
  DirectAccess,
  PresignedPut,
  PresignGetOptions,
  PresignPutOptions,
} from '../../core/ports/direct-access.ts'
import { storageFailed } from '../failures.ts'
import { ReadMemory } from '../read-memory.ts'
import { shardedPath } from '../sharded-path.ts'
import { S3Assembly } from './assembly.ts'
import { openClient, requireBucket } from './client.ts'
import { toCoreError } from './failures.ts'
import { createS3Files, type S3Files } from './files.ts'
import { type FindInUse, Listing } from './listing.ts'
import { Looks } from './looks.ts'
import { Mark } from './mark.ts'
import { Memory } from './memory.ts'
import type { S3BlobsOptions } from './options.ts'
import { PART_SIZE_MAX, partSize } from './parts.ts'
import { presignGet, presignPut } from './presign.ts'
import { inGrains, readObject } from './reader.ts'
import { Requests } from './requests.ts'
import { parseS3Url, type S3Location } from './url.ts'
import { type S3Lanes, startWorkers } from './workers.ts'
import { S3Writer, type WriterSetup } from './writer.ts'

export type { S3Files } from './files.ts'
export type { S3BlobsOptions } from './options.ts'
export { parseS3Url } from './url.ts'

/** Segments as objects of a bucket. */
export interface S3Blobs extends BlobStore, BlobInventory, DirectAccess {
  /** Takes no slots where the store does not take parts of different sizes. */
  readonly assembly: Assembly
  /** Objects beside the segments. */
  readonly files: S3Files
  /** What tells this place from others. */
  readonly mark: Mark
  /**
   * Ends uploads that were begun before `olderThanMs`, a time, and never completed, as crashes leave them; choose a time
   * that nobody can still be writing since. Those that `findInUse` tells stay (default none). Returns how many.
   */
  sweepMultipart(olderThanMs: TimeMs, findInUse?: FindInUse): Promise<number>
}

const WORKERS = 2
const BUFFER_MAX = 160 * 1024 * 1024
const ATTEMPTS_MAX = 5
const IDLE_MS = 60_000
const STALL_MS = 10_000
/** Far longer than a server goes on with a request whose sender is gone. */
const LATE_MS = 3_600_000
/** For writing. Readers have as many as there are. */
const CONNECTIONS_MAX = 64

/**
 * Opens the store. Throws a plain Error when the url is wrong; `unavailable` when the store cannot be reached, and
 * `storage-failed` when it has no such bucket or refuses the keys.
 */
export async function openS3Blobs(options: S3BlobsOptions): Promise<S3Blobs> {
  const location = parseS3Url(options.url)
  const { keys = null, attemptsMax = ATTEMPTS_MAX, idleMs = IDLE_MS } = options
  const open = (connectionsMax: number) => openClient(location, { keys, attemptsMax, idleMs, connectionsMax })
  const [client, readClient] = [open(CONNECTIONS_MAX), open(Number.POSITIVE_INFINITY)]
  try {
    await requireBucket(client, location)
  } catch (error) {
    client.destroy()
    readClient.destroy()
    throw error
  }
  return new S3Store(location, client, readClient, options)
}

/** What tells one writer from another. */
type OwnSetup = Pick<WriterSetup, 'key' | 'digests' | 'partSize' | 'slot'>

class S3Store implements S3Blobs {
  readonly lateMs = LATE_MS
  readonly assembly: Assembly
  readonly mark: Mark
  readonly files: S3Files
  readonly #location: S3Location
  readonly #bucket: string
  readonly #prefix: string
  readonly #client: S3Client
  readonly #readClient: S3Client
  readonly #lanes: S3Lanes
  readonly #memory: Memory
  readonly #readMemory = new ReadMemory()
  readonly #requests: Requests
  readonly #listing: Listing
  readonly #writers = new Set<S3Writer>()
  readonly #looks = new Looks((name) => this.sizeOf(name))
  readonly look: BlobStore['look'] = (segments) => this.#looks.look(segments)
  #segments = 0
  #closed: Promise<void> | null = null

  constructor(location: S3Location, client: S3Client, readClient: S3Client, options: S3BlobsOptions) {
    const { bucket, prefix } = location
    const { workers = WORKERS, bufferMax = BUFFER_MAX, stallMs = STALL_MS } = options
    this.#location = location
    this.#bucket = bucket
    this.#prefix = prefix
    this.#client = client
    this.#readClient = readClient
    this.#lanes = startWorkers(workers)
    this.#memory = new Memory(Math.max(bufferMax, 2 * PART_SIZE_MAX), PART_SIZE_MAX, stallMs)
    this.#requests = new Requests(client, bucket)
    this.#listing = new Listing(client, bucket, prefix, this.#requests)
    this.mark = new Mark(readClient, bucket, prefix, this.#requests)
    this.assembly = new S3Assembly({
      takesUnequalParts: location.takesUnequalParts,
      requests: this.#requests,
      keyOf: (name) => {
        this.#requireOpen()
        return this.#keyOf(name)
      },
      open: (setup) => this.#openWriter(setup),
    })
    this.files = createS3Files({
      ...{ client: readClient, bucket, prefix, requests: this.#requests, listing: this.#listing },
      open: (key) => this.#openWriter({ key, digests: [], partSize: (number) => partSize(number, 0) }),
    })
  }

  async create(
    name: SegmentName,
    { digests, sizeExpected = 0 }: SegmentWriteOptions,
  ): Promise<SegmentWriter> {
    const size = (number: number) => partSize(number, sizeExpected)
    const writer = this.#openWriter({ key: this.#keyOf(name), digests, partSize: size })
    return this.#looks.watch(name, writer)
  }

  #openWriter(setup: OwnSetup): S3Writer {
    this.#requireOpen()
    const writer = new S3Writer({
      ...setup,
      segment: this.#segments++,
      lane: this.#lanes.leastBusy(),
      memory: this.#memory,
      requests: this.#requests,
      ended: (ended) => this.#writers.delete(ended),
    })
    this.#writers.add(writer)
    return writer
  }

  read(name: SegmentName, start: number, end: number, options: ReadOptions = {}): AsyncIterable<Uint8Array> {
    this.#requireOpen()
    const pieces = readObject(this.#readClient, this.#bucket, this.#keyOf(name), start, end)
    return options.grain === undefined ? pieces : inGrains(pieces, end - start, this.#readMemory, options)
  }

  async remove(names: readonly SegmentName[]): Promise<void> {
    this.#requireOpen()
    this.#looks.forget(names)
    await this.#listing.remove(names.map((name) => this.#keyOf(name)))
  }

  /** A bucket has no end that can be asked for. */
  async reserve(_size: number): Promise<void> {
    this.#requireOpen()
  }

  async probe(): Promise<void> {
    this.#requireOpen()
    await requireBucket(this.#readClient, this.#location)
  }

  async listSegments(): Promise<readonly SegmentName[]> {
    const names: SegmentName[] = []
    for await (const { segments } of this.list()) names.push(...segments)
    return names.sort()
  }

  async *list(): AsyncGenerator<StoredNames> {
    this.#requireOpen()
    yield* this.#listing.stored()
  }

  async sizeOf(name: SegmentName): Promise<number | null> {
    return (await this.stat(name))?.size ?? null
  }

  async sweepMultipart(olderThanMs: TimeMs, findInUse: FindInUse = async () => []): Promise<number> {
    this.#requireOpen()
    return await this.#listing.sweep(olderThanMs, findInUse)
  }

  async presignGet(name: SegmentName, options: PresignGetOptions): Promise<string> {
    this.#requireOpen()
    return await presignGet(this.#client, this.#bucket, this.#keyOf(name), options).catch(rethrow)
  }

  async presignPut(name: SegmentName, options: PresignPutOptions): Promise<PresignedPut> {
    this.#requireOpen()
    return await presignPut(this.#client, this.#bucket, this.#keyOf(name), options).catch(rethrow)
  }

  async stat(name: SegmentName): Promise<{ readonly size: number; readonly tag: string } | null> {
    this.#requireOpen()
    return await this.#requests.stat(this.#keyOf(name))
  }

  async copy(from: SegmentName, to: SegmentName): Promise<boolean> {
    this.#requireOpen()
    return await this.#requests.copy(this.#keyOf(from), this.#keyOf(to))
  }

  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#writers].map((writer) => writer.close()))
    await this.#lanes.close()
    this.#client.destroy()
    this.#readClient.destroy()
  }

  #keyOf(name: SegmentName): string {
    return `${this.#prefix}${shardedPath(name)}`
  }

  #requireOpen(): void {
    if (this.#closed !== null) throw storageFailed('the store is closed')
  }
}

function rethrow(error: unknown): never {
  throw toCoreError(error)
}
