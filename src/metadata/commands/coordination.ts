import type { ScriptOf } from './command.ts'
import { one, run } from './script.ts'

export const leaseJob: ScriptOf<'leaseJob'> = function* ({ job, holder, now, leaseUntil }) {
  const changes = yield* run(
    `INSERT INTO jobs (name, holder, lease_until) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
     WHERE jobs.holder = excluded.holder OR jobs.lease_until <= ?`,
    ...[job, holder, leaseUntil, now],
  )
  return changes > 0
}

export const registerBlobs: ScriptOf<'registerBlobs'> = function* ({ identity }) {
  yield* run("INSERT INTO settings (name, value) VALUES ('blobs', ?) ON CONFLICT (name) DO NOTHING", identity)
  const row = yield* one<{ value: string }>("SELECT value FROM settings WHERE name = 'blobs'")
  return row?.value ?? identity
}
