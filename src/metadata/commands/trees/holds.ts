import { CoreError } from '../../../core/errors.ts'
import type { Entry, EntryId } from '../../../core/model/trees.ts'
import { idBytes } from '../../values.ts'
import { requireNotHeld } from '../add-object.ts'
import type { ScriptOf } from '../command.ts'
import { one, run, type Script } from '../script.ts'
import { lockById } from './paths.ts'
import { findPathOrBin } from './places.ts'
import { lockVolume, type VolumeRecord } from './volume-rows.ts'

/** What is being removed cannot be held. Its rows are there, but no way leads to them. */
export const holdEntry: ScriptOf<'holdEntry'> = function* ({ volume: address, id, by }) {
  const volume = yield* lockVolume(address, 'shared')
  const entry = yield* lockById(volume, id)
  const place = entry === null ? null : yield* findPathOrBin(volume, id)
  if (entry === null || place === null) throw new CoreError('entry-not-found', 'no such entry')
  if (entry.kind !== 'file') {
    throw new CoreError('entry-mismatch', 'the entry is no file', { kind: entry.kind })
  }
  const { path } = place
  if (entry.holds + by < 0) return { ...entry, path }
  const next = { ...entry, path, holds: entry.holds + by, version: entry.version + 1 }
  yield* run(
    'UPDATE entries SET holds = ?, version = ? WHERE id = ?',
    ...[next.holds, next.version, idBytes(id)],
  )
  return next
}

/** The held files among the entries that fit the condition, and all that is above them. */
export const heldWith = (condition: string): string => `WITH RECURSIVE held (id, parent) AS (
    SELECT id, parent FROM entries WHERE ${condition} AND holds > 0
    UNION
    SELECT e.id, e.parent FROM held JOIN entries e ON e.id = held.parent)`

const HELD_IN_VOLUME = heldWith('realm = ? AND volume = ?')

/** Whether a locked file, or anything below a directory whose volume is held exclusively, is held. */
export function* isHeld({ realm, id: volume }: VolumeRecord, entry: Entry): Script<boolean> {
  switch (entry.kind) {
    case 'file':
      return entry.holds > 0
    case 'directory': {
      const query = `${HELD_IN_VOLUME} SELECT 1 AS found FROM held WHERE id = ? LIMIT 1`
      return (yield* one(query, realm, volume, idBytes(entry.id))) !== undefined
    }
    case 'link':
    case 'virtual':
      return false
  }
}

/** For what removes an entry for good. Errors: `object-held`. */
export function* requireNoneHeld(volume: VolumeRecord, entry: Entry): Script<void> {
  if (entry.kind === 'file') requireNotHeld(entry)
  else if (yield* isHeld(volume, entry)) throw held(entry.id)
}

/** For what empties the bin of a volume that is held exclusively. Errors: `object-held`. */
export function* requireNoneHeldInBin(volume: VolumeRecord): Script<void> {
  const found = yield* one(
    `${HELD_IN_VOLUME} SELECT 1 AS found FROM held JOIN recycled r ON r.entry = held.id WHERE r.generation = ? LIMIT 1`,
    ...[volume.realm, volume.id, volume.binGeneration],
  )
  if (found !== undefined) throw held(volume.volume.root)
}

/** For what takes a volume away that is held exclusively. Errors: `object-held`. */
export function* requireNoneHeldIn(volume: VolumeRecord): Script<void> {
  const found = yield* one(
    'SELECT 1 AS found FROM entries WHERE realm = ? AND volume = ? AND holds > 0 LIMIT 1',
    ...[volume.realm, volume.id],
  )
  if (found !== undefined) throw held(volume.volume.root)
}

const held = (below: EntryId): CoreError => new CoreError('object-held', 'a file in it is held', { below })
