import type { TimeMs } from '../../../core/clock.ts'
import { CoreError } from '../../../core/errors.ts'
import type { EntryId, EntryKind, RecycledEntry, VolumeAddress } from '../../../core/model/trees.ts'
import { hexOf } from '../../values.ts'
import { LOCK, lock, one, type Script } from '../script.ts'
import { ENTRY_COLUMNS, type EntryRow, entryOf } from './rows.ts'
import { lookUpVolume, requireVolume, type VolumeRecord } from './volume-rows.ts'

export type RecycledRow = EntryRow & {
  readonly recycled_id: number
  readonly recycled_path: string
  readonly removed_at: TimeMs
  readonly recycled_size: number
}

/** Reads `RecycledRow`s. */
export const SELECT_RECYCLED = `SELECT r.id AS recycled_id, r.path AS recycled_path, r.removed_at, r.size AS recycled_size,
  ${ENTRY_COLUMNS} FROM recycled r JOIN entries e ON e.id = r.entry`

export const recycledOf = (row: RecycledRow, volume: VolumeAddress): RecycledEntry => ({
  id: row.recycled_id,
  entry: entryOf(row, volume, null),
  originalPath: JSON.parse(row.recycled_path) as string[],
  removedAt: row.removed_at,
  size: row.recycled_size,
})

/** Something in the bin that nobody else restores or removes until the end of the command. */
export interface LockedItem {
  /** As it is while locked. */
  readonly volume: VolumeRecord
  readonly entry: EntryId
  readonly kind: EntryKind
  /** The directory that it was taken out of. */
  readonly parent: EntryId
  readonly name: string
  /** What it counts for in the bin. */
  readonly files: number
  readonly directories: number
}

interface ItemRow {
  readonly entry: Uint8Array
  readonly parent: Uint8Array
  readonly name: string
  readonly files: number
  readonly directories: number
}

/** Errors: `volume-not-found`, `recycled-not-found`. */
export function* requireItem(address: VolumeAddress, id: number): Script<LockedItem> {
  yield* requireVolume(address)
  const item = yield* lockItem(address, id)
  if (item === null) throw new CoreError('recycled-not-found', 'the bin has no such thing')
  return item
}

/** Locks the volume as the entry's kind needs it, and locks the row; null where the bin has no such thing. */
export function* lockItem(address: VolumeAddress, id: number): Script<LockedItem | null> {
  const found = yield* findItem(address, id)
  if (found === null) return null
  const { volume: before, row } = found
  const { kind } = row
  yield* lock(before.id, kind === 'directory' ? 'exclusive' : 'shared')
  const volume = yield* lookUpVolume(address)
  if (volume === null) return null
  const item = yield* one<ItemRow>(
    `SELECT entry, parent, name, files, directories FROM recycled WHERE id = ? AND volume = ? AND generation = ?${LOCK}`,
    ...[id, volume.id, volume.binGeneration],
  )
  if (item === undefined) return null
  const { name, files, directories } = item
  return {
    ...{ volume, kind, name, files, directories },
    ...{ entry: hexOf<EntryId>(item.entry), parent: hexOf<EntryId>(item.parent) },
  }
}

/** As it is at the moment. */
export function* findItem(
  address: VolumeAddress,
  id: number,
): Script<{ readonly volume: VolumeRecord; readonly row: RecycledRow } | null> {
  const volume = yield* lookUpVolume(address)
  if (volume === null || !Number.isSafeInteger(id)) return null
  const row = yield* one<RecycledRow>(
    `${SELECT_RECYCLED} WHERE r.id = ? AND r.volume = ? AND r.generation = ?`,
    ...[id, volume.id, volume.binGeneration],
  )
  return row === undefined ? null : { volume, row }
}
