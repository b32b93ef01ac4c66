import { CoreError } from '../../core/errors.ts'
import type { SegmentName } from '../../core/ids.ts'
import { SWEEP_PAUSE, SWEEP_PAUSE_MAX_MS } from '../../core/model/sweep-pause.ts'
import { hexOf, idBytes } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { all, inLists, LOCK, LOCK_FREE, later, run, sql, usually } from './script.ts'

interface NameRow {
  readonly name: Uint8Array
}

/** The new end of a lease. It never moves back. */
const LATER = 'CASE WHEN segments.since < excluded.since THEN excluded.since ELSE segments.since END'

/** The names of a list that are still reserved. Several are locked in order before any changes; one needs no order. */
const RESERVED = {
  one: "name IN (??) AND state = 'reserved'",
  several: `name IN (SELECT name FROM segments WHERE name IN (??) AND state = 'reserved' ORDER BY name${LOCK})`,
} as const
const reserved = ({ length }: readonly Buffer[]): string => (length === 1 ? RESERVED.one : RESERVED.several)

const reserving = (count: number): string =>
  `INSERT INTO segments (name, state, since) VALUES ${Array.from({ length: count }, () => "(?, 'reserved', ?)").join(', ')}
   ON CONFLICT (name) DO UPDATE SET since = ${LATER} WHERE segments.state = 'reserved'`
const RESERVE_ONE = reserving(1)

/** Commands on many segments lock these in order of name, and nothing after them. */
export const reserveSegments: ScriptOf<'reserveSegments'> = function* ({ names, leaseUntil }) {
  for (const some of inLockOrder(names)) {
    const changes = yield* usually(
      some.length,
      some.length === 1 ? RESERVE_ONE : reserving(some.length),
      ...some.flatMap((name) => [name, leaseUntil]),
    )
    if (changes < some.length) throw new CoreError('storage-failed', 'a segment name was used before')
  }
}

export const extendSegments: ScriptOf<'extendSegments'> = function* ({ names, leaseUntil }) {
  for (const some of inLockOrder(names)) {
    yield* later(
      sql(
        `UPDATE segments SET since = ? WHERE ${reserved(some)} AND since < ?`,
        ...[leaseUntil, some, leaseUntil],
      ),
    )
  }
}

export const discardSegments: ScriptOf<'discardSegments'> = function* ({ names }) {
  const had = new Set<SegmentName>()
  for (const some of inLockOrder(names)) {
    yield* run(`UPDATE segments SET state = 'garbage', late = 1 WHERE ${reserved(some)}`, some)
    const rows = yield* all<NameRow>(`SELECT name FROM segments WHERE name IN (??) AND late = 0`, some)
    for (const name of namesOf(rows)) had.add(name)
  }
  return names.filter((name) => !had.has(name))
}

/**
 * Also turns leases that are over into garbage, so that none of the names returned can be attached while its bytes are
 * being removed. Passes over those that are just being attached or extended. Returns none while the sweep is paused.
 */
export const listGarbage: ScriptOf<'listGarbage'> = function* ({ now, limit }) {
  const over = yield* all<NameRow>(
    `SELECT name FROM segments WHERE state = 'reserved' AND since <= ? ORDER BY since, name LIMIT ?${LOCK_FREE}`,
    ...[now, limit],
  )
  for (const some of inLockOrder(over.map(({ name }) => hexOf<SegmentName>(name)))) {
    yield* run(`UPDATE segments SET state = 'garbage', late = 1 WHERE name IN (??)`, some)
  }
  const gone = yield* all<NameRow>(LIST_GONE, ...pausedAt(now), limit)
  if (gone.length === limit) return namesOf(gone)
  const again = yield* all<NameRow>(LIST_AGAIN, now, ...pausedAt(now), limit - gone.length)
  return namesOf([...gone, ...again])
}

/** One statement sees one moment: what is listed was garbage before any pause that it does not see. */
const UNLESS_PAUSED =
  'NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.name = ? AND lease_until > ? AND lease_until <= ?)'
const pausedAt = (now: number) => [SWEEP_PAUSE, now, now + SWEEP_PAUSE_MAX_MS] as const

const LIST_GONE = `SELECT name FROM segments WHERE state = 'garbage' AND late < 2 AND ${UNLESS_PAUSED}
  ORDER BY since, name LIMIT ?`
const LIST_AGAIN = `SELECT name FROM segments WHERE state = 'garbage' AND late = 2 AND since <= ? AND ${UNLESS_PAUSED}
  ORDER BY since, name LIMIT ?`

/** Garbage that can go for good, of a list: what parts had, and what was removed twice. */
const SETTLED = `name IN (??) AND state = 'garbage' AND (late = 0 OR since <= ?)`

export const forgetSegments: ScriptOf<'forgetSegments'> = function* ({ names, now, lateMs = 0 }) {
  for (const some of inLockOrder(names)) {
    yield* run(
      `UPDATE segments SET late = 2, since = ? WHERE name IN
         (SELECT name FROM segments WHERE name IN (??) AND state = 'garbage' AND late = 1 ORDER BY name${LOCK})`,
      ...[now + lateMs, some],
    )
    yield* later(
      sql(
        `DELETE FROM assemblies WHERE segment IN (SELECT name FROM segments WHERE ${SETTLED})`,
        ...[some, now],
      ),
      sql(
        `DELETE FROM segments WHERE name IN
           (SELECT name FROM segments WHERE ${SETTLED} ORDER BY name${LOCK})`,
        ...[some, now],
      ),
    )
  }
}

export const listLiveSegments: ScriptOf<'listLiveSegments'> = function* ({ after, limit }) {
  const rows = yield* all<NameRow>(
    `SELECT name FROM segments WHERE name > ? AND state = 'live'
       AND NOT EXISTS (SELECT 1 FROM assemblies WHERE segment = name)
     ORDER BY name LIMIT ?`,
    ...[idBytes(after), limit],
  )
  return namesOf(rows)
}

const namesOf = (rows: readonly NameRow[]): readonly SegmentName[] =>
  rows.map(({ name }) => hexOf<SegmentName>(name))

/** Each name once, in the order in which everyone locks them. */
const inLockOrder = (names: readonly SegmentName[]): readonly (readonly Buffer[])[] =>
  inLists((names.length > 1 ? [...new Set(names)].sort() : names).map(idBytes))
