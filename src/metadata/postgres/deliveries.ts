import type { TimeMs } from '../../core/clock.ts'
import type { AccountId, DeliveryId } from '../../core/ids.ts'
import type { Delivery, NewDelivery } from '../../core/model/deliveries.ts'
import { hexOf, idBytes, parseJson } from '../values.ts'
import type { Db } from './db.ts'
import type { CommandOf } from './types.ts'

interface DeliveryRow {
  readonly id: Buffer
  readonly account: AccountId
  readonly topic: string
  readonly body: string
  readonly attempts: number
  readonly created_at: number
  readonly due_at: number
}

export async function addDeliveries(
  db: Db,
  account: AccountId,
  deliveries: readonly NewDelivery[],
  now: TimeMs,
): Promise<void> {
  for (const { id, topic, body } of deliveries) {
    await db.run(
      `INSERT INTO deliveries (id, account, topic, body, attempts, created_at, next_attempt_at)
       VALUES ($1, $2, $3, $4, 0, $5, $5)`,
      ...[idBytes(id), account, topic, JSON.stringify(body), now],
    )
  }
}

/**
 * A leased delivery's next attempt is at the lease's end: whoever took it may be gone by then. Takers pass over what others
 * are just taking.
 */
export async function leaseDeliveries(
  db: Db,
  { topics, now, leaseUntil, limit }: CommandOf<'leaseDeliveries'>,
): Promise<readonly Delivery[]> {
  const rows = await db.all<DeliveryRow>(
    `WITH due AS (
       SELECT d.id, d.next_attempt_at FROM unnest($1::text[]) AS wanted (topic) CROSS JOIN LATERAL (
         SELECT id, next_attempt_at FROM deliveries
         WHERE topic = wanted.topic AND next_attempt_at <= $2
         ORDER BY next_attempt_at, id LIMIT $4 FOR UPDATE SKIP LOCKED) AS d
       ORDER BY d.next_attempt_at, d.id LIMIT $4)
     UPDATE deliveries AS taken SET next_attempt_at = $3 FROM due WHERE taken.id = due.id
     RETURNING taken.id, account, topic, body, attempts, created_at, due.next_attempt_at AS due_at`,
    ...[[...new Set(topics)], now, leaseUntil, limit],
  )
  return rows
    .toSorted((a, b) => a.due_at - b.due_at || Buffer.compare(a.id, b.id))
    .map((row) => ({ ...deliveryOf(row), nextAttemptAt: leaseUntil }))
}

export async function settleDelivery(db: Db, { id }: CommandOf<'settleDelivery'>): Promise<void> {
  await db.run('DELETE FROM deliveries WHERE id = $1', idBytes(id))
}

export async function postponeDelivery(
  db: Db,
  { id, nextAttemptAt }: CommandOf<'postponeDelivery'>,
): Promise<void> {
  await db.run(
    'UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = $2 WHERE id = $1',
    idBytes(id),
    nextAttemptAt,
  )
}

function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: hexOf<DeliveryId>(row.id),
    account: row.account,
    topic: row.topic,
    body: parseJson(row.body),
    attempts: row.attempts,
    createdAt: row.created_at,
    nextAttemptAt: row.due_at,
  }
}
