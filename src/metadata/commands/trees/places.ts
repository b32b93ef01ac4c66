import type { TimeMs } from '../../../core/clock.ts'
import { CoreError } from '../../../core/errors.ts'
import type { BlobId } from '../../../core/ids.ts'
import type { AccountLimits } from '../../../core/model/limits.ts'
import type { ConflictPolicy } from '../../../core/model/objects.ts'
import type { DirectoryEntry, Entry, EntryId, Place, SeenFile } from '../../../core/model/trees.ts'
import { idBytes } from '../../values.ts'
import { requireWithin } from '../account-room.ts'
import { requireNotHeld } from '../add-object.ts'
import { releaseBlob } from '../parts.ts'
import { LOCK, later, one, type Script, sql } from '../script.ts'
import { count } from './counts.ts'
import { freeName } from './free-name.ts'
import { type Ascent, ascend, findInTheWay, lockById } from './paths.ts'
import { requireRoom } from './quota-room.ts'
import { bytesOf, insertEntry, replaceEntry } from './rows.ts'
import type { VolumeRecord } from './volume-rows.ts'

/** Locks a directory. Nobody else adds to it or takes from it until the end of the command. Errors: `directory-not-found`. */
export function* lockDirectory(volume: VolumeRecord, id: EntryId): Script<DirectoryEntry> {
  return requireDirectory(yield* lockById(volume, id))
}

/** As `lockDirectory`, of one that is known to be there and to stay. It goes with the next statement that is waited for. */
export function* holdDirectory(id: EntryId): Script<void> {
  yield* later(sql(`SELECT 1 FROM entries WHERE id = ?${LOCK}`, idBytes(id)))
}

/** Errors: `directory-not-found` for anything else. */
function requireDirectory(entry: Entry | null): DirectoryEntry {
  if (entry?.kind !== 'directory') throw new CoreError('directory-not-found', 'no such directory')
  return entry
}

/** Names from the root to a directory. Errors: `directory-not-found` if no way leads there. */
export function* requirePath(volume: VolumeRecord, id: EntryId): Script<readonly string[]> {
  const { path } = yield* ascend(volume, id)
  if (path === null) throw new CoreError('directory-not-found', 'no way leads to the directory')
  return path
}

/** As `requirePath`, for a directory whose way up was read. Null: the directory, or one above it, is in the bin. */
export function* requirePathOrBin(volume: VolumeRecord, ascent: Ascent): Script<readonly string[] | null> {
  const found = yield* pathOrBin(volume, ascent)
  if (found === null) throw new CoreError('directory-not-found', 'the directory is removed')
  return found.path
}

/** The path of an entry. An entry in the bin has the path null. Null alone: the entry is being removed. */
export function* findPathOrBin(
  volume: VolumeRecord,
  id: EntryId,
): Script<{ readonly path: readonly string[] | null } | null> {
  return yield* pathOrBin(volume, yield* ascend(volume, id))
}

function* pathOrBin(
  volume: VolumeRecord,
  { ids, path }: Ascent,
): Script<{ readonly path: readonly string[] | null } | null> {
  if (path !== null) return { path }
  const recycled = yield* one(
    'SELECT 1 FROM recycled WHERE entry = ? AND volume = ? AND generation = ?',
    ...[idBytes(ids.at(-1) ?? ''), volume.id, volume.binGeneration],
  )
  return recycled === undefined ? null : { path: null }
}

/** Where something new may stand. */
export interface FreePlace {
  readonly name: string
  /** What has to make way for it, locked. */
  readonly taken: Entry | null
}

/** Errors: `object-changed` unless it is a file that has these bytes. Undefined takes anything. */
export function requireBlob(entry: Entry | null, blob: BlobId | undefined): void {
  if (blob === undefined || (entry?.kind === 'file' && entry.content.blob === blob)) return
  throw new CoreError('object-changed', 'the file has other bytes by now')
}

/** Errors: `entry-not-found` unless the entry is at this place. Undefined takes any place. */
export function requirePlace({ parent, name }: Entry, place: Place | undefined): void {
  if (place === undefined || (parent === place.parent && name === place.name)) return
  throw new CoreError('entry-not-found', 'the entry is at another place by now')
}

/**
 * Decides on the name of something new in a locked directory. Errors: `object-changed` unless `ifThere` is there,
 * `name-conflict`, `rename-exhausted`, `object-held`; a directory neither makes way nor takes the place of anything.
 */
export function* takePlace(
  volume: VolumeRecord,
  { parent, name }: Place,
  isDirectory: boolean,
  conflict: ConflictPolicy,
  ifThere?: SeenFile,
): Script<FreePlace> {
  const found = yield* findInTheWay(volume, parent, name)
  if (ifThere !== undefined) requireBlob(found?.id === ifThere.id ? found : null, ifThere.blob)
  if (found === null) return { name, taken: null }
  if (conflict === 'rename') return { name: yield* freeName(parent, name, isDirectory), taken: null }
  if (conflict === 'fail' || isDirectory || found.kind === 'directory') {
    throw new CoreError('name-conflict', 'the name is taken', { kind: found.kind })
  }
  const taken = yield* lockById(volume, found.id)
  if (taken?.kind === 'file') requireNotHeld(taken)
  return { name, taken }
}

/** Adds to a locked directory's counts of its own entries. */
export function* countChild(parent: EntryId, entry: Entry, by: 1 | -1): Script<void> {
  const column = entry.kind === 'directory' ? 'directory_count' : 'file_count'
  yield* later(sql(`UPDATE entries SET ${column} = ${column} + ? WHERE id = ?`, by, idBytes(parent)))
}

/** What an entry adds to its volume's counts. */
export const countsOfEntry = (entry: Entry, by: 1 | -1) =>
  entry.kind === 'directory'
    ? { id: entry.id, directories: by }
    : { id: entry.id, files: by, bytes: by * bytesOf(entry) }

/** How an entry is put into its place. */
export interface Putting {
  /** The account's limits; absent for none. */
  readonly within?: AccountLimits | undefined
  /** Bytes that its upload has room for in the volume already. */
  readonly reserved?: number
  readonly now: TimeMs
}

/**
 * Puts a new entry, no directory, into a locked directory; one that makes way gives it its id and time of making. A
 * reference to the bytes is there for it. Errors: `quota-exceeded`.
 */
export function* putInPlace(
  volume: VolumeRecord,
  fresh: Entry,
  taken: Entry | null,
  { within, reserved = 0, now }: Putting,
): Script<Entry> {
  const bytes = bytesOf(fresh)
  if (taken === null) {
    yield* requireRoom(volume, bytes - reserved)
    yield* requireWithin(volume.address.account, within, { entries: 1, storedBytes: bytes })
    yield* insertEntry(volume, fresh)
    if (fresh.parent !== null) yield* countChild(fresh.parent, fresh, 1)
    yield* count(volume.id, [countsOfEntry(fresh, 1)])
    return fresh
  }
  const entry = { ...fresh, id: taken.id, createdAt: taken.createdAt, version: taken.version + 1 }
  const added = bytes - bytesOf(taken)
  yield* requireRoom(volume, added - reserved)
  yield* requireWithin(volume.address.account, within, { storedBytes: Math.max(0, added) })
  yield* replaceEntry(entry)
  if (taken.kind === 'file') yield* releaseBlob(taken.content.blob, now)
  yield* count(volume.id, [{ id: entry.id, bytes: added }])
  return entry
}
