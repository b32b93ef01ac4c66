import type { AccountId } from '../../../core/ids.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import { servable } from '../../../http/serve-object.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import type { PartRange, PlaneNamespace, PlaneTarget } from '../../../object-plane/types.ts'
import type { S3Context } from '../calls/call.ts'
import { bucketLife, bucketOf } from './buckets.ts'
import { createKeys } from './keys.ts'
import { etagOf, putObject } from './objects.ts'
import { createUploads, openUpload, PUT_SIZE_MAX, putPart } from './uploads.ts'

const OBJECT_PATH = /^\/([^/]+)\/(.+)$/s

/** What paths of S3 mean: `/bucket/key`, among the buckets of whoever signed. */
export function createNamespace(context: S3Context): PlaneNamespace {
  const { core } = context
  return {
    paths: [(path) => OBJECT_PATH.test(path)],
    // Whether a bucket is there depends on who asks.
    buckets: { has: () => true, isOf: () => true, isImplied: false },
    sizeMax: PUT_SIZE_MAX,
    locate: (path, bucket, account) => locate(bucket === null ? path : `/${bucket}${path}`, account),
    reachOf: ({ bucket, key }) => ({ bucket, key }),
    checkWrite: async (target, part) => {
      if (part !== null) {
        const { account, id } = await openUpload(context, target, part.uploadId)
        return { slot: { upload: { account, id }, number: part.number } }
      }
      const found = await core.buckets.find({ account: target.account, bucket: bucketOf(target.bucket) })
      if (found === null) throw new PlaneError('no-such-bucket', 'no such bucket')
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
    read: async (target) => {
      const object = await findObject(context, target)
      if (object === null) return null
      return {
        ...{ ...servable(core.objects, object), etag: etagOf(object), attributes: object.attributes },
        parts: {
          count: object.content?.partCount ?? 1,
          rangeOf: (number) => rangeOf(context, object, number),
        },
      }
    },
    keys: createKeys(context),
    life: bucketLife(context),
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

/** Throws `no-such-bucket`, so that a client knows what to make. */
async function findObject(
  { core }: S3Context,
  { account, bucket, key }: PlaneTarget,
): Promise<StoredObject | null> {
  const at = { account, bucket: bucketOf(bucket) }
  const object = await core.objects.find({ ...at, key })
  if (object === null && (await core.buckets.find(at)) === null)
    throw new PlaneError('no-such-bucket', 'no such bucket')
  return object
}
