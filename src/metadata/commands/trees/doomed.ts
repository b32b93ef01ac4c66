import type { TimeMs } from '../../../core/clock.ts'
import type { BlobId } from '../../../core/ids.ts'
import type { EntryId, EntryKind } from '../../../core/model/trees.ts'
import { hexOf, idBytes } from '../../values.ts'
import type { ScriptOf } from '../command.ts'
import { releaseBlob } from '../parts.ts'
import { all, LOCK_FREE, one, run, type Script } from '../script.ts'
import { count } from './counts.ts'

/** Most entries that go with the command that takes them away. */
export const REMOVED_AT_ONCE = 200
/** How far one step goes down. A deeper directory becomes a doomed tree of its own. */
const LEVELS_PER_STEP = 100

/** A row of what nobody can see any more. */
interface Doom {
  readonly id: number
  readonly kind: 'entry' | 'bin' | 'volume'
  readonly volume: number
  readonly entry: Uint8Array | null
  readonly generation: number | null
}

/** What a removal needs to know of an entry. */
interface GoingRow {
  readonly id: Uint8Array
  readonly kind: EntryKind
  readonly blob: Uint8Array | null
  readonly size: number
}

/** How many entries went, and whether none is left. */
interface Progress {
  readonly gone: number
  readonly isDone: boolean
}

const GOING_COLUMNS = 'id, kind, blob, size'

export const removeDoomed: ScriptOf<'removeDoomed'> = function* ({ limit, now }) {
  let left = limit
  while (left > 0) {
    // The newest comes first: a step may have put it aside far down.
    const doom = yield* one<Doom>(
      `SELECT id, kind, volume, entry, generation FROM doomed ORDER BY id DESC LIMIT 1${LOCK_FREE}`,
    )
    if (doom === undefined) break
    left -= yield* removeDoom(doom, left, now)
  }
  return limit - left
}

/**
 * Removes an entry that no directory has any more: up to a bound at once, the rest by `removeDoomed`. The volume is locked
 * exclusively where it is a directory.
 */
export function* doomEntry(volume: number, id: EntryId, now: TimeMs): Script<void> {
  const { isDone } = yield* removeTree(volume, idBytes(id), REMOVED_AT_ONCE, now)
  if (!isDone) yield* addDoomed(volume, idBytes(id))
}

/** Removes up to `limit` entries, and the row when nothing is left; returns how many went. */
export function* removeDoom(doom: Doom, limit: number, now: TimeMs): Script<number> {
  const { gone, isDone } = yield* progressOf(doom, limit, now)
  if (isDone) yield* run('DELETE FROM doomed WHERE id = ?', doom.id)
  return gone
}

function* progressOf(
  { kind, volume, entry, generation }: Doom,
  limit: number,
  now: TimeMs,
): Script<Progress> {
  switch (kind) {
    case 'entry':
      return yield* removeTree(volume, entry ?? Buffer.alloc(0), limit, now)
    case 'bin':
      return yield* removeBin(volume, generation ?? 0, limit, now)
    case 'volume':
      return yield* removeVolume(volume, limit, now)
  }
}

function* removeBin(volume: number, generation: number, limit: number, now: TimeMs): Script<Progress> {
  for (let gone = 0; ; ) {
    const row = yield* one<{ id: number; entry: Uint8Array }>(
      'SELECT id, entry FROM recycled WHERE volume = ? AND generation = ? LIMIT 1',
      ...[volume, generation],
    )
    if (row === undefined) return { gone, isDone: true }
    if (gone >= limit) return { gone, isDone: false }
    const progress = yield* removeTree(volume, row.entry, limit - gone, now)
    gone += progress.gone
    if (!progress.isDone) return { gone, isDone: false }
    yield* run('DELETE FROM recycled WHERE id = ?', row.id)
  }
}

/** Walks no tree, because nothing leads into the volume any more. */
function* removeVolume(volume: number, limit: number, now: TimeMs): Script<Progress> {
  const rows = yield* all<GoingRow>(
    `SELECT ${GOING_COLUMNS} FROM entries WHERE volume = ? ORDER BY id LIMIT ?`,
    ...[volume, limit],
  )
  yield* removeRows(volume, rows, now)
  if (rows.length === limit) return { gone: rows.length, isDone: false }
  const recycled = yield* run(
    'DELETE FROM recycled WHERE id IN (SELECT id FROM recycled WHERE volume = ? LIMIT ?)',
    ...[volume, limit - rows.length],
  )
  const gone = rows.length + recycled
  return { gone, isDone: gone < limit }
}

/** Removes an entry with all below it, deepest first. */
function* removeTree(volume: number, top: Uint8Array, limit: number, now: TimeMs): Script<Progress> {
  const way = [top]
  let gone = 0
  for (let at: Uint8Array | undefined = top; at !== undefined; at = way.at(-1)) {
    if (gone >= limit) return { gone, isDone: false }
    const below = yield* firstDirectory(at)
    if (below !== undefined && way.length < LEVELS_PER_STEP) {
      way.push(below)
    } else if (below !== undefined) {
      yield* run('UPDATE entries SET parent = NULL WHERE id = ?', below)
      yield* addDoomed(volume, below)
      // Putting it aside is work as well.
      gone += 1
    } else {
      const files = yield* removeFiles(volume, at, limit - gone, now)
      gone += files
      if (gone >= limit) return { gone, isDone: false }
      gone += yield* removeOne(volume, at, now)
      way.pop()
    }
  }
  return { gone, isDone: true }
}

function* firstDirectory(parent: Uint8Array): Script<Uint8Array | undefined> {
  const row = yield* one<{ id: Uint8Array }>(
    'SELECT id FROM entries WHERE parent = ? AND is_directory = 1 LIMIT 1',
    parent,
  )
  return row?.id
}

/** Removes up to `limit` entries of a directory that are no directories. Returns how many. */
function* removeFiles(volume: number, parent: Uint8Array, limit: number, now: TimeMs): Script<number> {
  const rows = yield* all<GoingRow>(
    `SELECT ${GOING_COLUMNS} FROM entries WHERE parent = ? AND is_directory = 0 LIMIT ?`,
    ...[parent, limit],
  )
  yield* removeRows(volume, rows, now)
  return rows.length
}

/** Returns how many went: 0 if there is no such entry. */
function* removeOne(volume: number, id: Uint8Array, now: TimeMs): Script<number> {
  const rows = yield* all<GoingRow>(
    `SELECT ${GOING_COLUMNS} FROM entries WHERE id = ? AND volume = ?`,
    ...[id, volume],
  )
  yield* removeRows(volume, rows, now)
  return rows.length
}

/** Deletes rows and releases their blobs. Nothing is below them. */
function* removeRows(volume: number, rows: readonly GoingRow[], now: TimeMs): Script<void> {
  for (const { id, blob } of rows) {
    yield* run('DELETE FROM entries WHERE id = ?', id)
    if (blob !== null) yield* releaseBlob(hexOf<BlobId>(blob), now)
  }
  yield* count(
    volume,
    rows.map(({ id, kind, size }) => ({
      id: hexOf<EntryId>(id),
      bytes: kind === 'file' ? -size : 0,
      files: kind === 'directory' ? 0 : -1,
      directories: kind === 'directory' ? -1 : 0,
    })),
  )
}

function* addDoomed(volume: number, entry: Uint8Array): Script<void> {
  yield* run("INSERT INTO doomed (kind, volume, entry) VALUES ('entry', ?, ?)", volume, entry)
}
