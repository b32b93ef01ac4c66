import type { TimeMs } from '../../core/clock.ts'
import type { AccountId, DeliveryId } from '../../core/ids.ts'
import type { Delivery, NewDelivery } from '../../core/model/deliveries.ts'
import { hexOf, idBytes, parseJson } from '../values.ts'
import type { Db } from './db.ts'
import type { CommandOf } from './messages.ts'

interface DeliveryRow {
  readonly id: Uint8Array
  readonly account: AccountId
  readonly topic: string
  readonly body: string
  readonly attempts: number
  readonly created_at: number
  readonly next_attempt_at: number
}

export function addDeliveries(
  db: Db,
  account: AccountId,
  deliveries: readonly NewDelivery[],
  now: TimeMs,
): void {
  for (const { id, topic, body } of deliveries) {
    db.run(
      `INSERT INTO deliveries (id, account, topic, body, attempts, created_at, next_attempt_at)
       VALUES (?, ?, ?, ?, 0, ?, ?)`,
      ...[idBytes(id), account, topic, JSON.stringify(body), now, now],
    )
  }
}

/** A leased delivery's next attempt is at the lease's end: whoever took it may be gone by then. */
export function leaseDeliveries(
  db: Db,
  { topics, now, leaseUntil, limit }: CommandOf<'leaseDeliveries'>,
): readonly Delivery[] {
  const due = [...new Set(topics)]
    .flatMap((topic) =>
      db.all<DeliveryRow>(
        `SELECT id, account, topic, body, attempts, created_at, next_attempt_at FROM deliveries
         WHERE topic = ? AND next_attempt_at <= ? ORDER BY next_attempt_at LIMIT ?`,
        ...[topic, now, limit],
      ),
    )
    .sort((a, b) => a.next_attempt_at - b.next_attempt_at)
    .slice(0, limit)
  for (const { id } of due) db.run('UPDATE deliveries SET next_attempt_at = ? WHERE id = ?', leaseUntil, id)
  return due.map((row) => ({ ...deliveryOf(row), nextAttemptAt: leaseUntil }))
}

export function settleDelivery(db: Db, { id }: CommandOf<'settleDelivery'>): void {
  db.run('DELETE FROM deliveries WHERE id = ?', idBytes(id))
}

export function postponeDelivery(db: Db, { id, nextAttemptAt }: CommandOf<'postponeDelivery'>): void {
  db.run(
    'UPDATE deliveries SET attempts = attempts + 1, next_attempt_at = ? WHERE id = ?',
    nextAttemptAt,
    idBytes(id),
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
    nextAttemptAt: row.next_attempt_at,
  }
}
