import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { AccountId, UploadId } from '../../core/ids.ts'
import type { UploadAddress } from '../../core/model/addresses.ts'
import type { Upload } from '../../core/model/uploads.ts'
import { transition, type UploadEvent } from '../../core/rules/upload-state.ts'
import { hexOf, idBytes } from '../values.ts'
import { BUCKET_ID, BUCKET_NAME, bucketValues } from './buckets.ts'
import {
  all,
  changingOne,
  guessed,
  one,
  recalled,
  remembered,
  type Script,
  type ScriptValue,
  type Sql,
  together,
} from './script.ts'
import { limitsOf, limitsText, pendingOf, recordOf, type UploadRecord, type UploadRow } from './upload-row.ts'

/** Of uploads `u` and their buckets `b`. */
export const SELECT_UPLOADS = `SELECT u.seq, b.account, ${BUCKET_NAME}, u.id, u.ref, u.key, u.blob, u.limits, u.attributes,
  u.state, u.sealed, u.object, u.reason, u.created_at, u.expires_at, u.version, u.assembling,
  u.grown, u.pending, u.volume, u.replaces
  FROM uploads u JOIN buckets b ON b.id = u.bucket`

/** The blob of the upload with an id, of an account. */
export const BLOB_OF_UPLOAD =
  'SELECT u.blob FROM uploads u JOIN buckets b ON b.id = u.bucket WHERE u.id = ? AND b.account = ?'
const LOCK_UPLOAD = ' FOR UPDATE OF u'
const FIND_BY_ID = `${SELECT_UPLOADS} WHERE u.id = ? AND b.account = ?`
const FIND_BY_REF = `${SELECT_UPLOADS}
  WHERE u.bucket = ${BUCKET_ID} AND u.ref = ? ORDER BY u.seq DESC LIMIT 1`
const LOCK_BY_ID = FIND_BY_ID + LOCK_UPLOAD
const LOCK_BY_REF = FIND_BY_REF + LOCK_UPLOAD

const memoKey = (account: AccountId, id: UploadId): string => `upload ${account} ${id}`

/** What is read just before a change is nearly always the same when it is locked, unless parts come side by side. */
const ONE_PART = {
  keyOf: ({ account, id, limits }: UploadRow): string | null =>
    limitsOf(limits).partNumberMax > 1 ? null : memoKey(account, hexOf<UploadId>(id)),
}

/** An upload as it is now. By ref it is the newest one. */
export function* lookUpUpload(account: AccountId, address: UploadAddress): Script<UploadRecord | null> {
  const row =
    'id' in address
      ? yield* remembered<UploadRow>(ONE_PART, FIND_BY_ID, idBytes(address.id), account)
      : yield* remembered<UploadRow>(
          ONE_PART,
          FIND_BY_REF,
          ...bucketValues(account, address.bucket),
          address.ref,
        )
  return row === undefined ? null : recordOf(row)
}

/** As `lookUpUpload`. Locks the row until the end of the command. */
export function* lockUpload(account: AccountId, address: UploadAddress): Script<UploadRecord | null> {
  const row =
    'id' in address
      ? yield* recalled<UploadRow>(memoKey(account, address.id), LOCK_BY_ID, idBytes(address.id), account)
      : yield* one<UploadRow>(LOCK_BY_REF, ...bucketValues(account, address.bucket), address.ref)
  return row === undefined ? null : recordOf(row)
}

/** As `lockUpload`, for a ref that nearly always has none. */
export function* lockEarlierUpload(
  account: AccountId,
  { bucket, ref }: Extract<UploadAddress, { readonly ref: string }>,
): Script<UploadRecord | null> {
  const values: readonly ScriptValue[] = [...bucketValues(account, bucket), ref]
  const row = yield* guessed<UploadRow>('none', LOCK_BY_REF, ...values)
  return row === undefined ? null : recordOf(row)
}

/** Locks it. Errors: `upload-not-found`. */
export function* requireUpload(account: AccountId, address: UploadAddress): Script<UploadRecord> {
  return present(yield* lockUpload(account, address))
}

/** Errors: `upload-not-found` for null. */
export function present(record: UploadRecord | null): UploadRecord {
  if (record === null) throw new CoreError('upload-not-found', 'no such upload')
  return record
}

/**
 * Locks up to `limit` unfinished uploads whose time is over, the longest over first. Waits for those that are being
 * changed: passing over them would miss some that stay overdue.
 */
export function* lockOverdueUploads(now: TimeMs, limit: number): Script<readonly UploadRecord[]> {
  const rows = yield* all<UploadRow>(
    `${SELECT_UPLOADS} WHERE u.state IN ('open', 'sealed') AND u.expires_at <= ?
     ORDER BY u.expires_at, u.seq LIMIT ?${LOCK_UPLOAD}`,
    now,
    limit,
  )
  return rows.map(recordOf)
}

/** Where an upload's file will be, and how many bytes it replaces there. */
export interface UploadDestination {
  readonly volume: number
  readonly replaces: number
}

/** Over how many rows an account's counts of uploads are spread. */
const SHARDS = 16
/** Ids end in random digits. */
const shardOf = ({ id }: Upload): number => Number.parseInt(id.slice(-1), 16) % SHARDS

/** Adds an upload, unless an unfinished one has the same bucket and ref. */
export const addingUpload = (
  bucketId: number,
  upload: Upload,
  destination: UploadDestination | null,
): Sql => {
  const { id, ref, key, blob, limits, attributes, state, createdAt, expiresAt, version } = upload
  return changingOne(
    `INSERT INTO uploads (id, bucket, ref, key, blob, limits, attributes, state, created_at, expires_at, changed_at, version,
       shard, pending, volume, replaces)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (bucket, ref) WHERE state IN ('open', 'sealed') DO NOTHING`,
    ...[idBytes(id), bucketId, ref, key, idBytes(blob), limitsText(limits), JSON.stringify(attributes)],
    ...[state, createdAt, expiresAt, createdAt, version],
    ...[shardOf(upload), pendingOf(upload, 0), destination?.volume ?? null, destination?.replaces ?? 0],
  )
}

/** Lets `event` happen to a locked upload, whose parts have `grown` bytes after it. Fails as `transition` does. */
export function* apply(
  record: UploadRecord,
  event: UploadEvent,
  now: TimeMs,
  grown = record.grown,
): Script<Upload> {
  const next = transition(record.upload, event, now)
  if (next === record.upload) return next
  const [changes] = yield* together(changingUpload({ ...record, grown }, next, now))
  changedUpload(changes)
  return next
}

/**
 * Writes down what `transition` made of a locked upload: the only way its row changes. `changed_at` is the time of the last
 * change of state, so that what comes in leaves the index of closed uploads alone.
 */
export const changingUpload = ({ seq, upload, grown }: UploadRecord, next: Upload, now: TimeMs): Sql =>
  changingOne(
    `UPDATE uploads SET grown = ?, pending = ?, state = ?, sealed = ?, object = ?, reason = ?, expires_at = ?,
       changed_at = CASE WHEN state = ? THEN changed_at ELSE ? END, version = ? WHERE seq = ? AND version = ?`,
    ...('sealed' in next ? [next.sealed.size, next.sealed.size] : [grown, pendingOf(next, grown)]),
    ...[next.state, 'sealed' in next ? JSON.stringify(next.sealed) : null],
    ...['objectId' in next ? idBytes(next.objectId) : null, 'reason' in next ? next.reason : null],
    ...[next.expiresAt, next.state, now, next.version, seq, upload.version],
  )

/** The compare of compare-and-set: fails unless `changingUpload` changed its row. */
export function changedUpload(changes: number | undefined): void {
  if (changes !== 1) throw new CoreError('upload-changed', 'the upload changed meanwhile')
}
