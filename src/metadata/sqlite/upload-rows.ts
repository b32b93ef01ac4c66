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

export function findUpload(db: Db, account: AccountId, address: UploadAddress): UploadRecord | null {
  const row =
    'id' in address
      ? db.one<UploadRow>(`${SELECT_UPLOADS} WHERE u.id = ? AND b.account = ?`, idBytes(address.id), account)
      : db.one<UploadRow>(
          `${SELECT_UPLOADS} WHERE b.account = ? AND b.name = ? AND u.ref = ? ORDER BY u.seq DESC LIMIT 1`,
          ...[account, address.bucket, address.ref],
        )
  return row === undefined ? null : recordOf(row)
}

export function requireUpload(db: Db, account: AccountId, address: UploadAddress): UploadRecord {
  const record = findUpload(db, account, address)
  if (record === null) throw new CoreError('upload-not-found', 'no such upload')
  return record
}

/** Up to `limit` unfinished uploads whose time is over, the longest over first. */
export function overdueUploads(db: Db, now: TimeMs, limit: number): readonly UploadRecord[] {
  return db
    .all<UploadRow>(
      `${SELECT_UPLOADS} WHERE u.state IN ('open', 'sealed') AND u.expires_at <= ? ORDER BY u.expires_at LIMIT ?`,
      now,
      limit,
    )
    .map(recordOf)
}

export function addUpload(db: Db, bucketId: number, upload: Upload): void {
  const { id, ref, key, blob, limits, attributes, state, createdAt, expiresAt, version } = upload
  db.run(
    `INSERT INTO uploads (id, bucket, ref, key, blob, limits, attributes, state, created_at, expires_at, changed_at, version)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[idBytes(id), bucketId, ref, key, idBytes(blob), limitsText(limits), JSON.stringify(attributes)],
    ...[state, createdAt, expiresAt, createdAt, version],
  )
}

/** Lets `event` happen: the only way an upload's row changes. Fails as `transition` does. */
export function apply(db: Db, { seq, upload }: UploadRecord, event: UploadEvent, now: TimeMs): Upload {
  const next = transition(upload, event, now)
  if (next === upload) return upload
  const changes = db.run(
    `UPDATE uploads SET state = ?, sealed = ?, object = ?, reason = ?, expires_at = ?, changed_at = ?, version = ?
     WHERE seq = ? AND version = ?`,
    ...[next.state, 'sealed' in next ? JSON.stringify(next.sealed) : null],
    ...['objectId' in next ? idBytes(next.objectId) : null, 'reason' in next ? next.reason : null],
    ...[next.expiresAt, now, next.version, seq, upload.version],
  )
  if (changes === 0) throw new CoreError('upload-changed', 'the upload changed meanwhile')
  return next
}
