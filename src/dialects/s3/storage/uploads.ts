import { isCoreError } from '../../../core/errors.ts'
import { parseUploadId } from '../../../core/ids.ts'
import type { Staged } from '../../../core/model/bytes.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Upload, UploadLimits } from '../../../core/model/uploads.ts'
import { randomHex } from '../../../core/random.ts'
import { isObject } from '../../../http/json-shapes.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { PlaneMultipart, PlanePart, PlaneTarget } from '../../../object-plane/types.ts'
import type { S3Context } from '../calls/call.ts'
import { bucketOf, ownBucket } from './buckets.ts'
import { seenIf, traitsOf, type Way, wayOf } from './objects.ts'

const [MIB, GIB] = [1024 ** 2, 1024 ** 3]

/** Bytes of one PUT, whole or part. */
export const PUT_SIZE_MAX = 5 * GIB
const PARTS_MAX = 10_000
export const LIMITS: UploadLimits = {
  partNumberMin: 1,
  partNumberMax: PARTS_MAX,
  partSizeMin: 5 * MIB,
  partSizeMax: PUT_SIZE_MAX,
  sizeMax: PARTS_MAX * PUT_SIZE_MAX,
}

/** The life of uploads of parts. */
export function createUploads(context: S3Context): PlaneMultipart {
  const { uploads, clock } = context.core
  return {
    initiate: async (target, contentType, details) => {
      await ownBucket(context, target)
      return (await beginUpload(context, target, { contentType, kept: details?.attributes ?? {} })).id
    },
    listParts: async (target, uploadId, { after, max }) => {
      const { account, id } = await openUpload(context, target, uploadId)
      const parts = await uploads.listParts({ account, id }, { after, limit: max + 1 })
      return { parts: parts.slice(0, max), isTruncated: parts.length > max }
    },
    complete: async (target, uploadId, parts, condition) => {
      const { account, id, key } = await findUpload(context, target, uploadId)
      const listed = parts.map(({ number, etag }) => ({ number, md5: etag }))
      const found = await uploads.find({ account, id })
      // A repetition of what was done is answered as the first one, whatever it asks for.
      const isDone = found?.state === 'committed'
      const at = { account, bucket: bucketOf(target.bucket), key }
      const seen = isDone ? null : await seenIf(condition, () => context.core.objects.find(at))
      const way: Way = isDone ? { conflict: 'overwrite' } : wayOf(condition, seen, clock.now())
      const upload = await uploads.seal({ account, id }, { parts: listed })
      const object = await uploads.commit(
        { account, id },
        { traits: traitsOf(key, detailsOf(upload)), ...way },
      )
      const { content, attributes } = object
      return { etag: `${content?.md5OfParts}-${content?.partCount}`, attributes }
    },
    abort: async (target, uploadId) => {
      const { account, id } = await openUpload(context, target, uploadId)
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

const detailsOf = ({ attributes: { contentType, kept } }: Upload) => ({
  contentType: typeof contentType === 'string' ? contentType : null,
  attributes: isObject(kept) ? kept : {},
})

/** The upload of that id at that key, whatever its state. Throws PlaneError `no-such-upload`. */
async function findUpload(
  { core }: S3Context,
  { account, bucket, key }: PlaneTarget,
  uploadId: string,
): Promise<Upload> {
  const id = parseUploadId(uploadId.toLowerCase())
  const upload = id === null ? null : await core.uploads.find({ account, id })
  if (upload === null || upload.bucket !== bucketOf(bucket) || upload.key !== key) throw noSuchUpload()
  return upload
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
