import { CoreError } from '../../../core/errors.ts'
import type { EntryId } from '../../../core/model/trees.ts'
import type { FactRow } from '../../../core/ports/tenants.ts'
import { hexOf } from '../../values.ts'
import { all, one, run, type Script, type ScriptValue } from '../script.ts'
import { count } from '../trees/counts.ts'
import { bytesOf, type Moving, moved, present, requireAdded, type Words } from './moving.ts'
import { TENANT_COLUMNS } from './tables.ts'

/** Adds something to the bin, and counts it. */
export function* addRecycled(moving: Moving, row: FactRow, words: Words): Script<void> {
  const entry = bytesOf(row.entry)
  if ((yield* one('SELECT 1 AS found FROM recycled WHERE entry = ?', entry)) !== undefined) {
    requireAdded(moving, 0, 1, 'something in the bin')
    return
  }
  yield* addNumbered(moving, 'recycled', row, words)
  const { volume, files, directories } = moved(moving, row)
  const change = { binFiles: Number(files), binDirectories: Number(directories), binItems: 1 }
  yield* count(Number(volume), [{ id: hexOf<EntryId>(entry), ...change }])
}

/** Adds a row whose number clients know. It keeps the number where that is free. Returns the number that it has. */
export function* addNumbered(
  moving: Moving,
  table: 'quotas' | 'recycled',
  row: FactRow,
  { overriding, renumber, givesNumbers }: Words,
): Script<number> {
  const next = moved(moving, row)
  const columns = TENANT_COLUMNS[table]
  const values = columns.map((column): ScriptValue => next[column] ?? null)
  const kept = yield* run(
    `INSERT INTO ${table} (${columns.join(', ')}) ${overriding} VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT (id) DO NOTHING`,
    ...values,
  )
  if (kept > 0) {
    if (renumber !== null) yield* one(renumber(table))
    return Number(row.id)
  }
  const same = yield* one(
    `SELECT 1 AS found FROM ${table} WHERE id = ? AND realm = ?`,
    Number(row.id),
    Number(next.realm),
  )
  if (moving.goesOn && same !== undefined) return Number(row.id)
  if (!givesNumbers) {
    throw new CoreError(
      'name-conflict',
      `the number ${row.id} of ${table === 'quotas' ? 'a quota' : 'something in the bin'} is another account's here; "--new-numbers" gives new ones`,
    )
  }
  const others = columns.filter((column) => column !== 'id')
  const made = yield* all<{ id: number }>(
    `INSERT INTO ${table} (${others.join(', ')}) VALUES (${others.map(() => '?').join(', ')}) RETURNING id`,
    ...others.map((column): ScriptValue => next[column] ?? null),
  )
  return present(made[0]).id
}
