import type { TimeMs } from '../../core/clock.ts'
import type { AccountLimits } from '../../core/model/limits.ts'
import type { ListedPart, Upload } from '../../core/model/uploads.ts'
import type { BeginUpload } from '../../core/ports/commands/uploads.ts'
import { isOpenAt, requireSealedOf, unlistedNumbers } from '../../core/rules/listed-parts.ts'
import { summarise } from '../../core/rules/summary.ts'
import { transition, type UploadEvent } from '../../core/rules/upload-state.ts'
import { requireWithin } from './account-room.ts'
import { giveUpAssemblies, sealAssemblies } from './assemblies.ts'
import { bucketId } from './buckets.ts'
import type { ScriptOf } from './command.ts'
import {
  addingBlob,
  addPart,
  dropParts,
  findPart,
  partsOf,
  releaseBlob,
  sealing,
  summaryOf,
} from './parts.ts'
import { all, Contention, LOCK_FREE, later, run, type Script, sql, together, uncounted } from './script.ts'
import { replaceable, requireRoom } from './trees/quota-room.ts'
import { lockVolume, quotaOf } from './trees/volume-rows.ts'
import { neededBy, pendingOf, type UploadRecord } from './upload-row.ts'
import {
  addingUpload,
  apply,
  lockEarlierUpload,
  lockOverdueUploads,
  lockUpload,
  lookUpUpload,
  requireUpload,
  type UploadDestination,
} from './upload-rows.ts'

/** The sums for an upload that is not open: they add nothing to its seal. */
const NO_PARTS = summarise([])
/** Most parts that one command gives up: bounds how long other commands wait for it. */
const PARTS_PER_EXPIRY = 20_000

export const beginUpload: ScriptOf<'beginUpload'> = function* (command) {
  const { account, bucket, ref, blob, now, expiresAt, into, within, ...rest } = command
  const found = yield* lockEarlierUpload(account, { bucket, ref })
  if (found !== null && isUnfinished(found.upload)) {
    if (now < found.upload.expiresAt) return yield* prolong(found, expiresAt, now)
    if (found.upload.id !== rest.id) yield* endUpload(found, { type: 'expire' }, now)
  }
  const own = found === null ? null : yield* lockUpload(account, { id: rest.id })
  // It was begun by this very command, whose answer was lost, and ended since.
  if (own !== null) return own.upload
  const upload: Upload = {
    ...rest,
    ...{ account, bucket, ref, blob, createdAt: now, expiresAt },
    state: 'open',
    version: 1,
  }
  const row = yield* bucketId(account, bucket, now)
  const destination = into === undefined ? null : yield* roomyDestination(upload, into)
  yield* requireWithin(account, within, {
    ...{ uploads: 1, pendingBytes: pendingOf(upload, 0) },
    ...(into === undefined ? { objects: 1 } : { entries: 1 }),
  })
  const [added] = yield* together(addingUpload(row, upload, destination), uncounted(addingBlob(blob)))
  if (added === 0) throw new Contention('another node began the same upload')
  return upload
}

/** Errors: `quota-exceeded` where the volume has no room for what was named. */
function* roomyDestination(
  upload: Upload,
  { volume: address, replaces }: NonNullable<BeginUpload['into']>,
): Script<UploadDestination> {
  const volume = yield* lockVolume(address, 'shared')
  const replaced = replaces > 0 ? yield* replaceable(volume, replaces) : 0
  yield* requireRoom(volume, neededBy(pendingOf(upload, 0), replaced))
  return { volume: volume.id, replaces: replaced }
}

export const attachPart: ScriptOf<'attachPart'> = function* (command) {
  const { account, number, staged, within, now } = command
  const record = yield* requireUpload(account, command.upload)
  const { blob } = record.upload
  const before = yield* findPart(blob, number)
  if (before?.segment === staged.name) return { upload: record.upload, part: before }
  const { size } = staged.facts
  const grown = Math.max(0, record.grown - (before?.facts.size ?? 0)) + size
  const event = { type: 'attach', number, size, sizeOfAll: grown } as const
  // What is not allowed at all is told before what has no room, and room is asked for before it is counted.
  transition(record.upload, event, now)
  yield* requireRoomToGrow(record, pendingOf(record.upload, grown), within)
  const upload = yield* apply(record, event, now, grown)
  if (before !== null) yield* dropParts(blob, [number], now)
  return { upload, part: yield* addPart(blob, number, staged, now) }
}

/** Errors: `quota-exceeded`. What was named at the beginning has room already. */
export function* requireRoomToGrow(
  { upload, pending, volume, replaces }: UploadRecord,
  pendingNow: number,
  within: AccountLimits | undefined,
): Script<void> {
  if (pendingNow <= pending) return
  if (volume !== null) {
    const quota = yield* quotaOf(volume)
    yield* requireRoom({ quota }, neededBy(pendingNow, replaces) - neededBy(pending, replaces))
  }
  yield* requireWithin(upload.account, within, { pendingBytes: pendingNow - pending })
}

export const renewUpload: ScriptOf<'renewUpload'> = function* ({ account, upload, expiresAt, now }) {
  return yield* apply(yield* requireUpload(account, upload), { type: 'renew', expiresAt }, now)
}

export const describeUpload: ScriptOf<'describeUpload'> = function* ({ account, upload, attributes, now }) {
  const record = yield* requireUpload(account, upload)
  const next = yield* apply(record, { type: 'describe', attributes }, now)
  yield* later(
    sql('UPDATE uploads SET attributes = ? WHERE seq = ?', JSON.stringify(next.attributes), record.seq),
  )
  return next
}

export const sealUpload: ScriptOf<'sealUpload'> = function* (command) {
  const { account, ifVersion = null, now } = command
  const record = yield* requireUpload(account, command.upload)
  if (command.parts !== undefined) yield* keepListed(record.upload, command.parts, now)
  const parts = record.upload.state === 'open' ? yield* summaryOf(record.upload.blob) : NO_PARTS
  const upload = yield* apply(record, { type: 'seal', parts, ifVersion }, now)
  if (upload === record.upload) return upload
  yield* later(...sealing(upload.blob, parts.size))
  if (record.isAssembling) yield* sealAssemblies(record, now)
  return upload
}

/** Drops the parts that a seal does not list. The seal itself checks later whether it is allowed. */
function* keepListed(upload: Upload, listed: readonly ListedPart[], now: TimeMs): Script<void> {
  if ('sealed' in upload) requireSealedOf(upload.sealed, listed)
  if (!isOpenAt(upload, now)) return
  const unlisted = unlistedNumbers(yield* partsOf(upload.blob), listed)
  if (unlisted.length > 0) yield* dropParts(upload.blob, unlisted, now)
}

export const abortUpload: ScriptOf<'abortUpload'> = function* ({ account, upload, now }) {
  return (yield* endUpload(yield* requireUpload(account, upload), { type: 'abort' }, now)).upload
}

export const failUpload: ScriptOf<'failUpload'> = function* ({ account, upload, reason, ifVersion, now }) {
  const event = { type: 'fail', reason, ifVersion } as const
  return (yield* endUpload(yield* requireUpload(account, upload), event, now)).upload
}

/** Stops early when many parts went, so that one command never takes long. At least one upload is done. */
export const expireUploads: ScriptOf<'expireUploads'> = function* ({ now, limit }) {
  let uploads = 0
  let parts = 0
  for (const record of yield* lockOverdueUploads(now, limit)) {
    parts += (yield* endUpload(record, { type: 'expire' }, now)).parts
    uploads += 1
    if (parts >= PARTS_PER_EXPIRY) break
  }
  return uploads
}

export const forgetUploads: ScriptOf<'forgetUploads'> = function* ({ before, limit }) {
  const closed = yield* all<{ seq: number }>(
    `SELECT seq FROM uploads WHERE state NOT IN ('open', 'sealed') AND changed_at < ?
     ORDER BY changed_at, seq LIMIT ?${LOCK_FREE}`,
    ...[before, limit],
  )
  if (closed.length === 0) return 0
  return yield* run(
    'DELETE FROM uploads WHERE seq IN (??)',
    closed.map(({ seq }) => seq),
  )
}

export const findUpload: ScriptOf<'findUpload'> = function* ({ account, upload }) {
  return (yield* lookUpUpload(account, upload))?.upload ?? null
}

export const listParts: ScriptOf<'listParts'> = function* ({ account, upload, after, limit }) {
  const record = yield* lookUpUpload(account, upload)
  return record === null ? [] : yield* partsOf(record.upload.blob, after, limit)
}

export const isUnfinished = ({ state }: Upload): boolean => state === 'open' || state === 'sealed'

/** Moves the expiry on, never back. */
function* prolong(record: UploadRecord, expiresAt: TimeMs, now: TimeMs): Script<Upload> {
  if (expiresAt <= record.upload.expiresAt) return record.upload
  return yield* apply(record, { type: 'renew', expiresAt }, now)
}

/** Ends a locked upload without an object: its bytes become garbage. Tells how many parts went. */
export function* endUpload(
  record: UploadRecord,
  event: Extract<UploadEvent, { type: 'abort' | 'fail' | 'expire' }>,
  now: TimeMs,
): Script<{ readonly upload: Upload; readonly parts: number }> {
  const upload = yield* apply(record, event, now)
  if (upload === record.upload) return { upload, parts: 0 }
  if (record.isAssembling) yield* giveUpAssemblies(record, now)
  return { upload, parts: yield* releaseBlob(upload.blob, now) }
}
