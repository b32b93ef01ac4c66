import { CoreError } from '../../../core/errors.ts'
import { type LockMode, lockQuota, one, type Script, sideBySide } from '../script.ts'
import type { VolumeRecord } from './volume-rows.ts'

/** A command with more bytes goes on alone. */
const SMALL_MAX = 16 * 1024 * 1024

/**
 * Sees to it that `bytes` more (0 and less always fit) fit into the volume until the end of the command. Called after
 * directories and entries are locked, before blobs and counts. Errors: `quota-exceeded`.
 *
 * While a quota has room for as many small commands as there can be at a time, these go on side by side. All others go on
 * one at a time: what they count is what is there.
 */
export function* requireRoom({ quota }: Pick<VolumeRecord, 'quota'>, bytes: number): Script<void> {
  if (quota === null || bytes <= 0) return
  const ample = (yield* sideBySide()) * SMALL_MAX
  const mode: LockMode = bytes <= SMALL_MAX && (yield* roomIn(quota)) >= ample ? 'shared' : 'exclusive'
  yield* lockQuota(quota, mode)
  let room = yield* roomIn(quota)
  if (mode === 'shared' && room < ample) {
    // Others may have filled it while this waited.
    yield* lockQuota(quota, 'exclusive')
    room = yield* roomIn(quota)
  }
  if (bytes > room) throw new CoreError('quota-exceeded', 'the quota is full', { limit: 'bytes' })
}

/** As `requireRoom`, for bytes that come from another volume. If both have the same quota, they have room already. */
export function* requireRoomFrom(from: VolumeRecord, to: VolumeRecord, bytes: number): Script<void> {
  if (from.quota !== to.quota) yield* requireRoom(to, bytes)
}

/** Bytes that a quota leaves for its volumes, with what goes on to come there. Below 0: they hold more. */
export function* roomIn(quota: number): Script<number> {
  const row = yield* one<{ room: number }>(
    `SELECT q.capacity - CAST(coalesce((
       SELECT sum(c.bytes) FROM quota_volumes qv JOIN volume_counts c ON c.volume = qv.volume
       WHERE qv.quota = q.id), 0) AS bigint) - CAST(coalesce((
       SELECT sum(p.bytes) FROM quota_volumes qv JOIN volume_pending p ON p.volume = qv.volume
       WHERE qv.quota = q.id), 0) AS bigint) AS room
     FROM quotas q WHERE q.id = ?`,
    quota,
  )
  return row?.room ?? 0
}

/**
 * How many of the bytes that an upload wants to replace it may count as going: uploads that go on never replace more together than
 * the volume holds. Until the end of the command no other is told.
 */
export function* replaceable({ id, quota }: VolumeRecord, bytes: number): Script<number> {
  if (quota !== null) yield* lockQuota(quota, 'exclusive')
  const row = yield* one<{ left: number }>(
    `SELECT CAST(coalesce((SELECT sum(bytes) FROM volume_counts WHERE volume = ?), 0) AS bigint)
       - CAST(coalesce((SELECT sum(replaces) FROM uploads
         WHERE volume = ? AND replaces > 0 AND state IN ('open', 'sealed')), 0) AS bigint) AS "left"`,
    ...[id, id],
  )
  return Math.min(bytes, Math.max(0, row?.left ?? 0))
}
