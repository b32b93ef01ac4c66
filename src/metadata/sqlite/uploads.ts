import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { StoredObject } from '../../core/model/objects.ts'
import type { ListedPart, Part, Upload } from '../../core/model/uploads.ts'
import type { BeginUpload, CommitUpload } from '../../core/ports/commands/uploads.ts'
import { isOpenAt, requireSealedOf, unlistedNumbers } from '../../core/rules/listed-parts.ts'
import { summarise } from '../../core/rules/summary.ts'
import type { UploadEvent } from '../../core/rules/upload-state.ts'
import { giveUpAssemblies, requireAssembled, sealAssemblies } from '../commands/assemblies.ts'
import type { UploadRecord } from '../upload-row.ts'
import { bucketId } from './buckets.ts'
import type { Db } from './db.ts'
import type { CommandOf } from './messages.ts'
import { findObject } from './object-rows.ts'
import { addObject } from './objects.ts'
import { addBlob, addPart, dropPart, findPart, partsOf, releaseBlob, sealBlob, summaryOf } from './parts.ts'
import { runScript } from './run-script.ts'
import { addUpload, apply, findUpload, overdueUploads, requireUpload } from './upload-rows.ts'

/** What an upload that is not open has to add to its seal. */
const NO_PARTS = summarise([])
/** Most parts that one command gives up: bounds how long other commands wait for it. */
const PARTS_PER_EXPIRY = 20_000

export function beginUpload(db: Db, command: BeginUpload): Upload {
  const { account, bucket, ref, blob, now, expiresAt, ...rest } = command
  const found = findUpload(db, account, { bucket, ref })
  if (found !== null && isUnfinished(found.upload)) {
    if (now < found.upload.expiresAt) return prolong(db, found, expiresAt, now)
    end(db, found, { type: 'expire' }, now)
  }
  addBlob(db, blob)
  const upload: Upload = {
    ...rest,
    ...{ account, bucket, ref, blob, createdAt: now, expiresAt },
    state: 'open',
    version: 1,
  }
  addUpload(db, bucketId(db, account, bucket), upload)
  return upload
}

export function attachPart(db: Db, command: CommandOf<'attachPart'>): { upload: Upload; part: Part } {
  const { account, number, staged, now } = command
  const record = requireUpload(db, account, command.upload)
  const { blob } = record.upload
  const before = findPart(db, blob, number)
  if (before?.segment === staged.name) return { upload: record.upload, part: before }
  const upload = apply(db, record, { type: 'attach', number, size: staged.facts.size }, now)
  if (before !== null) dropPart(db, blob, number, now)
  return { upload, part: addPart(db, blob, number, staged, now) }
}

export function renewUpload(db: Db, { account, upload, expiresAt, now }: CommandOf<'renewUpload'>): Upload {
  return apply(db, requireUpload(db, account, upload), { type: 'renew', expiresAt }, now)
}

export function sealUpload(db: Db, command: CommandOf<'sealUpload'>): Upload {
  const { account, ifVersion = null, now } = command
  const record = requireUpload(db, account, command.upload)
  if (command.parts !== undefined) keepListed(db, record.upload, command.parts, now)
  const parts = record.upload.state === 'open' ? summaryOf(db, record.upload.blob) : NO_PARTS
  const upload = apply(db, record, { type: 'seal', parts, ifVersion }, now)
  if (upload === record.upload) return upload
  sealBlob(db, upload.blob, parts.size)
  if (record.isAssembling) runScript(db, sealAssemblies(record, now))
  return upload
}

/** Drops the parts that a seal does not list. Whether it may be sealed at all is told later. */
function keepListed(db: Db, upload: Upload, listed: readonly ListedPart[], now: TimeMs): void {
  if ('sealed' in upload) requireSealedOf(upload.sealed, listed)
  if (!isOpenAt(upload, now)) return
  const { blob } = upload
  const parts = partsOf(db, blob, -1, Number.MAX_SAFE_INTEGER)
  for (const number of unlistedNumbers(parts, listed)) dropPart(db, blob, number, now)
}

export function commitUpload(db: Db, command: CommitUpload): StoredObject {
  const { account, id, ifVersion, now } = command
  const record = requireUpload(db, account, command.upload)
  const parts = record.upload.state === 'open' ? summaryOf(db, record.upload.blob) : null
  const upload = apply(db, record, { type: 'commit', objectId: id, ifVersion, parts }, now)
  if (upload.state !== 'committed') throw new Error('a commit did not commit')
  if (upload === record.upload) return firstObject(db, upload)
  if (parts !== null) sealBlob(db, upload.blob, parts.size)
  const object = addObject(db, upload, { blob: upload.blob, ...upload.sealed }, command)
  runScript(db, requireAssembled(record, now))
  return object
}

export function abortUpload(db: Db, { account, upload, now }: CommandOf<'abortUpload'>): Upload {
  return end(db, requireUpload(db, account, upload), { type: 'abort' }, now).upload
}

export function failUpload(db: Db, command: CommandOf<'failUpload'>): Upload {
  const { account, reason, ifVersion, now } = command
  return end(db, requireUpload(db, account, command.upload), { type: 'fail', reason, ifVersion }, now).upload
}

/** Stops early when many parts went, so that one command never takes long; at least one upload is done. */
export function expireUploads(db: Db, { now, limit }: CommandOf<'expireUploads'>): number {
  let uploads = 0
  let parts = 0
  for (const record of overdueUploads(db, now, limit)) {
    parts += end(db, record, { type: 'expire' }, now).parts
    uploads += 1
    if (parts >= PARTS_PER_EXPIRY) break
  }
  return uploads
}

export function forgetUploads(db: Db, { before, limit }: CommandOf<'forgetUploads'>): number {
  return db.run(
    `DELETE FROM uploads WHERE seq IN (SELECT seq FROM uploads
       WHERE state NOT IN ('open', 'sealed') AND changed_at < ? ORDER BY changed_at LIMIT ?)`,
    before,
    limit,
  )
}

const isUnfinished = ({ state }: Upload): boolean => state === 'open' || state === 'sealed'

/** Moves the expiry on, never back. */
const prolong = (db: Db, record: UploadRecord, expiresAt: TimeMs, now: TimeMs): Upload =>
  expiresAt > record.upload.expiresAt ? apply(db, record, { type: 'renew', expiresAt }, now) : record.upload

/** Ends an upload without an object: its bytes become garbage. */
function end(
  db: Db,
  record: UploadRecord,
  event: Extract<UploadEvent, { type: 'abort' | 'fail' | 'expire' }>,
  now: TimeMs,
): { readonly upload: Upload; readonly parts: number } {
  const upload = apply(db, record, event, now)
  if (upload === record.upload) return { upload, parts: 0 }
  if (record.isAssembling) runScript(db, giveUpAssemblies(record, now))
  return { upload, parts: releaseBlob(db, upload.blob, now) }
}

function firstObject(db: Db, upload: Extract<Upload, { state: 'committed' }>): StoredObject {
  const record = findObject(db, upload.account, { id: upload.objectId })
  if (record === null) throw new CoreError('object-not-found', 'the object was deleted since')
  return record.object
}
