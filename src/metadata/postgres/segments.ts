import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { SegmentName } from '../../core/ids.ts'
import { hexOf, idBytes } from '../values.ts'
import type { Db } from './db.ts'
import type { CommandOf } from './types.ts'

interface NameRow {
  readonly name: Buffer
}

/** Fails with `storage-failed` for a name that is in use, or was. */
export async function reserveSegments(
  db: Db,
  { names, leaseUntil }: CommandOf<'reserveSegments'>,
): Promise<void> {
  const inOrder = inLockOrder(names)
  const changes = await db.run(
    `INSERT INTO segments AS s (name, state, since)
     SELECT name, 'reserved', $2 FROM unnest($1::bytea[]) AS wanted (name) ORDER BY name
     ON CONFLICT (name) DO UPDATE SET since = greatest(s.since, excluded.since) WHERE s.state = 'reserved'`,
    inOrder,
    leaseUntil,
  )
  if (changes < inOrder.length) throw new CoreError('storage-failed', 'a segment name was used before')
}

export async function extendSegments(
  db: Db,
  { names, leaseUntil }: CommandOf<'extendSegments'>,
): Promise<void> {
  await db.run(
    `${locked('reserved')} UPDATE segments SET since = greatest(since, $2) FROM locked
     WHERE segments.name = locked.name`,
    inLockOrder(names),
    leaseUntil,
  )
}

export async function discardSegments(
  db: Db,
  { names }: CommandOf<'discardSegments'>,
): Promise<readonly SegmentName[]> {
  const rows = await db.all<NameRow>(
    `${locked('reserved')} UPDATE segments SET state = 'garbage' FROM locked
     WHERE segments.name = locked.name RETURNING segments.name`,
    inLockOrder(names),
  )
  const discarded = new Set(rows.map(({ name }) => hexOf<SegmentName>(name)))
  return names.filter((name) => discarded.delete(name))
}

/**
 * Also turns leases that are over into garbage, so that none of the names returned can be attached while its bytes are
 * being removed. Passes over those that are just being attached or extended.
 */
export async function listGarbage(
  db: Db,
  { now, limit }: CommandOf<'listGarbage'>,
): Promise<readonly SegmentName[]> {
  await db.run(
    `UPDATE segments SET state = 'garbage' WHERE name = ANY (ARRAY(
       SELECT name FROM segments WHERE state = 'reserved' AND since <= $1
       ORDER BY since LIMIT $2 FOR UPDATE SKIP LOCKED))`,
    now,
    limit,
  )
  const rows = await db.all<NameRow>(
    `SELECT name FROM segments WHERE state = 'garbage' ORDER BY since, name LIMIT $1`,
    limit,
  )
  return rows.map(({ name }) => hexOf<SegmentName>(name))
}

export async function forgetSegments(db: Db, { names }: CommandOf<'forgetSegments'>): Promise<void> {
  await db.run(
    `${locked('garbage')},
     forgotten AS (DELETE FROM assemblies USING locked WHERE assemblies.segment = locked.name)
     DELETE FROM segments USING locked WHERE segments.name = locked.name`,
    inLockOrder(names),
  )
}

export async function listLiveSegments(
  db: Db,
  { after, limit }: CommandOf<'listLiveSegments'>,
): Promise<readonly SegmentName[]> {
  const rows = await db.all<NameRow>(
    `SELECT name FROM segments WHERE name > $1 AND state = 'live'
       AND NOT EXISTS (SELECT 1 FROM assemblies WHERE segment = name)
     ORDER BY name LIMIT $2`,
    idBytes(after),
    limit,
  )
  return rows.map(({ name }) => hexOf<SegmentName>(name))
}

/** Reserved becomes live. Fails with `storage-failed` for a name in any other state. */
export async function attachSegment(db: Db, name: SegmentName, now: TimeMs): Promise<void> {
  const changes = await db.run(
    `UPDATE segments SET state = 'live', since = $2 WHERE name = $1 AND state = 'reserved'`,
    idBytes(name),
    now,
  )
  if (changes === 0) {
    throw new CoreError('storage-failed', 'the staged bytes are not reserved any more', { segment: name })
  }
}

/** Each name once, in the order in which everyone locks them. */
const inLockOrder = (names: readonly SegmentName[]): readonly Buffer[] =>
  [...new Set(names)].sort().map(idBytes)

/** Begins a statement with the rows of `$1` that are in `state`, locked in order of name. */
const locked = (state: 'reserved' | 'garbage'): string =>
  `WITH locked AS MATERIALIZED (SELECT name FROM segments WHERE name = ANY ($1::bytea[]) AND state = '${state}'
     ORDER BY name FOR UPDATE)`
