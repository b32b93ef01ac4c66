import { CoreError } from '../../core/errors.ts'
import type { SegmentName } from '../../core/ids.ts'
import { SWEEP_PAUSE, SWEEP_PAUSE_MAX_MS } from '../../core/model/sweep-pause.ts'
import { hexOf, idBytes } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { all, inLists, LOCK, LOCK_FREE, run, sql, together } from './script.ts'

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
    const changes = yield* run(
      some.length === 1 ? RESERVE_ONE : reserving(some.length),
      ...some.flatMap((name) => [name, leaseUntil]),
    )
    if (changes < some.length) throw new CoreError('storage-failed', 'a segment name was used before')
  }
}

export const extendSegments: ScriptOf<'extendSegments'> = function* ({ names, leaseUntil }) {
  for (const some of inLockOrder(names)) {
    yield* run(
      `UPDATE segments SET since = ? WHERE ${reserved(some)} AND since < ?`,
      ...[leaseUntil, some, leaseUntil],
    )
  }
}

export const discardSegments: ScriptOf<'discardSegments'> = function* ({ names }) {
  const discarded = new Set<SegmentName>()
  for (const some of inLockOrder(names)) {
    const rows = yield* all<NameRow>(
      `UPDATE segments SET state = 'garbage' WHERE ${reserved(some)} RETURNING name`,
      some,
    )
    for (const name of namesOf(rows)) discarded.add(name)
  }
  return names.filter((name) => discarded.delete(name))
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
    yield* run(`UPDATE segments SET state = 'garbage' WHERE name IN (??)`, some)
  }
  const rows = yield* all<NameRow>(LIST_GARBAGE, SWEEP_PAUSE, now, now + SWEEP_PAUSE_MAX_MS, limit)
  return namesOf(rows)
}

/** One statement sees one moment: what is listed was garbage before any pause that it does not see. */
const LIST_GARBAGE = `SELECT name FROM segments WHERE state = 'garbage'
    AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.name = ? AND lease_until > ? AND lease_until <= ?)
  ORDER BY since, name LIMIT ?`

export const forgetSegments: ScriptOf<'forgetSegments'> = function* ({ names }) {
  for (const some of inLockOrder(names)) {
    yield* together(
      sql(
        `DELETE FROM assemblies WHERE segment IN
           (SELECT name FROM segments WHERE name IN (??) AND state = 'garbage')`,
        some,
      ),
      sql(
        `DELETE FROM segments WHERE name IN
           (SELECT name FROM segments WHERE name IN (??) AND state = 'garbage' ORDER BY name${LOCK})`,
        some,
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
