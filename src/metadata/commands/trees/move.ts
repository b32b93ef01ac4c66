import type { TimeMs } from '../../../core/clock.ts'
import { CoreError } from '../../../core/errors.ts'
import type { Entry, EntryId, Place } from '../../../core/model/trees.ts'
import type { MoveEntry } from '../../../core/ports/commands/entries.ts'
import { idBytes } from '../../values.ts'
import type { ScriptOf } from '../command.ts'
import { releaseBlob } from '../parts.ts'
import { lock, run, type Script } from '../script.ts'
import { count } from './counts.ts'
import { ascend, findById, lockById } from './paths.ts'
import { countChild, countsOfEntry, lockDirectory, requireBlob, requirePlace, takePlace } from './places.ts'
import { requireRoomFrom } from './quota-room.ts'
import { bytesOf } from './rows.ts'
import { requireVolume, type VolumeRecord } from './volume-rows.ts'

/** The volumes of a move. Both are the same if it stays within one. */
interface Volumes {
  readonly from: VolumeRecord
  readonly to: VolumeRecord
}

/** An entry and its directory. */
type Placed = Entry & { readonly parent: EntryId }

export const moveEntry: ScriptOf<'moveEntry'> = function* (command) {
  const { id, to: target, conflict, ifBlob, ifPlace, ifThere, now } = command
  const volumes = yield* volumesOf(command)
  yield* lockFor(volumes, id)
  const entry = yield* lockEntry(volumes, id, target.parent)
  requirePlace(entry, ifPlace)
  requireBlob(entry, ifBlob)
  const above = yield* ascend(volumes.to, target.parent)
  if (above.path === null) throw new CoreError('directory-not-found', 'no way leads to the directory')
  if (above.ids.includes(id)) throw new CoreError('directory-cycle', 'the directory is moved below itself')
  if (entry.parent === target.parent && entry.name === target.name) {
    return { ...entry, path: [...above.path, entry.name] }
  }
  const isDirectory = entry.kind === 'directory'
  const { name, taken } = yield* takePlace(volumes.to, target, isDirectory, conflict, ifThere)
  const moved = yield* movedTo(volumes, entry, { parent: target.parent, name }, taken, now)
  return { ...moved, path: [...above.path, name] }
}

function* volumesOf({ volume, to }: MoveEntry): Script<Volumes> {
  const from = yield* requireVolume(volume)
  const isSame = to.volume.realm === volume.realm && to.volume.volume === volume.volume
  if (to.volume.account !== volume.account) {
    throw new CoreError('volume-not-found', 'the volume is of another account')
  }
  return { from, to: isSame ? from : yield* requireVolume(to.volume) }
}

/**
 * Locks the volumes of a move. Directories of a volume are moved one at a time, so that two moves make no cycle. Errors:
 * `entry-not-found`, `entry-mismatch`.
 */
function* lockFor({ from, to }: Volumes, id: EntryId): Script<void> {
  const { kind } = yield* requirePlaced(from, id)
  if (from.id === to.id) {
    yield* lock(from.id, kind === 'directory' ? 'exclusive' : 'shared')
    return
  }
  if (kind === 'directory' || from.realm !== to.realm) {
    throw new CoreError('entry-mismatch', 'it cannot be moved to the other volume', { kind })
  }
  yield* lock(Math.min(from.id, to.id), 'shared')
  yield* lock(Math.max(from.id, to.id), 'shared')
}

/** Errors: `entry-not-found`, `entry-mismatch` for the root. */
export function* requirePlaced(volume: VolumeRecord, id: EntryId): Script<Placed> {
  const entry = yield* findById(volume, id)
  if (entry?.id === volume.volume.root) {
    throw new CoreError('entry-mismatch', 'the root stays where it is', { kind: 'directory' })
  }
  if (entry === null || entry.parent === null) throw new CoreError('entry-not-found', 'no such entry')
  return { ...entry, parent: entry.parent }
}

/** Locks the directory it leaves and the one it goes to, in order of id, then the entry itself. */
function* lockEntry({ from, to }: Volumes, id: EntryId, target: EntryId): Script<Placed> {
  for (;;) {
    const { parent } = yield* requirePlaced(from, id)
    const { path } = yield* ascend(from, id)
    if (path === null) throw new CoreError('entry-not-found', 'no way leads to the entry')
    const locks = [{ volume: to, id: target }]
    if (parent !== target) locks.push({ volume: from, id: parent })
    for (const lock of locks.sort((a, b) => (a.id < b.id ? -1 : 1)))
      yield* lockDirectory(lock.volume, lock.id)
    const entry = yield* lockById(from, id)
    // Another command may have moved it before the locks were taken.
    if (entry !== null && entry.parent === parent) return { ...entry, parent }
  }
}

function* movedTo(
  volumes: Volumes,
  entry: Placed,
  { parent, name }: Place,
  taken: Entry | null,
  now: TimeMs,
): Script<Entry> {
  const { from, to } = volumes
  if (from.id !== to.id) {
    yield* requireRoomFrom(from, to, bytesOf(entry) - (taken === null ? 0 : bytesOf(taken)))
  }
  if (taken !== null) yield* removeTaken(taken, now)
  const version = entry.version + 1
  yield* run(
    'UPDATE entries SET volume = ?, parent = ?, name = ?, version = ? WHERE id = ?',
    ...[to.id, idBytes(parent), name, version, idBytes(entry.id)],
  )
  if (parent !== entry.parent) {
    yield* countChild(entry.parent, entry, -1)
    yield* countChild(parent, entry, 1)
  }
  yield* countMove(volumes, entry, taken)
  return { ...entry, volume: to.address, parent, name, version }
}

/** Removes what makes way. The caller counts it in the volume. */
export function* removeTaken(taken: Entry, now: TimeMs): Script<void> {
  yield* run('DELETE FROM entries WHERE id = ?', idBytes(taken.id))
  if (taken.parent !== null) yield* countChild(taken.parent, taken, -1)
  if (taken.kind === 'file') yield* releaseBlob(taken.content.blob, now)
}

function* countMove({ from, to }: Volumes, entry: Entry, taken: Entry | null): Script<void> {
  const gone = taken === null ? [] : [countsOfEntry(taken, -1)]
  if (from.id === to.id) {
    yield* count(to.id, gone)
    return
  }
  const changes = [
    { volume: from.id, changes: [countsOfEntry(entry, -1)] },
    { volume: to.id, changes: [countsOfEntry(entry, 1), ...gone] },
  ]
  for (const { volume, changes: own } of changes.sort((a, b) => a.volume - b.volume)) {
    yield* count(volume, own)
  }
}
