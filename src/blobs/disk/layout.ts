import { mkdirSync } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseSegmentName, type SegmentName } from '../../core/ids.ts'
import type { StoredNames } from '../../core/ports/blobs.ts'
import { makeFolders, syncFolders } from '../../durable-files.ts'
import { shardedPath } from '../sharded-path.ts'
import { errorCode } from './failures.ts'

/** `strict` syncs files and folders before success is told; `relaxed` leaves it to the system. */
export type Durability = 'strict' | 'relaxed'

const FOLDERS = Array.from({ length: 256 }, (_, index) => index.toString(16).padStart(2, '0'))

/** Where a segment lies: `<dir>/<first two digits>/<name>`. Refuses anything but 32 lower-case hex digits. */
export function segmentPath(dir: string, name: SegmentName): string {
  return join(dir, shardedPath(name))
}

/**
 * Makes `dir`, the folders above it and its fan-out folders where they are missing. Syncs also what was there: an earlier
 * start may have ended between making and syncing.
 */
export function makeSegmentFolders(dir: string, durability: Durability): void {
  const firstMade = makeFolders(dir)
  for (const folder of FOLDERS) makeFolder(join(dir, folder))
  if (durability === 'strict') syncFolders(dir, firstMade)
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}

/** Makes the entries of a folder durable, off the calling thread. */
export async function syncFolderLater(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** All that lies below `dir`, folder by folder, in ascending order. A folder that is missing has nothing. */
export async function* listStored(dir: string): AsyncGenerator<StoredNames> {
  const known = new Set(FOLDERS)
  const top = await readdir(dir)
  yield { segments: [], others: top.filter((entry) => !known.has(entry)) }
  for (const folder of top.filter((entry) => known.has(entry)).sort()) {
    const entries = (await readdir(join(dir, folder))).sort()
    const isSegment = (entry: string) => parseSegmentName(entry) !== null && entry.startsWith(folder)
    yield {
      segments: entries.filter(isSegment) as SegmentName[],
      others: entries.filter((entry) => !isSegment(entry)).map((entry) => `${folder}/${entry}`),
    }
  }
}

/** The size of a segment's file; null where there is none. Throws the system's errors. */
export async function sizeOfFile(dir: string, name: SegmentName): Promise<number | null> {
  try {
    return (await stat(segmentPath(dir, name))).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}
