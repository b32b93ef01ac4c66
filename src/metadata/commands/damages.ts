import type { BlobId, SegmentName } from '../../core/ids.ts'
import type {
  DamagedThing,
  DamageFinder,
  DamageKind,
  DamagePlace,
  KnownDamage,
} from '../../core/model/damages.ts'
import { hexOf, idBytes } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { all, run } from './script.ts'

/** In place of the block's number where it is not one block. */
const NO_BLOCK = -1

interface DamageRow {
  readonly segment: Uint8Array
  readonly number: number
  readonly block: number
  readonly blob: Uint8Array
  readonly kind: string
  readonly thing: string
  readonly finder: string
  readonly found_at: number
  readonly seen_at: number
}

export const recordDamage: ScriptOf<'recordDamage'> = function* (command) {
  const { segment, number, block, blob, kind, thing, finder, now } = command
  yield* run(
    `INSERT INTO damages (segment, number, block, blob, kind, thing, finder, found_at, seen_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (segment, number, block) DO UPDATE SET kind = excluded.kind, seen_at = excluded.seen_at`,
    ...[idBytes(segment), number, block ?? NO_BLOCK, idBytes(blob), kind],
    ...[JSON.stringify(thing), finder, now, now],
  )
}

const BEFORE_ALL: DamagePlace = { segment: '0'.repeat(32) as SegmentName, number: -1, block: null }

/** What is found of parts that are gone stays until the next scrub has gone by. */
export const listDamages: ScriptOf<'listDamages'> = function* ({ after, limit }) {
  const { segment, number, block } = after ?? BEFORE_ALL
  const rows = yield* all<DamageRow>(LIST, idBytes(segment), number, block ?? NO_BLOCK, limit)
  return rows.map(damageOf)
}

const LIST = `SELECT segment, number, block, blob, kind, thing, finder, found_at, seen_at FROM damages
  WHERE (segment, number, block) > (?, ?, ?)
    AND EXISTS (SELECT 1 FROM parts
      WHERE parts.blob = damages.blob AND parts.number = damages.number AND parts.segment = damages.segment)
  ORDER BY segment, number, block LIMIT ?`

export const forgetDamages: ScriptOf<'forgetDamages'> = function* (command) {
  if ('seenBefore' in command) yield* run('DELETE FROM damages WHERE seen_at < ?', command.seenBefore)
  else {
    yield* run(
      'DELETE FROM damages WHERE segment = ? AND number = ?',
      idBytes(command.segment),
      command.number,
    )
  }
}

const damageOf = ({ segment, number, block, blob, kind, thing, finder, ...row }: DamageRow): KnownDamage => ({
  segment: hexOf<SegmentName>(segment),
  number,
  block: block === NO_BLOCK ? null : block,
  blob: hexOf<BlobId>(blob),
  kind: kind as DamageKind,
  thing: JSON.parse(thing) as DamagedThing,
  finder: finder as DamageFinder,
  foundAt: row.found_at,
  seenAt: row.seen_at,
})
