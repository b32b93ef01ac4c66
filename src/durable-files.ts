import { randomUUID } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Makes a file, or the entries of a folder, durable; blocks. */
export function syncPath(path: string): void {
  const fd = openSync(path, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/**
 * Makes `dir` and the folders above it where they are missing, for their owner alone. Returns what `syncFolders` has to be
 * told once something is in `dir`.
 */
export function makeFolders(dir: string): string {
  return resolve(mkdirSync(dir, { recursive: true, mode: 0o700 }) ?? dir)
}

/** Syncs `dir` and the folders that hold it, up to and including the one that holds `firstMade`. */
export function syncFolders(dir: string, firstMade: string): void {
  const path = resolve(dir)
  const parent = dirname(path)
  syncPath(path)
  if (path === firstMade || path === parent) syncPath(parent)
  else syncFolders(parent, firstMade)
}

/**
 * Writes a file for its owner alone, where none is there: however the process and the machine end, it is there as a whole or
 * not at all, and once this returns it stays. Of several processes the first one's text holds. The folder has to be there.
 * Removes drafts of earlier processes. Returns whether this call wrote it.
 */
export function writeOnce(file: string, text: string): boolean {
  removeDrafts(file)
  try {
    return !existsSync(file) && linkOnce(file, text)
  } finally {
    // Also where it was there: an earlier start may have ended before this.
    syncPath(dirname(file))
  }
}

/** What `writeOnce` adds to a file's name for a draft. */
const DRAFT = /^\.[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * Removes drafts of `file` that processes left which ended in the midst of `writeOnce`: those that are older than this process.
 * One that cannot be removed stays.
 */
export function removeDrafts(file: string): void {
  const [dir, name] = [dirname(file), basename(file)]
  try {
    for (const entry of readdirSync(dir)) {
      if (!entry.startsWith(name) || !DRAFT.test(entry.slice(name.length))) continue
      const draft = join(dir, entry)
      if (statSync(draft).mtimeMs < performance.timeOrigin) rmSync(draft)
    }
  } catch {
    // A folder that cannot be read or changed is no reason not to start.
  }
}

function linkOnce(file: string, text: string): boolean {
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, text, { mode: 0o600, flush: true })
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if (existsSync(file)) return false
    // A process that began after this one has taken it for one that was left.
    if (!existsSync(draft)) return linkOnce(file, text)
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}
