import type { Clock } from '../../src/core/clock.ts'
import type { Core } from '../../src/core/core.ts'
import { bucketName } from '../../src/core/model/buckets.ts'
import type { StoredObject } from '../../src/core/model/objects.ts'
import type { Upload } from '../../src/core/model/uploads.ts'
import type { HttpLimits } from '../../src/http/limits.ts'
import type { Sleep } from '../../src/http/pace.ts'
import { servable } from '../../src/http/serve-object.ts'
import type { Surface } from '../../src/http/types.ts'
import {
  type CosCredentials,
  type CosGrant,
  type CosIssuer,
  createCosFlavour,
  mint,
  signedForm,
  signedHeaders,
  signedUrl,
} from '../../src/object-plane/cos/index.ts'
import { PlaneError } from '../../src/object-plane/errors.ts'
import type { HostBucket } from '../../src/object-plane/plane.ts'
import type { PlaneNamespace, PlanePart, PlaneTarget } from '../../src/object-plane/types.ts'
import { systemRandom } from '../../src/system.ts'
import { OWNER, objectOf, type Plane, STRANGER, startPlane } from './rig.ts'

/** Bytes; most that one request may bring here. */
export const SIZE_MAX = 8 * 1024 * 1024
export const ISSUER: CosIssuer = {
  name: 'library-1',
  account: OWNER.id,
  secret: 'secret of the first library',
}
export const OTHER_ISSUER: CosIssuer = {
  name: 'library-2',
  account: OWNER.id,
  secret: 'secret of the second library',
}
export const FOREIGN_ISSUER: CosIssuer = {
  name: 'library-3',
  account: STRANGER.id,
  secret: 'secret of the third library',
}
const ISSUERS = [ISSUER, OTHER_ISSUER, FOREIGN_ISSUER]

/** A request's method, name and what its credentials allow beside. */
export type Allowed = Partial<CosGrant> & { readonly issuer?: CosIssuer }

/** The plane with its COS flavour: `/cos/<library>/<name>` is an object, with or without an upload of parts. */
export interface CosRig extends Plane {
  /** Those of grants that have not ended. */
  readonly holders: Set<string>
  path(name: string): string
  credentials(method: 'GET' | 'HEAD' | 'PUT' | 'POST', name: string, allowed?: Allowed): CosCredentials
  /** Ready-made headers of temporary credentials. */
  headers(method: 'GET' | 'HEAD' | 'PUT', name: string, allowed?: Allowed): Record<string, string>
  signedUrl(name: string, params?: readonly (readonly [string, string])[], allowed?: Allowed): string
  form(name: string, fields?: Record<string, string>, allowed?: Allowed): Record<string, string>
  beginParts(name: string, uploadId: string): Promise<Upload>
  abort(uploadId: string): Promise<Upload>
  commit(name: string, uploadId?: string): Promise<StoredObject>
  /** Puts and commits. */
  publish(name: string, body: Uint8Array, contentType?: string): Promise<StoredObject>
}

export interface CosRigOptions {
  bucketAt?(host: string): HostBucket | null
  readonly others?: readonly Surface[]
  readonly sleep?: Sleep
  readonly limits?: Partial<HttpLimits>
}

export async function startCosRig(options: CosRigOptions = {}): Promise<CosRig> {
  const holders = new Set<string>()
  const plane = await startPlane({
    ...options,
    flavour: (clock) =>
      createCosFlavour({
        ...{ clock, random: systemRandom, hosts: ['media.example.com'] },
        findIssuer: (name) => ISSUERS.find((issuer) => issuer.name === name) ?? null,
        isHeld: async (_issuer, { holder }) => holders.has(holder),
      }),
    namespace: libraryNamespace,
  })
  const { clock, core, host, url } = plane
  const path = (name: string) => `/cos/${ISSUER.name}/${name}`
  const credentials: CosRig['credentials'] = (method, name, { issuer = ISSUER, ...grant } = {}) => {
    const now = Math.floor(clock.now() / 1000)
    return mint(issuer, {
      ...{ methods: [method], path: path(name), uploadId: null, partNumber: null, trafficLimit: null },
      ...{ validFrom: now, validUntil: now + 7200, holder: null },
      ...grant,
    })
  }
  const headers: CosRig['headers'] = (method, name, allowed) => ({
    ...signedHeaders(credentials(method, name, allowed), { method, host }),
  })
  const commit: CosRig['commit'] = (name, uploadId = name) => commitUpload(core, name, uploadId)
  return {
    ...plane,
    ...{ path, credentials, headers, commit, holders },
    signedUrl: (name, params = [], allowed) =>
      signedUrl(credentials('GET', name, allowed), { method: 'GET', baseUrl: url, params }),
    form: (name, fields = {}, allowed) => ({
      ...signedForm(credentials('POST', name, allowed), { fields, sizeMax: SIZE_MAX }),
    }),
    beginParts: (name, uploadId) => begin(core, clock, { name, ref: uploadId, partNumberMax: 10_000 }),
    abort: (uploadId) => core.uploads.abort({ account: OWNER.id, bucket: BUCKET, ref: uploadId }),
    publish: async (name, body, contentType = 'video/mp4') => {
      const answer = await plane.send('PUT', url + encodeURI(path(name)), {
        headers: { ...headers('PUT', name), 'content-type': contentType },
        body,
      })
      if (answer.status !== 200) throw new Error(`the upload was answered ${answer.status}: ${answer.body}`)
      return commit(name)
    },
  }
}

const BUCKET = bucketName('test', 'library-1')

function begin(core: Core, clock: Clock, upload: { name: string; ref: string; partNumberMax: number }) {
  const { name, ref, partNumberMax } = upload
  const limits = { partNumberMin: 1, partNumberMax, partSizeMin: 0, partSizeMax: SIZE_MAX, sizeMax: SIZE_MAX }
  const expiresAt = clock.now() + 3_600_000
  return core.uploads.begin({ account: OWNER.id, bucket: BUCKET, key: name, ref, limits, expiresAt })
}

function libraryNamespace(core: Core, clock: Clock): PlaneNamespace {
  const at = ({ account }: PlaneTarget, { uploadId }: PlanePart) => ({
    account,
    bucket: BUCKET,
    ref: uploadId,
  })
  const write: PlaneNamespace['write'] = async (target, staged) => {
    const { id } = await begin(core, clock, { name: target.key, ref: target.key, partNumberMax: 1 })
    await core.uploads.attach({ account: target.account, id }, 1, staged)
  }
  return {
    paths: ['/cos/:library/*'],
    buckets: {
      has: (name) => /-\d{5,}$/.test(name),
      isOf: (_name, account) => account === OWNER.id,
      isImplied: true,
    },
    sizeMax: SIZE_MAX,
    locate: (path) => {
      const [, library, key] = /^\/cos\/([^/]+)\/(.*)$/s.exec(path) ?? []
      const issuer = ISSUERS.find(({ name }) => name === library)
      if (issuer === undefined || key === undefined) return null
      return { account: issuer.account, bucket: issuer.name, key, realm: issuer.name }
    },
    reachOf: ({ bucket, key }) => ({ bucket, key }),
    checkWrite: async (target, part) => {
      if (part === null) return { slot: null }
      const upload = await core.uploads.find(at(target, part))
      if (upload?.state !== 'open' || upload.key !== target.key)
        throw new PlaneError('no-such-upload', 'no open upload has this id')
      return { slot: { upload: at(target, part), number: part.number } }
    },
    write,
    writePart: async (target, part, staged) => {
      await core.uploads.attach(at(target, part), part.number, staged)
    },
    form: { paths: ['/', '/cos'], write },
    read: async (target) => {
      const object = await core.objects.find(objectOf(target))
      return object && { ...servable(core.objects, object), headers: { 'cache-control': 'private' } }
    },
  }
}

async function commitUpload(core: Core, name: string, ref: string): Promise<StoredObject> {
  const traits = { name, kind: 'file', status: 'done', media: null, attributes: {}, contentType: 'video/mp4' }
  const upload = { account: OWNER.id, bucket: BUCKET, ref }
  return core.uploads.commit(upload, { conflict: 'overwrite', traits })
}
