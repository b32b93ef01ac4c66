import type { AccountId } from '../../core/ids.ts'
import type { Usage } from '../../core/ports/commands/objects.ts'
import type { Db } from './db.ts'
import type { CommandOf } from './messages.ts'

/** The bucket's row number; makes the row when it is the first time. */
export function bucketId(db: Db, account: AccountId, name: string): number {
  const row = db.one<{ id: number }>('SELECT id FROM buckets WHERE account = ? AND name = ?', account, name)
  return row?.id ?? db.insert('INSERT INTO buckets (account, name) VALUES (?, ?)', account, name)
}

export function usage(db: Db, { account, bucket }: CommandOf<'usage'>): Usage {
  const row = db.one<Usage>(
    'SELECT objects, bytes FROM buckets WHERE account = ? AND name = ?',
    account,
    bucket,
  )
  return { objects: row?.objects ?? 0, bytes: row?.bytes ?? 0 }
}

/** How many objects the bucket holds. */
export function objectCount(db: Db, bucket: number): number {
  return db.one<{ objects: number }>('SELECT objects FROM buckets WHERE id = ?', bucket)?.objects ?? 0
}

export function count(db: Db, bucket: number, objects: 1 | -1, bytes: number): void {
  db.run('UPDATE buckets SET objects = objects + ?, bytes = bytes + ? WHERE id = ?', objects, bytes, bucket)
}
