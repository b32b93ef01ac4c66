import { parseUploadId } from '../../../core/ids.ts'
import type { Staged } from '../../../core/model/bytes.ts'
import type { Upload, UploadLimits } from '../../../core/model/uploads.ts'
import { randomHex } from '../../../core/random.ts'
import { isObject } from '../../../http/json-shapes.ts'
import type { PlaneCondition, PlaneDetails } from '../../../object-plane/contents.ts'
import type { PlaneExpected } from '../../../object-plane/expected.ts'
import { keptAttributes, S3Error } from '../../../object-plane/s3/index.ts'
import type { PlaneMultipart, PlanePart, PlaneTarget } from '../../../object-plane/types.ts'
import type { BucketFile, BucketWriting, FileMeta } from '../../buckets.ts'
import type { S3Context } from '../calls/call.ts'
import { inS3, type Room, requireRoom, tagOf, wantedBy } from './house-files.ts'
import { LIMITS, noSuchUpload, PUT_SIZE_MAX } from './uploads.ts'

/** A room where files can be written. */
interface WritableRoom extends Room {
  readonly writing: BucketWriting
}

/** Errors: `no-such-bucket`; `AccessDenied` where the dialect's own calls alone write, with what these are. */
async function requireWritable(context: S3Context, target: PlaneTarget): Promise<WritableRoom> {
  const room = await requireRoom(context, target)
  const { writing } = room.door
  if (typeof writing === 'string') throw new S3Error('AccessDenied', writing)
  return { ...room, writing }
}

export async function checkWrite(
  context: S3Context,
  target: PlaneTarget,
  part: PlanePart | null,
): Promise<PlaneExpected> {
  const { bucket, writing } = await requireWritable(context, target)
  const { digests } = writing
  if (part === null) {
    await inS3(() => writing.check(bucket, target.key))
    return { slot: null, digests }
  }
  const { account, id } = await openUpload(context, target, part.uploadId)
  return { slot: { upload: { account, id }, number: part.number }, digests }
}

/** Keeps staged bytes as a file. Takes over `staged`, also when it fails. Returns the entity tag. */
export async function putFile(
  context: S3Context,
  target: PlaneTarget,
  staged: Staged,
  { details, condition }: { readonly details: PlaneDetails; readonly condition: PlaneCondition },
): Promise<string> {
  const { uploads, staging, clock } = context.core
  const { size } = staged.facts
  let room: WritableRoom
  let upload: Upload
  try {
    room = await requireWritable(context, target)
    const { makeDirectory } = room.writing
    if (target.key.endsWith('/') && makeDirectory !== null) {
      if (size > 0) throw new S3Error('InvalidArgument', 'A key that ends in a slash is a directory here.')
      await inS3(() => makeDirectory(room.bucket, target.key))
      await staging.discard(staged)
      return tagOf(await requireFile(room, target.key))
    }
    upload = await begin(context, room, target, { details, size })
  } catch (error) {
    await staging.discard(staged)
    throw error
  }
  const at = { account: upload.account, id: upload.id }
  try {
    await uploads.attach(at, 1, staged)
    const meta = metaOf(details)
    return tagOf(await commit(room, upload, { key: target.key, meta }, wantedBy(condition, clock.now())))
  } catch (error) {
    await uploads.abort(at).catch(() => {})
    throw error
  }
}

async function requireFile({ door, bucket }: Room, key: string): Promise<BucketFile> {
  const file = await door.find(bucket, key)
  if (file === null) throw new S3Error('OperationAborted')
  return file
}

const commit = (
  { bucket, writing }: WritableRoom,
  upload: Upload,
  ...rest: readonly [Parameters<BucketWriting['commit']>[2], Parameters<BucketWriting['commit']>[3]]
): Promise<BucketFile> => inS3(() => writing.commit(bucket, upload, ...rest))

const metaOf = ({ attributes }: Pick<PlaneDetails, 'attributes'>): FileMeta => keptAttributes(attributes).meta

/** Begins the upload that the dialect wants for the file, known here by its key. `size` null: it comes in parts. */
async function begin(
  { core, options }: S3Context,
  { bucket, writing }: WritableRoom,
  { account, bucket: name, key }: PlaneTarget,
  { details, size }: { readonly details: PlaneDetails | null; readonly size: number | null },
): Promise<Upload> {
  const meta = metaOf(details ?? { attributes: {} })
  const { sizeMax, attributes, ...planned } = await inS3(() =>
    writing.plan(bucket, { key, meta, size, isInParts: size === null }),
  )
  return core.uploads.begin({
    ...{ ...planned, account, ref: randomHex(core.random, 16), limits: limitsOf(size, sizeMax) },
    attributes: { ...attributes, [BY_S3]: { bucket: name, key, meta } },
    expiresAt: core.clock.now() + options.uploadTtlS * 1000,
  })
}

/** What the door remembers of an upload beside what the dialect does. */
const BY_S3 = 's3'

const limitsOf = (size: number | null, sizeMax: number): UploadLimits =>
  size === null
    ? { ...LIMITS, sizeMax: Math.min(LIMITS.sizeMax, sizeMax) }
    : {
        ...{ partNumberMin: 1, partNumberMax: 1, partSizeMin: 0, partSizeMax: PUT_SIZE_MAX },
        ...{ sizeMax: Math.min(PUT_SIZE_MAX, sizeMax), sizeNamed: size },
      }

/** Uploads of parts that become files of dialects. */
export function createHouseUploads(context: S3Context): PlaneMultipart {
  const { uploads, clock } = context.core
  return {
    initiate: async (target, _contentType, details) => {
      const room = await requireWritable(context, target)
      await inS3(() => room.writing.check(room.bucket, target.key))
      if (target.key.endsWith('/')) throw new S3Error('InvalidArgument', 'A directory has no parts.')
      return (await begin(context, room, target, { details, size: null })).id
    },
    listParts: async (target, uploadId, { after, max }) => {
      const { account, id } = await openUpload(context, target, uploadId)
      const parts = await uploads.listParts({ account, id }, { after, limit: max + 1 })
      return { parts: parts.slice(0, max), isTruncated: parts.length > max }
    },
    complete: async (target, uploadId, parts, condition) => {
      const room = await requireWritable(context, target)
      const { upload, meta } = await findUpload(context, target, uploadId)
      const at = { account: upload.account, id: upload.id }
      // A repetition of what was done is answered as the first one, whatever it asks for.
      const isDone = upload.state === 'committed'
      const wanted = isDone ? { isFree: false, check: null } : wantedBy(condition, clock.now())
      const sealed = await uploads.seal(at, {
        parts: parts.map(({ number, etag }) => ({ number, md5: etag })),
      })
      const file = await commit(room, sealed, { key: target.key, meta }, wanted)
      return { etag: tagOf(file).slice(1, -1) }
    },
    abort: async (target, uploadId) => {
      const { account, id } = await openUpload(context, target, uploadId)
      await uploads.abort({ account, id })
    },
  }
}

/** Throws PlaneError `no-such-upload`. */
async function findUpload(
  { core }: S3Context,
  { account, bucket, key }: PlaneTarget,
  uploadId: string,
): Promise<{ readonly upload: Upload; readonly meta: FileMeta }> {
  const id = parseUploadId(uploadId.toLowerCase())
  const upload = id === null ? null : await core.uploads.find({ account, id })
  const known = upload?.attributes[BY_S3]
  if (upload === null || !isObject(known) || known.bucket !== bucket || known.key !== key)
    throw noSuchUpload()
  return { upload, meta: metaOf({ attributes: known }) }
}

/** An upload that takes parts. Throws PlaneError `no-such-upload`. */
export async function openUpload(context: S3Context, target: PlaneTarget, uploadId: string): Promise<Upload> {
  const { upload } = await findUpload(context, target, uploadId)
  if (upload.state !== 'open' || context.core.clock.now() >= upload.expiresAt) throw noSuchUpload()
  return upload
}
