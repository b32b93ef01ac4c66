import type { Db } from './db.ts'
import type { CommandOf } from './types.ts'

export async function leaseJob(
  db: Db,
  { job, holder, now, leaseUntil }: CommandOf<'leaseJob'>,
): Promise<boolean> {
  const changes = await db.run(
    `INSERT INTO jobs (name, holder, lease_until) VALUES ($1, $2, $3)
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
     WHERE jobs.holder = excluded.holder OR jobs.lease_until <= $4`,
    ...[job, holder, leaseUntil, now],
  )
  return changes > 0
}

export async function registerBlobs(db: Db, { identity }: CommandOf<'registerBlobs'>): Promise<string> {
  await db.run(
    "INSERT INTO settings (name, value) VALUES ('blobs', $1) ON CONFLICT (name) DO NOTHING",
    identity,
  )
  const row = await db.one<{ value: string }>("SELECT value FROM settings WHERE name = 'blobs'")
  return row?.value ?? identity
}
