import type { TimeMs } from '../../core/clock.ts'
import type { AccountId, DeliveryId } from '../../core/ids.ts'
import type { Delivery, NewDelivery } from '../../core/model/deliveries.ts'
import { hexOf, idBytes, parseJson } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { all, LOCK_FREE, run, type Sql, sql } from './script.ts'

interface DeliveryRow {
  readonly id: Uint8Array
  readonly account: AccountId
  readonly topic: string
  readonly body: string
  readonly attempts: number
  readonly created_at: number
  readonly next_attempt_at: number
}

export const addingDeliveries = (
  account: AccountId,
  deliveries: readonly NewDelivery[],
  now: TimeMs,
): readonly Sql[] =>
  deliveries.map(({ id, topic, body }) =>
    sql(
      `INSERT INTO deliveries (id, account, topic, body, attempts, created_at, next_attempt_at)
       VALUES (?, ?, ?, ?, 0, ?, ?)`,
      ...[idBytes(id), account, topic, JSON.stringify(body), now, now],
    ),
  )

const dueAt = (compared: '<=' | '>'): string =>
  `SELECT * FROM (SELECT id, account, topic, body, attempts, created_at, next_attempt_at FROM deliveries
   WHERE topic = ? AND next_attempt_at ${compared} ? ORDER BY next_attempt_at, id LIMIT ?${LOCK_FREE}) AS due`
const DUE = dueAt('<=')
const VOID = dueAt('>')

/**
 * A leased delivery's next attempt is at the lease's end: whoever took it may be gone by then. Takers pass over what others
 * are just taking.
 */
export const leaseDeliveries: ScriptOf<'leaseDeliveries'> = function* (command) {
  const { topics, now, leaseUntil, limit, voidAfter } = command
  const wanted = [...new Set(topics)]
  if (wanted.length === 0) return []
  const isBounded = voidAfter !== undefined
  const voided = isBounded ? wanted.flatMap((topic) => [topic, Math.max(now, voidAfter), limit]) : []
  const due = yield* all<DeliveryRow>(
    [...wanted.map(() => DUE), ...(isBounded ? wanted.map(() => VOID) : [])].join(' UNION ALL '),
    ...[...wanted.flatMap((topic) => [topic, now, limit]), ...voided],
  )
  const taken = due
    .toSorted((a, b) => a.next_attempt_at - b.next_attempt_at || Buffer.compare(a.id, b.id))
    .slice(0, limit)
  if (taken.length > 0) {
    const ids = taken.map(({ id }) => id)
    yield* run('UPDATE deliveries SET next_attempt_at = ? WHERE id IN (??)', leaseUntil, ids)
  }
  return taken.map((row) => ({ ...deliveryOf(row), nextAttemptAt: leaseUntil }))
}

export const settleDelivery: ScriptOf<'settleDelivery'> = function* ({ id }) {
  yield* run('DELETE FROM deliveries WHERE id = ?', idBytes(id))
}

export const postponeDelivery: ScriptOf<'postponeDelivery'> = function* ({ id, nextAttemptAt }) {
  yield* run(
    'UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = ? WHERE id = ?',
    ...[nextAttemptAt, idBytes(id)],
  )
}

const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: hexOf<DeliveryId>(row.id),
  account: row.account,
  topic: row.topic,
  body: parseJson(row.body),
  attempts: row.attempts,
  createdAt: row.created_at,
  nextAttemptAt: row.next_attempt_at,
})
