import type { TimeMs } from '../../../core/clock.ts'
import { CoreError } from '../../../core/errors.ts'
import type { Entry, EntryId } from '../../../core/model/trees.ts'
import { idBytes } from '../../values.ts'
import type { CommandOf, ScriptOf } from '../command.ts'
import { all, lock, one, run, type Script } from '../script.ts'
import {
  findItem,
  type LockedItem,
  lockItem,
  type RecycledRow,
  recycledOf,
  requireItem,
  SELECT_RECYCLED,
} from './bin-rows.ts'
import { count, countsOf } from './counts.ts'
import { doomEntry, REMOVED_AT_ONCE, removeDoom } from './doomed.ts'
import { heldWith, isHeld, requireNoneHeld, requireNoneHeldInBin } from './holds.ts'
import { removeTaken } from './move.ts'
import { ascend, lockById } from './paths.ts'
import { countChild, countsOfEntry, lockDirectory, requirePath, takePlace } from './places.ts'
import { lockVolume, requireVolume } from './volume-rows.ts'

type ListRecycled = CommandOf<'listRecycled'>

const COLUMNS: Readonly<Record<ListRecycled['order'], string>> = {
  name: 'name',
  modified: 'modified_at',
  size: 'size',
  removed: 'removed_at',
}

export const listRecycled: ScriptOf<'listRecycled'> = function* (query) {
  const volume = yield* requireVolume(query.volume)
  const { order, descending, after, offset, limit } = query
  requireMarker(query)
  const column = `r.${COLUMNS[order]}`
  const [direction, beyond] = descending ? ['DESC', '<'] : ['ASC', '>']
  const rows = yield* all<RecycledRow>(
    `${SELECT_RECYCLED} WHERE r.volume = ? AND r.generation = ?${after === null ? '' : ` AND (${column}, r.id) ${beyond} (?, ?)`}
     ORDER BY ${column} ${direction}, r.id ${direction} LIMIT ? OFFSET ?`,
    ...[volume.id, volume.binGeneration, ...(after === null ? [] : [after.value, after.id])],
    ...[limit + 1, offset],
  )
  const { binItems } = yield* countsOf(volume.id)
  return {
    recycled: rows.slice(0, limit).map((row) => recycledOf(row, volume.address)),
    total: binItems,
    hasMore: rows.length > limit,
  }
}

/** Markers come from clients, so they may be anything. */
function requireMarker({ after, order }: ListRecycled): void {
  if (after === null) return
  const isFit = order === 'name' ? typeof after.value === 'string' : Number.isSafeInteger(after.value)
  if (!isFit || !Number.isSafeInteger(after.id)) {
    throw new CoreError('invalid-argument', 'the marker is of another order', { field: 'after' })
  }
}

export const findRecycled: ScriptOf<'findRecycled'> = function* ({ volume: address, id }) {
  yield* requireVolume(address)
  const found = yield* findItem(address, id)
  return found === null ? null : recycledOf(found.row, found.volume.address)
}

export const restoreRecycled: ScriptOf<'restoreRecycled'> = function* (command) {
  const { id, conflict, fallbackToRoot, now } = command
  const item = yield* requireItem(command.volume, id)
  const { volume } = item
  const parent = yield* homeOf(item, fallbackToRoot)
  yield* lockDirectory(volume, parent)
  const above = yield* requirePath(volume, parent)
  const place = { parent, name: item.name }
  const { name, taken } = yield* takePlace(volume, place, item.kind === 'directory', conflict)
  const entry = yield* lockRecycled(item)
  if (taken !== null) yield* removeTaken(taken, now)
  const version = entry.version + 1
  yield* run(
    'UPDATE entries SET parent = ?, name = ?, version = ? WHERE id = ?',
    ...[idBytes(parent), name, version, idBytes(entry.id)],
  )
  yield* countChild(parent, entry, 1)
  yield* run('DELETE FROM recycled WHERE id = ?', id)
  const gone = taken === null ? [] : [countsOfEntry(taken, -1)]
  yield* count(volume.id, [outOfBin(item), ...gone])
  return { ...entry, parent, name, path: [...above, name], version }
}

/** The directory that it goes back to. Errors: `directory-not-found`. */
function* homeOf({ volume, parent }: LockedItem, fallbackToRoot: boolean): Script<EntryId> {
  const { path } = yield* ascend(volume, parent)
  if (path !== null) return parent
  if (fallbackToRoot) return volume.volume.root
  throw new CoreError('directory-not-found', 'no way leads to where it came from')
}

const outOfBin = ({ entry, files, directories }: LockedItem) => ({
  id: entry,
  binFiles: -files,
  binDirectories: -directories,
  binItems: -1,
})

export const removeRecycled: ScriptOf<'removeRecycled'> = function* ({ volume, id, now }) {
  const item = yield* requireItem(volume, id)
  yield* requireNoneHeld(item.volume, yield* lockRecycled(item))
  yield* removeItem(item, id, now)
}

function* lockRecycled({ volume, entry: id }: LockedItem): Script<Entry> {
  const entry = yield* lockById(volume, id)
  if (entry === null) throw new Error('what was in the bin is not there')
  return entry
}

/** What is in it is not locked. */
function* removeItem(item: LockedItem, id: number, now: TimeMs): Script<void> {
  yield* run('DELETE FROM recycled WHERE id = ?', id)
  yield* doomEntry(item.volume.id, item.entry, now)
  yield* count(item.volume.id, [outOfBin(item)])
}

/** The bin's content has this generation's number. What comes later has the next one. */
export const emptyBin: ScriptOf<'emptyBin'> = function* ({ volume: address, now }) {
  const volume = yield* lockVolume(address, 'exclusive')
  const { binItems } = yield* countsOf(volume.id)
  if (binItems === 0) return 0
  yield* requireNoneHeldInBin(volume)
  yield* run('UPDATE volumes SET bin_generation = bin_generation + 1 WHERE id = ?', volume.id)
  yield* run(
    'UPDATE volume_counts SET bin_files = 0, bin_directories = 0, bin_items = 0 WHERE volume = ?',
    volume.id,
  )
  const generation = volume.binGeneration
  const doom = yield* one<{ id: number }>(
    "INSERT INTO doomed (kind, volume, generation) VALUES ('bin', ?, ?) RETURNING id",
    ...[volume.id, generation],
  )
  if (doom === undefined) throw new Error('a row that was inserted is not there')
  const bin = { id: doom.id, kind: 'bin', volume: volume.id, entry: null, generation } as const
  yield* removeDoom(bin, REMOVED_AT_ONCE, now)
  return binItems
}

interface DueRow {
  readonly id: number
  readonly volume: number
  readonly name: string
  readonly is_directory: number
}

const DUE = `${heldWith('realm = (SELECT id FROM realms WHERE account = ? AND name = ?)')}
  SELECT r.id, r.volume, v.name, e.is_directory FROM recycled r
  JOIN volumes v ON v.id = r.volume AND v.bin_generation = r.generation JOIN entries e ON e.id = r.entry
  WHERE r.realm = (SELECT id FROM realms WHERE account = ? AND name = ?) AND r.removed_at < ?
    AND r.entry NOT IN (SELECT id FROM held)
  ORDER BY r.removed_at, r.id LIMIT ?`

/** Volumes are locked in order of their numbers, as everyone does it. */
export const expireRecycled: ScriptOf<'expireRecycled'> = function* ({ account, realm, before, limit, now }) {
  const due = yield* all<DueRow>(DUE, account, realm, account, realm, before, limit)
  const volumes = new Map(due.map((row) => [row.volume, row.name]))
  for (const [volume] of [...volumes].sort(([a], [b]) => a - b)) {
    const hasDirectory = due.some((row) => row.volume === volume && row.is_directory === 1)
    yield* lock(volume, hasDirectory ? 'exclusive' : 'shared')
  }
  let gone = 0
  for (const { id, name } of due) {
    // Somebody may have restored it while this waited, or holds it now.
    const item = yield* lockItem({ account, realm, volume: name }, id)
    if (item === null || (yield* isHeld(item.volume, yield* lockRecycled(item)))) continue
    yield* removeItem(item, id, now)
    gone += 1
  }
  return gone
}
