import type { BlobsIdentity } from '../../core/model/bytes.ts'
import type { ScrubState } from '../../core/model/scrub.ts'
import type { ScriptOf } from './command.ts'
import { one, run, type Script, time } from './script.ts'

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

export const registerBlobs: ScriptOf<'registerBlobs'> = function* ({ place, mark }) {
  yield* keepFirst('blobs', place)
  const kept = (yield* setting('blobs')) ?? place
  if (mark !== null && kept === place) yield* keepFirst('blobs-mark', mark)
  return { place: kept, mark: yield* setting('blobs-mark') }
}

/** What `registerBlobs` kept; null where nobody has called it yet. */
export function* findBlobs(): Script<BlobsIdentity | null> {
  const place = yield* setting('blobs')
  return place === null ? null : { place, mark: yield* setting('blobs-mark') }
}

function* keepFirst(name: string, value: string): Script<void> {
  yield* run('INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO NOTHING', name, value)
}

function* setting(name: string): Script<string | null> {
  const row = yield* one<{ value: string }>('SELECT value FROM settings WHERE name = ?', name)
  return row?.value ?? null
}

export const findScrub: ScriptOf<'findScrub'> = function* () {
  const state = yield* setting('scrub')
  return state === null ? null : (JSON.parse(state) as ScrubState)
}

export const saveScrub: ScriptOf<'saveScrub'> = function* ({ state }) {
  yield* run(
    `INSERT INTO settings (name, value) VALUES ('scrub', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
    JSON.stringify(state),
  )
}
