import type { Db } from './db.ts'
import type { CommandOf } from './messages.ts'

export function leaseJob(db: Db, { job, holder, now, leaseUntil }: CommandOf<'leaseJob'>): boolean {
  const changes = db.run(
    `INSERT INTO jobs (name, holder, lease_until) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
     WHERE jobs.holder = excluded.holder OR jobs.lease_until <= ?`,
    ...[job, holder, leaseUntil, now],
  )
  return changes > 0
}

export function registerBlobs(db: Db, { identity }: CommandOf<'registerBlobs'>): string {
  db.run("INSERT INTO settings (name, value) VALUES ('blobs', ?) ON CONFLICT (name) DO NOTHING", identity)
  return db.one<{ value: string }>("SELECT value FROM settings WHERE name = 'blobs'")?.value ?? identity
}
