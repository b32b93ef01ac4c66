import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import type { UploadAddress } from '../../core/model/addresses.ts'
import type { Upload } from '../../core/model/uploads.ts'
import { transition, type UploadEvent } from '../../core/rules/upload-state.ts'
import { limitsText, recordOf, type UploadRecord, type UploadRow } from '../upload-row.ts'
import { idBytes } from '../values.ts'
import type { Db } from './db.ts'

const SELECT_UPLOADS = `SELECT u.seq, b.account, b.name AS bucket, u.id, u.ref, u.key, u.blob, u.limits, u.attributes,
  u.state, u.sealed, u.object, u.reason, u.created_at, u.expires_at, u.version, u.assembling
  FROM uploads u JOIN buckets b ON b.id = u.bucket`

/** Finds an upload as it is now. */
export const findUpload = (
  db: Db,
  account: AccountId,
  address: UploadAddress,
): Promise<UploadRecord | null> => selectUpload(db, account, address, '')

/** Finds an upload and keeps all other commands from it until the end of the transaction. */
export const lockUpload = (
  db: Db,
  account: AccountId,
  address: UploadAddress,
): Promise<UploadRecord | null> => selectUpload(db, account, address, 'FOR UPDATE OF u')

export async function requireUpload(
  db: Db,
  account: AccountId,
  address: UploadAddress,
): Promise<UploadRecord> {
  const record = await lockUpload(db, account, address)
  if (record === null) throw new CoreError('upload-not-found', 'no such upload')
  return record
}

async function selectUpload(
  db: Db,
  account: AccountId,
  address: UploadAddress,
  locking: '' | 'FOR UPDATE OF u',
): Promise<UploadRecord | null> {
  const row =
    'id' in address
      ? await db.one<UploadRow>(
          `${SELECT_UPLOADS} WHERE u.id = $1 AND b.account = $2 ${locking}`,
          idBytes(address.id),
          account,
        )
      : await db.one<UploadRow>(
          `${SELECT_UPLOADS} WHERE u.bucket = (SELECT id FROM buckets WHERE account = $1 AND name = $2) AND u.ref = $3
           ORDER BY u.seq DESC LIMIT 1 ${locking}`,
          ...[account, address.bucket, address.ref],
        )
  return row === undefined ? null : recordOf(row)
}

/**
 * Locks up to `limit` unfinished uploads whose time is over, the longest over first. Waits for those that are being
 * changed: skipping them would miss some that stay overdue.
 */
export async function lockOverdueUploads(
  db: Db,
  now: TimeMs,
  limit: number,
): Promise<readonly UploadRecord[]> {
  const rows = await db.all<UploadRow>(
    `${SELECT_UPLOADS} WHERE u.state IN ('open', 'sealed') AND u.expires_at <= $1
     ORDER BY u.expires_at LIMIT $2 FOR UPDATE OF u`,
    now,
    limit,
  )
  return rows.map(recordOf)
}

/** Whether it was added: not while an unfinished one has the same bucket and ref. */
export async function addUpload(db: Db, bucketId: number, upload: Upload): Promise<boolean> {
  const { id, ref, key, blob, limits, attributes, state, createdAt, expiresAt, version } = upload
  const changes = await db.run(
    `INSERT INTO uploads (id, bucket, ref, key, blob, limits, attributes, state, created_at, expires_at, changed_at, version)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $11)
     ON CONFLICT (bucket, ref) WHERE state IN ('open', 'sealed') DO NOTHING`,
    ...[idBytes(id), bucketId, ref, key, idBytes(blob), limitsText(limits), JSON.stringify(attributes)],
    ...[state, createdAt, expiresAt, version],
  )
  return changes > 0
}

/** Lets `event` happen to a locked upload: the only way its row changes. Fails as `transition` does. */
export async function apply(
  db: Db,
  { seq, upload }: UploadRecord,
  event: UploadEvent,
  now: TimeMs,
): Promise<Upload> {
  const next = transition(upload, event, now)
  if (next === upload) return upload
  const changes = await db.run(
    `UPDATE uploads SET state = $1, sealed = $2, object = $3, reason = $4, expires_at = $5,
       changed_at = CASE WHEN state = $1 THEN changed_at ELSE $6 END, version = $7
     WHERE seq = $8 AND version = $9`,
    ...[next.state, 'sealed' in next ? JSON.stringify(next.sealed) : null],
    ...['objectId' in next ? idBytes(next.objectId) : null, 'reason' in next ? next.reason : null],
    ...[next.expiresAt, now, next.version, seq, upload.version],
  )
  if (changes === 0) throw new CoreError('upload-changed', 'the upload changed meanwhile')
  return next
}
