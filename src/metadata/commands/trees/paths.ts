import type { Entry, EntryAddress, EntryId, EntryKind } from '../../../core/model/trees.ts'
import { hexOf, idBytes } from '../../values.ts'
import { all, guessed, LOCK, one, type Script } from '../script.ts'
import { ENTRY_COLUMNS, type EntryRow, entryOf } from './rows.ts'
import type { VolumeRecord } from './volume-rows.ts'

/** So many levels of a path does one statement go down. It nests as deep. */
const LEVELS_PER_STATEMENT = 16

/** An entry's way up. */
export interface Ascent {
  /** From the entry itself up to the one without a parent. */
  readonly ids: readonly EntryId[]
  /** The entry's own kind; null where the volume has no such entry. */
  readonly kind: EntryKind | null
  /** Names from the root. Null: the way does not end at the volume's root. */
  readonly path: readonly string[] | null
}

/** The entry at an address, with its path. */
export function* findAt(volume: VolumeRecord, at: EntryAddress): Script<Entry | null> {
  if ('path' in at) return yield* descend(volume, volume.volume.root, at.path)
  const entry = yield* findById(volume, at.id)
  if (entry === null) return null
  const { path } = yield* ascend(volume, at.id)
  return { ...entry, path }
}

/** Without its path. */
export function* findById(volume: VolumeRecord, id: EntryId): Script<Entry | null> {
  const row = yield* one<EntryRow>(SELECT_BY_ID, idBytes(id), volume.id)
  return row === undefined ? null : entryOf(row, volume.address, null)
}

/** As `findById`. Locks the row until the end of the command. */
export function* lockById(volume: VolumeRecord, id: EntryId): Script<Entry | null> {
  const row = yield* one<EntryRow>(SELECT_BY_ID + LOCK, idBytes(id), volume.id)
  return row === undefined ? null : entryOf(row, volume.address, null)
}

const SELECT_BY_ID = `SELECT ${ENTRY_COLUMNS} FROM entries e WHERE e.id = ? AND e.volume = ?`

/** A directory's own entry of this name, without its path. */
export function* findChild(volume: VolumeRecord, parent: EntryId, name: string): Script<Entry | null> {
  const row = yield* one<EntryRow>(descentOf(1), idBytes(parent), name)
  return row === undefined ? null : entryOf(row, volume.address, null)
}

/** As `findChild`, for a name that is nearly always free. */
export function* findInTheWay(volume: VolumeRecord, parent: EntryId, name: string): Script<Entry | null> {
  const row = yield* guessed<EntryRow>('none', descentOf(1), idBytes(parent), name)
  return row === undefined ? null : entryOf(row, volume.address, null)
}

/** The entry that `path` leads to from the root. */
function* descend(volume: VolumeRecord, from: EntryId, path: readonly string[]): Script<Entry | null> {
  if (path.length === 0) {
    const root = yield* findById(volume, from)
    return root === null ? null : { ...root, path }
  }
  let id = from
  for (let level = 0; ; level += LEVELS_PER_STATEMENT) {
    const names = path.slice(level, level + LEVELS_PER_STATEMENT)
    const row = yield* one<EntryRow>(descentOf(names.length), idBytes(id), ...names)
    if (row === undefined) return null
    if (level + names.length === path.length) return entryOf(row, volume.address, path)
    id = hexOf<EntryId>(row.id)
  }
}

/** Reads what is `levels` names below an id. */
const descentOf = (levels: number): string =>
  `SELECT ${ENTRY_COLUMNS} FROM entries e WHERE e.parent = ${parentAt(levels - 1)} AND e.name = ?`

const parentAt = (levels: number): string =>
  levels === 0 ? '?' : `(SELECT id FROM entries WHERE parent = ${parentAt(levels - 1)} AND name = ?)`

interface StepRow {
  readonly id: Uint8Array
  readonly name: string
  readonly kind: EntryKind
  readonly depth: number
  readonly root_of: number | null
}

/** An entry's way up, at one moment. It has no ids if the volume has no such entry. */
export function* ascend(volume: VolumeRecord, id: EntryId): Script<Ascent> {
  const rows = yield* all<StepRow>(
    `WITH RECURSIVE above (id, parent, name, kind, depth) AS (
       SELECT id, parent, name, kind, 0 FROM entries WHERE id = ? AND volume = ?
       UNION ALL
       SELECT e.id, e.parent, e.name, e.kind, above.depth + 1 FROM above JOIN entries e ON e.id = above.parent)
     SELECT above.id, above.name, above.kind, above.depth, v.id AS root_of FROM above LEFT JOIN volumes v ON v.root = above.id`,
    idBytes(id),
    volume.id,
  )
  const upward = rows.toSorted((a, b) => a.depth - b.depth)
  const isAttached = upward.at(-1)?.root_of === volume.id
  const names = upward.slice(0, -1).map(({ name }) => name)
  return {
    ids: upward.map((row) => hexOf<EntryId>(row.id)),
    kind: upward[0]?.kind ?? null,
    path: isAttached ? names.reverse() : null,
  }
}
