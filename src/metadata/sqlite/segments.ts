import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { SegmentName } from '../../core/ids.ts'
import { hexOf, idBytes } from '../values.ts'
import type { Db } from './db.ts'
import type { CommandOf } from './messages.ts'

export function reserveSegments(db: Db, { names, leaseUntil }: CommandOf<'reserveSegments'>): void {
  for (const name of names) {
    const changes = db.run(
      `INSERT INTO segments (name, state, since) VALUES (?, 'reserved', ?)
       ON CONFLICT (name) DO UPDATE SET since = max(since, excluded.since) WHERE state = 'reserved'`,
      idBytes(name),
      leaseUntil,
    )
    if (changes === 0)
      throw new CoreError('storage-failed', 'a segment name was used before', { segment: name })
  }
}

export function extendSegments(db: Db, { names, leaseUntil }: CommandOf<'extendSegments'>): void {
  for (const name of names) {
    db.run(
      `UPDATE segments SET since = max(since, ?) WHERE name = ? AND state = 'reserved'`,
      leaseUntil,
      idBytes(name),
    )
  }
}

export function discardSegments(db: Db, { names }: CommandOf<'discardSegments'>): readonly SegmentName[] {
  return names.filter(
    (name) =>
      db.run(`UPDATE segments SET state = 'garbage' WHERE name = ? AND state = 'reserved'`, idBytes(name)) >
      0,
  )
}

/**
 * Also turns leases that are over into garbage, so that none of the names returned can be attached while its bytes are
 * being removed.
 */
export function listGarbage(db: Db, { now, limit }: CommandOf<'listGarbage'>): readonly SegmentName[] {
  db.run(
    `UPDATE segments SET state = 'garbage' WHERE name IN
       (SELECT name FROM segments WHERE state = 'reserved' AND since <= ? ORDER BY since LIMIT ?)`,
    now,
    limit,
  )
  return db
    .all<{ name: Uint8Array }>(
      `SELECT name FROM segments WHERE state = 'garbage' ORDER BY since, name LIMIT ?`,
      limit,
    )
    .map(({ name }) => hexOf<SegmentName>(name))
}

export function forgetSegments(db: Db, { names }: CommandOf<'forgetSegments'>): void {
  for (const name of names) {
    const changes = db.run(`DELETE FROM segments WHERE name = ? AND state = 'garbage'`, idBytes(name))
    if (changes > 0) db.run('DELETE FROM assemblies WHERE segment = ?', idBytes(name))
  }
}

export function listLiveSegments(
  db: Db,
  { after, limit }: CommandOf<'listLiveSegments'>,
): readonly SegmentName[] {
  return db
    .all<{ name: Uint8Array }>(
      `SELECT name FROM segments WHERE name > ? AND state = 'live'
         AND NOT EXISTS (SELECT 1 FROM assemblies WHERE segment = name)
       ORDER BY name LIMIT ?`,
      idBytes(after),
      limit,
    )
    .map(({ name }) => hexOf<SegmentName>(name))
}

/** Reserved becomes live. Fails with `storage-failed` for a name in any other state. */
export function attachSegment(db: Db, name: SegmentName, now: TimeMs): void {
  const changes = db.run(
    `UPDATE segments SET state = 'live', since = ? WHERE name = ? AND state = 'reserved'`,
    now,
    idBytes(name),
  )
  if (changes === 0) {
    throw new CoreError('storage-failed', 'the staged bytes are not reserved any more', { segment: name })
  }
}
