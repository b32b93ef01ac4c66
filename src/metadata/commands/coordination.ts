import type { ScriptOf } from './command.ts'
import { one, run, time } from './script.ts'

/** Later than all times that there are. */
const NEVER = Number.MAX_SAFE_INTEGER

export const leaseJob: ScriptOf<'leaseJob'> = function* ({
  job,
  holder,
  now,
  leaseUntil,
  voidAfter = NEVER,
}) {
  const changes = yield* run(
    `INSERT INTO jobs (name, holder, lease_until) VALUES (?, ?, ?)
     ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, lease_until = excluded.lease_until
     WHERE jobs.holder = excluded.holder OR jobs.lease_until <= ? OR jobs.lease_until > ?`,
    ...[job, holder, leaseUntil, now, voidAfter],
  )
  return changes > 0
}

export const databaseTime: ScriptOf<'databaseTime'> = function* () {
  return yield* time()
}

export const registerBlobs: ScriptOf<'registerBlobs'> = function* ({ identity }) {
  yield* run("INSERT INTO settings (name, value) VALUES ('blobs', ?) ON CONFLICT (name) DO NOTHING", identity)
  const row = yield* one<{ value: string }>("SELECT value FROM settings WHERE name = 'blobs'")
  return row?.value ?? identity
}
