import { isCoreError } from '../../../core/errors.ts'
import { parseUploadId } from '../../../core/ids.ts'
import type { Staged } from '../../../core/model/bytes.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Part, Upload, UploadLimits } from '../../../core/model/uploads.ts'
import type { UploadPage } from '../../../core/ports/commands/uploads.ts'
import { randomHex } from '../../../core/random.ts'
import { isObject } from '../../../http/json-shapes.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { PlaneCompleted, PlaneMultipart, PlanePart, PlaneTarget } from '../../../object-plane/types.ts'
import type { S3Context } from '../calls/call.ts'
import { bucketOf, ownBucket } from './buckets.ts'
import { seenIf, traitsOf, type Way, wayOf } from './objects.ts'

const [MIB, GIB] = [1024 ** 2, 1024 ** 3]

/** Bytes of one PUT, whole or part. */
export const PUT_SIZE_MAX = 5 * GIB
const PARTS_MAX = 10_000
const PARTS_PER_PAGE = 1000
export const LIMITS: UploadLimits = {
  partNumberMin: 1,
  partNumberMax: PARTS_MAX,
  partSizeMin: 5 * MIB,
  partSizeMax: PUT_SIZE_MAX,
  sizeMax: PARTS_MAX * PUT_SIZE_MAX,
}

/** The life of uploads of parts. */
export function createUploads(context: S3Context): PlaneMultipart {
  const { uploads } = context.core
  return {
    initiate: async (target, contentType, details) => {
      await ownBucket(context, target)
      return (await beginUpload(context, target, { contentType, kept: details?.attributes ?? {} })).id
    },
    listParts: async (target, uploadId, { after, max }) => {
      const upload = await openUpload(context, target, uploadId)
      const parts = await uploads.listParts(upload, { after, limit: max + 1 })
      const kept = detailsOf(upload).attributes
      return { parts: parts.slice(0, max), isTruncated: parts.length > max && max > 0, kept }
    },
    complete: (...asked) => complete(context, ...asked),
    list: (at, asked) => listUploads(context, at, asked),
    abort: async (target, uploadId, initiatedAt) => {
      const { account, id, createdAt } = await openUpload(context, target, uploadId)
      if (initiatedAt !== null && Math.floor(createdAt / 1000) !== Math.floor(initiatedAt / 1000))
        throw new PlaneError('precondition-failed', 'the upload began at another time')
      await uploads.abort({ account, id })
    },
  }
}

/** Begins an upload for that key. */
export function beginUpload(
  { core, options }: S3Context,
  { account, bucket, key }: Pick<PlaneTarget, 'account' | 'bucket' | 'key'>,
  attributes: JsonObject,
  named: Pick<UploadLimits, 'sizeNamed'> = {},
): Promise<Upload> {
  return core.uploads.begin({
    ...{ account, bucket: bucketOf(bucket), key, ref: randomHex(core.random, 16), attributes },
    ...{ limits: { ...LIMITS, ...named }, expiresAt: core.clock.now() + options.uploadTtlS * 1000 },
  })
}

async function listUploads(
  { core: { buckets, uploads } }: S3Context,
  ...[{ account, bucket }, asked]: Parameters<NonNullable<PlaneMultipart['list']>>
): Promise<UploadPage> {
  const found = await buckets.named(account, bucket)
  if (found === null) throw new PlaneError('no-such-bucket', 'no such bucket')
  if (buckets.isReserved(bucket)) return { entries: [], next: null }
  return uploads.list({ account, bucket: found.name, ...asked })
}

async function complete(
  context: S3Context,
  ...[target, uploadId, parts, condition, settle]: Parameters<PlaneMultipart['complete']>
): Promise<PlaneCompleted> {
  const { uploads, clock } = context.core
  const begun = await findUpload(context, target, uploadId)
  const { account, id, key } = begun
  const listed = parts.map(({ number, etag }) => ({ number, md5: etag }))
  // A repetition of what was done is answered as the first one, whatever it asks for.
  const isDone = begun.state === 'committed'
  const at = { account, bucket: bucketOf(target.bucket), key }
  const seen = isDone ? null : await seenIf(condition, () => context.core.objects.find(at))
  const way: Way = isDone ? { conflict: 'overwrite' } : wayOf(condition, seen, clock.now())
  const settled = isDone
    ? {}
    : settle({ kept: detailsOf(begun).attributes, parts: await allParts(uploads, begun) })
  const upload = await uploads.seal({ account, id }, { parts: listed })
  const { contentType, attributes: kept } = detailsOf(upload)
  const details = { contentType, attributes: { ...kept, ...settled } }
  const object = await uploads.commit({ account, id }, { traits: traitsOf(key, details), ...way })
  const { content, attributes } = object
  return { etag: `${content?.md5OfParts}-${content?.partCount}`, attributes }
}

/** What the beginning of an upload said of its object. */
export const detailsOf = ({ attributes: { contentType, kept } }: Upload) => ({
  contentType: typeof contentType === 'string' ? contentType : null,
  attributes: isObject(kept) ? kept : {},
})

async function allParts(uploads: S3Context['core']['uploads'], upload: Upload): Promise<readonly Part[]> {
  const found: Part[] = []
  for (;;) {
    const page = await uploads.listParts(upload, { after: found.at(-1)?.number ?? 0, limit: PARTS_PER_PAGE })
    found.push(...page)
    if (page.length < PARTS_PER_PAGE) return found
  }
}

/** The upload of that id at that key, whatever its state. Throws PlaneError `no-such-upload`. */
async function findUpload(
  { core }: S3Context,
  { account, bucket, key }: PlaneTarget,
  uploadId: string,
): Promise<Upload> {
  const id = parseUploadId(uploadId.toLowerCase())
  const upload = id === null ? null : await core.uploads.find({ account, id })
  if (upload !== null && upload.bucket === bucketOf(bucket) && upload.key === key) return upload
  const isThere = (await core.buckets.named(account, bucket)) !== null
  throw isThere ? noSuchUpload() : new PlaneError('no-such-bucket', 'no such bucket')
}

/** The same while it takes parts. */
export async function openUpload(context: S3Context, target: PlaneTarget, uploadId: string): Promise<Upload> {
  const upload = await findUpload(context, target, uploadId)
  if (upload.state !== 'open' || context.core.clock.now() >= upload.expiresAt) throw noSuchUpload()
  return upload
}

/** An upload of that id that takes bytes, whatever its key. Throws PlaneError `no-such-upload`. */
export async function openUploadOf(
  { core }: S3Context,
  { account, bucket }: Pick<PlaneTarget, 'account' | 'bucket'>,
  uploadId: string,
): Promise<Upload> {
  const id = parseUploadId(uploadId.toLowerCase())
  const upload = id === null ? null : await core.uploads.find({ account, id })
  const isOpen = upload?.state === 'open' && core.clock.now() < upload.expiresAt
  if (upload === null || !isOpen || upload.bucket !== bucketOf(bucket)) throw noSuchUpload()
  return upload
}

/** Keeps a part; the last one sent for its number counts. Takes over `staged`, also when it fails. */
export const putPart = (
  context: S3Context,
  target: PlaneTarget,
  { uploadId, number }: PlanePart,
  staged: Staged,
): Promise<void> => keepPart(context, number, staged, () => openUpload(context, target, uploadId))

/** The same for the upload that `find` gives. */
export async function keepPart(
  { core: { uploads, staging } }: S3Context,
  number: number,
  staged: Staged,
  find: () => Promise<Upload>,
): Promise<void> {
  let upload: Upload
  try {
    upload = await find()
  } catch (error) {
    await staging.discard(staged)
    throw error
  }
  try {
    await uploads.attach({ account: upload.account, id: upload.id }, number, staged)
  } catch (error) {
    throw isCoreError(error, 'upload-closed') ? noSuchUpload() : error
  }
}

export const noSuchUpload = (): PlaneError => new PlaneError('no-such-upload', 'no such upload')
