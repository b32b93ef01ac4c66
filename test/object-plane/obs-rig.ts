import type { AccountKey } from '../../src/core/accounts.ts'
import type { Clock } from '../../src/core/clock.ts'
import type { Core } from '../../src/core/core.ts'
import { parseUploadId } from '../../src/core/ids.ts'
import type { Upload } from '../../src/core/model/uploads.ts'
import { servable } from '../../src/http/serve-object.ts'
import { PlaneError } from '../../src/object-plane/errors.ts'
import { createObsFlavour, type ObsOperation, presign } from '../../src/object-plane/obs/index.ts'
import type { PlaneMultipart, PlaneNamespace, PlaneTarget } from '../../src/object-plane/types.ts'
import { systemRandom } from '../../src/system.ts'
import { OWNER, objectOf, type Plane, type PlaneParts, type Signer, STRANGER, startPlane } from './rig.ts'

/** Bytes; most that one request may bring here. */
export const SIZE_MAX = 8 * 1024 * 1024
/** Bytes; least of every part but the last. */
export const PART_SIZE_MIN = 1000
export const BUCKET = 'examplebucket'
const BUCKETS: ReadonlyMap<string, Signer> = new Map([
  [BUCKET, OWNER],
  ['strangebucket', STRANGER],
])

export interface Signing {
  readonly contentType?: string
  readonly contentMd5?: string
  readonly signer?: Signer
  readonly bucket?: string
  /** Seconds. */
  readonly lives?: number
}

/** The plane with its OBS flavour: `/<bucket>/<key>` is an object, visible as soon as it is there. */
export interface ObsRig extends Plane {
  /** For an hour, by the owner, unless something else is said. */
  presigned(key: string, operation: ObsOperation, signing?: Signing): string
}

/** `keys` are the owner's, beside those of every plane. */
export async function startObsRig(
  keys: readonly AccountKey[] = [],
  more: Pick<PlaneParts, 'bucketAt'> = {},
): Promise<ObsRig> {
  const plane = await startPlane({
    ...{ keys, ...more },
    flavour: (clock) =>
      createObsFlavour({
        ...{ clock, random: systemRandom, publicUrl: 'http://media.example.com' },
        regionOf: () => 'cn-north-4',
        namedTypes: ['video/mp4'],
      }),
    namespace,
  })
  const presigned: ObsRig['presigned'] = (
    key,
    operation,
    { signer = OWNER, lives = 3600, ...signing } = {},
  ) =>
    presign({
      ...{ baseUrl: plane.url, bucket: BUCKET, key, keys: signer.keys, operation },
      expires: Math.floor(plane.clock.now() / 1000) + lives,
      ...signing,
    })
  return { ...plane, presigned }
}

function namespace(core: Core, clock: Clock): PlaneNamespace {
  const traitsFor = (contentType: string | null) => ({
    ...{ name: 'object', kind: 'file', status: 'done', media: null, attributes: {}, contentType },
  })
  return {
    paths: [(path) => BUCKETS.has(path.split('/', 3)[1] ?? '')],
    buckets: {
      has: (name) => BUCKETS.has(name),
      isOf: (name, account) => BUCKETS.get(name)?.id === account,
      isImplied: false,
    },
    sizeMax: SIZE_MAX,
    locate: (path, host) => {
      const whole = host === null ? path : `/${host}${path}`
      const [, bucket = '', key = ''] = /^\/([^/]+)\/(.*)$/s.exec(whole) ?? []
      const owner = BUCKETS.get(bucket)
      return owner === undefined ? null : { account: owner.id, bucket, key }
    },
    reachOf: ({ bucket, key }) => ({ bucket, key }),
    checkWrite: async (target, part) => {
      if (part === null) return { slot: null }
      return { slot: { upload: await findOpen(core, target, part.uploadId), number: part.number } }
    },
    write: async (target, staged, contentType) => {
      await core.objects.put({
        ...objectOf(target),
        staged,
        traits: traitsFor(contentType),
        conflict: 'overwrite',
      })
    },
    writePart: async (target, { uploadId, number }, staged) => {
      await core.uploads.attach(await findOpen(core, target, uploadId), number, staged)
    },
    multipart: multipart(core, clock, traitsFor),
    read: async (target) => {
      const object = await core.objects.find(objectOf(target))
      return object && servable(core.objects, object)
    },
  }
}

type Traits = (contentType: string | null) => Parameters<Core['uploads']['commit']>[1]['traits']

function multipart({ uploads, random }: Core, clock: Clock, traitsFor: Traits): PlaneMultipart {
  return {
    initiate: async (target, contentType) => {
      const sizes = { partSizeMin: PART_SIZE_MIN, partSizeMax: SIZE_MAX, sizeMax: 10 * SIZE_MAX }
      const upload = await uploads.begin({
        ...{
          ...objectOf(target),
          ref: Buffer.from(random.bytes(8)).toString('hex'),
          attributes: { contentType },
        },
        limits: { partNumberMin: 1, partNumberMax: 10_000, ...sizes },
        expiresAt: clock.now() + 24 * 3_600_000,
      })
      return upload.id.toUpperCase()
    },
    listParts: async (target, uploadId, { after, max }) => {
      const upload = await findOpen({ uploads }, target, uploadId)
      const parts = await uploads.listParts(upload, { after, limit: max + 1 })
      return { parts: parts.slice(0, max), isTruncated: parts.length > max }
    },
    complete: async (target, uploadId, parts) => {
      const upload = await findOpen({ uploads }, target, uploadId)
      const sealed = await uploads.seal(upload, {
        parts: parts.map(({ number, etag }) => ({ number, md5: etag })),
      })
      const { contentType } = upload.attributes
      await uploads.commit(upload, { traits: traitsFor(contentType as string | null), conflict: 'overwrite' })
      if (!('sealed' in sealed)) throw new Error('a seal did not seal')
      return { etag: `${sealed.sealed.md5OfParts}-${sealed.sealed.partCount}` }
    },
    abort: async (target, uploadId) => {
      await uploads.abort(await findOpen({ uploads }, target, uploadId))
    },
  }
}

async function findOpen(
  { uploads }: Pick<Core, 'uploads'>,
  target: PlaneTarget,
  uploadId: string,
): Promise<Upload> {
  const { account, bucket, key } = objectOf(target)
  const id = parseUploadId(uploadId.toLowerCase())
  const upload = id === null ? null : await uploads.find({ account, id })
  if (upload?.state !== 'open' || upload.bucket !== bucket || upload.key !== key)
    throw new PlaneError('no-such-upload', 'no open upload has this id')
  return upload
}
