import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDiskBlobs } from './blobs/disk/index.ts'
import type { S3Blobs } from './blobs/s3/index.ts'
import type { Config } from './config/load.ts'
import type { TimeMs } from './core/clock.ts'
import { messageOf } from './core/errors.ts'
import type { SegmentName } from './core/ids.ts'
import type { Assembly, OpenAssembly } from './core/ports/assembly.ts'
import type { BlobInventory, BlobStore } from './core/ports/blobs.ts'
import type { DirectAccess } from './core/ports/direct-access.ts'
import type { Facts } from './core/ports/facts.ts'
import { lockDataFolder } from './data-lock.ts'
import { makeFolders, syncFolders, writeOnce } from './durable-files.ts'
import { coolDown, openSqliteMetadata } from './metadata/sqlite/index.ts'
import { type Marked, requireSameBlobs } from './same-blobs.ts'
import { ConfigError } from './settings/error.ts'

// The clients of PostgreSQL and S3 are large: they are loaded only where they are used, so that the embedded mode stays small.

/** The embedded metadata's file in the data folder. */
export const DATABASE_NAME = 'stowage.db'

export interface Stores {
  readonly metadata: Facts
  /** Which of them others run, elsewhere. */
  readonly isRemote: { readonly facts: boolean; readonly blobs: boolean }
  /** Throws a plain Error when the data folder, as long as it is one server's alone, is no longer where it was. */
  requireFolder(): void
  /** Closes all of them. */
  close(): Promise<void>
  readonly blobs: BlobStore & BlobInventory
  /** Where clients are to reach the blob store themselves. */
  readonly direct?: DirectAccess
  /** Where clients are to read whole objects from the blob store themselves. */
  readonly leads?: Pick<DirectAccess, 'presignGet'>
  /** The blob store's ability to put parts together, where it has it. */
  readonly assembly?: Assembly
  /**
   * Ends uploads inside the blob store that were begun before a time and never completed, but for those that `findInUse`
   * tells. Returns how many.
   */
  readonly sweepUnfinished?: (
    before: TimeMs,
    findInUse: (names: readonly SegmentName[]) => Promise<readonly OpenAssembly[]>,
  ) => Promise<number>
}

export interface StoreOptions extends StoreHearers {
  readonly isAlone: boolean
}

export interface Bytes extends Omit<Stores, 'metadata' | 'isRemote' | 'requireFolder' | 'close'> {
  /** Where the store has a mark to be known by. */
  readonly marked?: Marked
}

export interface StoreHearers {
  /** Hears of a store that only a restart can bring back. */
  readonly onLost: (reason: string) => void
  /** Hears, in a line each, what an operator should know. */
  readonly onProblem: (problem: string) => void
  /** Default true. False: the embedded metadata works in the caller's thread, which costs less to start. */
  readonly threads?: boolean
}

/**
 * Opens the stores that the configuration names, the bytes first: what is answered later is only as durable as the folders
 * that they make. `isAlone`: no other server may use the data folder meanwhile, unless nodes keep nothing there. Leaves nothing open on
 * failure. Errors: ConfigError when they do not belong together or another server has the folder, CoreError when one cannot be opened.
 */
export async function openStores(config: Config, options: StoreOptions): Promise<Stores> {
  const { dataDir, metadata: facts, blobs } = config.server
  const isRemote = { facts: facts !== 'sqlite', blobs: blobs !== 'disk' }
  const isLocked = options.isAlone && !(isRemote.facts && isRemote.blobs)
  const open: (() => unknown)[] = []
  const close = async (): Promise<void> => {
    for (const end of open.splice(0).reverse()) await end()
  }
  try {
    const lock = isLocked ? lockDataFolder(dataDir) : null
    if (lock !== null) open.push(() => lock.release())
    const { marked, ...bytes } = await openBlobs(config)
    syncFolders(dataDir, makeFolders(dataDir))
    const metadata = await openMetadata(config, options).catch(async (error) => {
      await bytes.blobs.close()
      throw error
    })
    open.push(
      () => metadata.close(),
      () => bytes.blobs.close(),
    )
    await requireSameBlobs(metadata, blobsPlace(config), marked ?? null)
    return { metadata, ...bytes, isRemote, requireFolder: () => lock?.require(), close }
  } catch (error) {
    await close()
    throw error
  }
}

/**
 * Opens only the facts. `migrates`: bring the schema up to date first (the default); else an older one is refused with a
 * CoreError that says so.
 */
export async function openMetadata(
  { server }: Config,
  {
    onLost = () => {},
    onProblem,
    threads = true,
    migrates = true,
  }: Partial<StoreHearers> & { migrates?: boolean } = {},
): Promise<Facts> {
  const { metadata, dataDir, durability, diskReserve } = server
  if (metadata !== 'sqlite') {
    await coolDown()
    const { openPostgresMetadata } = await import('./metadata/postgres/index.ts')
    return openPostgresMetadata({ url: metadata, durability, migrates, ...(onProblem && { onProblem }) })
  }
  const lost = () => onLost('a thread of the metadata store ended')
  const path = join(dataDir, DATABASE_NAME)
  return openSqliteMetadata({ path, durability, reserveBytes: diskReserve, onLost: lost, migrates, threads })
}

/** Opens only the store of bytes. Errors: those of `openStores`. */
export async function openBlobs({ server }: Config): Promise<Bytes> {
  const { blobs: where, dataDir, durability, diskReserve, directUploads, directDownloads } = server
  if (where === 'disk') {
    return {
      blobs: await openDiskBlobs({ dir: blobsFolder(dataDir), durability, reserveBytes: diskReserve }),
    }
  }
  const blobs = await openS3Store(where)
  return {
    ...{ blobs, marked: blobs.mark, assembly: blobs.assembly },
    ...{ ...(directUploads ? { direct: blobs } : {}), ...(directDownloads ? { leads: blobs } : {}) },
    sweepUnfinished: (before, findInUse) => blobs.sweepMultipart(before, findInUse),
  }
}

/** Errors: ConfigError for what is no such URL, CoreError when the store cannot be opened. */
export async function openS3Store(url: string): Promise<S3Blobs> {
  const { openS3Blobs, parseS3Url } = await import('./blobs/s3/index.ts')
  try {
    parseS3Url(url)
  } catch (error) {
    const reason = messageOf(error)
    throw new ConfigError(`blobs: ${reason}; accepted: s3://bucket/prefix?endpoint=http://host:port`)
  }
  return openS3Blobs({ url })
}

/**
 * Where the bytes are, as the facts know it. SQLite and its disk are in one folder and move together: no mark is needed, and a backup
 * has nothing to forget. `identityOf`: the mark of a data folder.
 */
export function blobsPlace({ server }: Config, identityOf = diskIdentity): string {
  const { metadata, blobs, dataDir } = server
  if (blobs === 'disk') return metadata === 'sqlite' ? 'disk' : `disk:${identityOf(dataDir)}`
  const { host, pathname, searchParams } = new URL(blobs)
  return `s3://${host}${pathname.replace(/\/+$/, '')}?endpoint=${searchParams.get('endpoint') ?? 'aws'}`
}

/** A data folder's own mark, made at its first start. */
function diskIdentity(dataDir: string): string {
  writeOnce(identityFile(dataDir), randomUUID())
  return knownIdentity(dataDir)
}

/** That mark; empty where there was no start yet. */
export function knownIdentity(dataDir: string): string {
  const file = identityFile(dataDir)
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
}

const identityFile = (dataDir: string): string => join(dataDir, 'blobs.id')

export const blobsFolder = (dataDir: string): string => join(dataDir, 'blobs')
