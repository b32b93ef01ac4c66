import type { AccountId } from '../../../core/ids.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { VolumeAddress } from '../../../core/model/trees.ts'
import { servable, servableFile } from '../../../http/serve-object.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { PartRange, PlaneNamespace, PlaneObject, PlaneTarget } from '../../../object-plane/types.ts'
import type { S3Context } from '../calls/call.ts'
import { anonymousReader } from './anonymous.ts'
import { bucketLife, ownBucket } from './buckets.ts'
import { createKeys, type WholeKeys } from './keys.ts'
import { etagOf, putObject } from './objects.ts'
import { createUploads, detailsOf, openUpload, PUT_SIZE_MAX, putPart } from './uploads.ts'

const OBJECT_PATH = /^\/([^/]+)\/(.+)$/s

/** A namespace of all that S3 has. */
export type WholeNamespace = PlaneNamespace &
  Required<Pick<PlaneNamespace, 'checkWrite' | 'writeDescribed' | 'writePart' | 'multipart' | 'life'>> & {
    readonly keys: WholeKeys
  }

/** What paths of S3 mean: `/bucket/key`, among the buckets of whoever signed. */
export function createNamespace(context: S3Context): WholeNamespace {
  const { core } = context
  // Keys may be limited to names that a dialect has for its objects, which are not these keys: such keys see nothing of it here.
  const reachIn = (bucket: string, key: string) => ({
    bucket,
    key: core.buckets.isReserved(bucket) ? '' : key,
  })
  return {
    paths: [(path) => OBJECT_PATH.test(path)],
    // Whether a bucket is there depends on who asks.
    buckets: { has: () => true, isOf: () => true, isImplied: false },
    sizeMax: PUT_SIZE_MAX,
    locate: (path, bucket, account) => locate(bucket === null ? path : `/${bucket}${path}`, account),
    reachOf: ({ bucket, key }) => reachIn(bucket, key),
    reachIn,
    anonymous: (asked) => anonymousReader(context, asked),
    checkWrite: async (target, part) => {
      if (part !== null) {
        const upload = await openUpload(context, target, part.uploadId)
        const { account, id } = upload
        return { slot: { upload: { account, id }, number: part.number }, kept: detailsOf(upload).attributes }
      }
      await ownBucket(context, target)
      return { slot: null }
    },
    write: async (target, staged, contentType) => {
      const details = { contentType, attributes: {} }
      await putObject(core, target, staged, { details, condition: { ifMatch: null, ifNoneMatch: null } })
    },
    writeDescribed: async (target, staged, described) =>
      etagOf(await putObject(core, target, staged, described)),
    writePart: (target, part, staged) => putPart(context, target, part, staged),
    multipart: createUploads(context),
    read: (target) => readAt(context, target),
    keys: createKeys(context),
    life: bucketLife(context),
  }
}

async function readAt(context: S3Context, target: PlaneTarget): Promise<PlaneObject | null> {
  const { core } = context
  const bucket = await core.buckets.named(target.account, target.bucket)
  if (bucket === null) throw new PlaneError('no-such-bucket', 'no such bucket')
  if (bucket.shape === 'tree') return readFile(context, bucket.volume, target.key)
  const object = await core.objects.find({
    account: target.account,
    bucket: bucket.name,
    key: target.key,
  })
  if (object === null) return null
  return {
    ...{ ...servable(core.objects, object), etag: etagOf(object), attributes: object.attributes },
    hasOwnRanges: true,
    parts: {
      count: object.content?.md5OfParts ? object.content.partCount : null,
      rangeOf: (number) => rangeOf(context, object, number),
    },
  }
}

async function rangeOf({ core }: S3Context, object: StoredObject, number: number): Promise<PartRange | null> {
  const { size = 0, partCount = 1 } = object.content ?? {}
  if (partCount <= 1) return number === 1 ? { start: 0, end: size } : null
  const [part] = await core.objects.parts(object, { after: number - 1, limit: 1 })
  return part?.number === number ? { start: part.start, end: part.start + part.size } : null
}

function locate(path: string, account: AccountId): PlaneTarget | null {
  const [, bucket, key] = OBJECT_PATH.exec(path) ?? []
  return bucket === undefined || key === undefined ? null : { account, bucket, key }
}

/** A file of a tree, by its path. */
async function readFile(
  { core }: S3Context,
  volume: VolumeAddress,
  key: string,
): Promise<PlaneObject | null> {
  const entry = await core.trees.findEntry({ volume, at: { path: key.split('/') } })
  if (entry?.kind !== 'file') return null
  return { ...servableFile(core.trees, entry), etag: etagOf(entry), hasOwnRanges: true }
}
