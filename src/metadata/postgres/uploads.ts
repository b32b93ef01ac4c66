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
import { Contention } from './errors.ts'
import { findObject } from './object-rows.ts'
import { addObject } from './objects.ts'
import { addBlob, addPart, dropParts, findPart, partsOf, releaseBlob, sealBlob, summaryOf } from './parts.ts'
import { runScript } from './run-script.ts'
import type { CommandOf } from './types.ts'
import { addUpload, apply, lockOverdueUploads, lockUpload, requireUpload } from './upload-rows.ts'

/** What an upload that is not open has to add to its seal. */
const NO_PARTS = summarise([])
/** Most parts that one command gives up: bounds how long other commands wait for it. */
const PARTS_PER_EXPIRY = 20_000

export async function beginUpload(db: Db, command: BeginUpload): Promise<Upload> {
  const { account, bucket, ref, blob, now, expiresAt, ...rest } = command
  const found = await lockUpload(db, account, { bucket, ref })
  if (found !== null && isUnfinished(found.upload)) {
    if (now < found.upload.expiresAt) return prolong(db, found, expiresAt, now)
    await end(db, found, { type: 'expire' }, now)
  }
  const upload: Upload = {
    ...rest,
    ...{ account, bucket, ref, blob, createdAt: now, expiresAt },
    state: 'open',
    version: 1,
  }
  const isAdded = await addUpload(db, await bucketId(db, account, bucket), upload)
  if (!isAdded) throw new Contention('another node began the same upload')
  await addBlob(db, blob)
  return upload
}

export async function attachPart(
  db: Db,
  command: CommandOf<'attachPart'>,
): Promise<{ upload: Upload; part: Part }> {
  const { account, number, staged, now } = command
  const record = await requireUpload(db, account, command.upload)
  const { blob } = record.upload
  const before = await findPart(db, blob, number)
  if (before?.segment === staged.name) return { upload: record.upload, part: before }
  const upload = await apply(db, record, { type: 'attach', number, size: staged.facts.size }, now)
  if (before !== null) await dropParts(db, blob, [number], now)
  return { upload, part: await addPart(db, blob, number, staged, now) }
}

export async function renewUpload(
  db: Db,
  { account, upload, expiresAt, now }: CommandOf<'renewUpload'>,
): Promise<Upload> {
  return apply(db, await requireUpload(db, account, upload), { type: 'renew', expiresAt }, now)
}

export async function sealUpload(db: Db, command: CommandOf<'sealUpload'>): Promise<Upload> {
  const { account, ifVersion = null, now } = command
  const record = await requireUpload(db, account, command.upload)
  if (command.parts !== undefined) await keepListed(db, record.upload, command.parts, now)
  const parts = record.upload.state === 'open' ? await summaryOf(db, record.upload.blob) : NO_PARTS
  const upload = await apply(db, record, { type: 'seal', parts, ifVersion }, now)
  if (upload === record.upload) return upload
  await sealBlob(db, upload.blob, parts.size)
  if (record.isAssembling) await runScript(db, sealAssemblies(record, now))
  return upload
}

/** Drops the parts that a seal does not list. Whether it may be sealed at all is told later. */
async function keepListed(db: Db, upload: Upload, listed: readonly ListedPart[], now: TimeMs): Promise<void> {
  if ('sealed' in upload) requireSealedOf(upload.sealed, listed)
  if (!isOpenAt(upload, now)) return
  const { blob } = upload
  const unlisted = unlistedNumbers(await partsOf(db, blob), listed)
  if (unlisted.length > 0) await dropParts(db, blob, unlisted, now)
}

export async function commitUpload(db: Db, command: CommitUpload): Promise<StoredObject> {
  const { account, id, ifVersion, now } = command
  const record = await requireUpload(db, account, command.upload)
  const parts = record.upload.state === 'open' ? await summaryOf(db, record.upload.blob) : null
  const upload = await apply(db, record, { type: 'commit', objectId: id, ifVersion, parts }, now)
  if (upload.state !== 'committed') throw new Error('a commit did not commit')
  if (upload === record.upload) return firstObject(db, upload)
  if (parts !== null) await sealBlob(db, upload.blob, parts.size)
  const object = await addObject(db, upload, { blob: upload.blob, ...upload.sealed }, command)
  await runScript(db, requireAssembled(record, now))
  return object
}

export async function abortUpload(
  db: Db,
  { account, upload, now }: CommandOf<'abortUpload'>,
): Promise<Upload> {
  const record = await requireUpload(db, account, upload)
  return (await end(db, record, { type: 'abort' }, now)).upload
}

export async function failUpload(db: Db, command: CommandOf<'failUpload'>): Promise<Upload> {
  const { account, reason, ifVersion, now } = command
  const record = await requireUpload(db, account, command.upload)
  return (await end(db, record, { type: 'fail', reason, ifVersion }, now)).upload
}

/** Stops early when many parts went, so that one command never takes long; at least one upload is done. */
export async function expireUploads(db: Db, { now, limit }: CommandOf<'expireUploads'>): Promise<number> {
  let uploads = 0
  let parts = 0
  for (const record of await lockOverdueUploads(db, now, limit)) {
    parts += (await end(db, record, { type: 'expire' }, now)).parts
    uploads += 1
    if (parts >= PARTS_PER_EXPIRY) break
  }
  return uploads
}

export async function forgetUploads(db: Db, { before, limit }: CommandOf<'forgetUploads'>): Promise<number> {
  return db.run(
    `DELETE FROM uploads WHERE seq = ANY (ARRAY(
       SELECT seq FROM uploads WHERE state NOT IN ('open', 'sealed') AND changed_at < $1
       ORDER BY changed_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
    before,
    limit,
  )
}

const isUnfinished = ({ state }: Upload): boolean => state === 'open' || state === 'sealed'

/** Moves the expiry on, never back. */
async function prolong(db: Db, record: UploadRecord, expiresAt: TimeMs, now: TimeMs): Promise<Upload> {
  if (expiresAt <= record.upload.expiresAt) return record.upload
  return apply(db, record, { type: 'renew', expiresAt }, now)
}

/** Ends an upload without an object: its bytes become garbage. */
async function end(
  db: Db,
  record: UploadRecord,
  event: Extract<UploadEvent, { type: 'abort' | 'fail' | 'expire' }>,
  now: TimeMs,
): Promise<{ readonly upload: Upload; readonly parts: number }> {
  const upload = await apply(db, record, event, now)
  if (upload === record.upload) return { upload, parts: 0 }
  if (record.isAssembling) await runScript(db, giveUpAssemblies(record, now))
  return { upload, parts: await releaseBlob(db, upload.blob, now) }
}

async function firstObject(db: Db, upload: Extract<Upload, { state: 'committed' }>): Promise<StoredObject> {
  const record = await findObject(db, upload.account, { id: upload.objectId })
  if (record === null) throw new CoreError('object-not-found', 'the object was deleted since')
  return record.object
}
