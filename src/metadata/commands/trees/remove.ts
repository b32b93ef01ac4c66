import type { TimeMs } from '../../../core/clock.ts'
import { CoreError } from '../../../core/errors.ts'
import type { Entry, EntryId } from '../../../core/model/trees.ts'
import { idBytes } from '../../values.ts'
import type { ScriptOf } from '../command.ts'
import { lock, one, run, type Script } from '../script.ts'
import { type Counts, count } from './counts.ts'
import { doomEntry } from './doomed.ts'
import { requireNoneHeld } from './holds.ts'
import { requirePlaced } from './move.ts'
import { ascend, lockById } from './paths.ts'
import { countChild, lockDirectory, requireBlob, requirePlace } from './places.ts'
import { bytesOf } from './rows.ts'
import { requireVolume, type VolumeRecord } from './volume-rows.ts'

/** So many entries of a directory are counted at most when it goes into the bin. */
const COUNTED_MAX = 1000

export const removeEntry: ScriptOf<'removeEntry'> = function* (command) {
  const { volume: address, id, kind, bin, ifBlob, ifPlace, ifEmpty = false, now } = command
  const found = yield* requireVolume(address)
  const { kind: own } = yield* requirePlaced(found, id)
  if (kind !== null && kind !== own) {
    throw new CoreError('entry-mismatch', 'the entry is of another kind', { kind: own })
  }
  yield* lock(found.id, own === 'directory' ? 'exclusive' : 'shared')
  // The bin may have been emptied while this waited.
  const volume = yield* requireVolume(address)
  const entry = yield* lockPlaced(volume, id)
  requirePlace(entry, ifPlace)
  requireBlob(entry, ifBlob)
  if (ifEmpty && entry.kind === 'directory' && entry.fileCount + entry.directoryCount > 0)
    throw new CoreError('object-changed', 'something is in the directory')
  if (!bin) yield* requireNoneHeld(volume, entry)
  yield* countChild(entry.parent, entry, -1)
  yield* run('UPDATE entries SET parent = NULL WHERE id = ?', idBytes(id))
  if (bin) return { entry, recycledId: yield* recycle(volume, entry, now) }
  yield* doomEntry(volume.id, id, now)
  return { entry, recycledId: null }
}

type Reachable = Entry & { readonly parent: EntryId; readonly path: readonly string[] }

/** An entry that the root leads to, locked after its directory. Errors: `entry-not-found`. */
function* lockPlaced(volume: VolumeRecord, id: EntryId): Script<Reachable> {
  for (;;) {
    const { parent } = yield* requirePlaced(volume, id)
    yield* lockDirectory(volume, parent)
    const entry = yield* lockById(volume, id)
    // Another command may have moved it before the locks were taken.
    if (entry?.parent !== parent) continue
    const { path } = yield* ascend(volume, id)
    if (path === null) throw new CoreError('entry-not-found', 'no way leads to the entry')
    return { ...entry, parent, path }
  }
}

/** Writes down that the entry is in the bin from now on. Returns its number there. */
function* recycle(volume: VolumeRecord, entry: Reachable, now: TimeMs): Script<number> {
  const { size, files, directories } = yield* measured(entry)
  const row = yield* one<{ id: number }>(
    `INSERT INTO recycled (realm, volume, generation, entry, parent, path, name, modified_at, removed_at, size, files,
       directories) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    ...[volume.realm, volume.id, volume.binGeneration, idBytes(entry.id), idBytes(entry.parent)],
    ...[JSON.stringify(entry.path), entry.name, entry.modifiedAt, now, size, files, directories],
  )
  if (row === undefined) throw new Error('a row that was inserted is not there')
  yield* count(volume.id, [{ id: entry.id, binFiles: files, binDirectories: directories, binItems: 1 }])
  return row.id
}

/** Counts an entry and all below it. If these are too many, it counts the entry alone. */
function* measured(entry: Entry): Script<Pick<Counts, 'files' | 'directories'> & { readonly size: number }> {
  if (entry.kind !== 'directory') {
    return { size: entry.kind === 'virtual' ? entry.size : bytesOf(entry), files: 1, directories: 0 }
  }
  const below = yield* one<{ entries: number; bytes: number; directories: number }>(
    `WITH RECURSIVE below (id, kind, size) AS (
       SELECT id, kind, size FROM entries WHERE parent = ?
       UNION ALL
       SELECT e.id, e.kind, e.size FROM below JOIN entries e ON e.parent = below.id)
     SELECT count(*) AS entries, CAST(coalesce(sum(CASE WHEN kind = 'file' THEN size ELSE 0 END), 0) AS bigint) AS bytes,
       count(CASE WHEN kind = 'directory' THEN 1 END) AS directories
     FROM (SELECT kind, size FROM below LIMIT ?) AS counted`,
    ...[idBytes(entry.id), COUNTED_MAX + 1],
  )
  if (below === undefined || below.entries > COUNTED_MAX) return { size: 0, files: 0, directories: 1 }
  const { entries, bytes, directories } = below
  return { size: bytes, files: entries - directories, directories: directories + 1 }
}
