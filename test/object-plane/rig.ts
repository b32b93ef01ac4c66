import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDiskBlobs } from '../../src/blobs/disk/index.ts'
import { type AccountKey, type Accounts, createAccounts, type KeyPair } from '../../src/core/accounts.ts'
import type { Clock } from '../../src/core/clock.ts'
import { type Core, createCore } from '../../src/core/core.ts'
import { type AccountId, asAccountId } from '../../src/core/ids.ts'
import { bucketName } from '../../src/core/model/buckets.ts'
import type { StoredObject } from '../../src/core/model/objects.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import type { MediaProbe } from '../../src/core/ports/media.ts'
import type { HttpLimits } from '../../src/http/limits.ts'
import type { Sleep } from '../../src/http/pace.ts'
import { servable } from '../../src/http/serve-object.ts'
import { createHttpServer } from '../../src/http/server.ts'
import type { Surface } from '../../src/http/types.ts'
import { openSqliteMetadata } from '../../src/metadata/sqlite/index.ts'
import { createObjectPlane, type HostBucket } from '../../src/object-plane/plane.ts'
import { createTosFlavour, presign } from '../../src/object-plane/tos/index.ts'
import type { PlaneFlavour, PlaneNamespace, PlaneTarget } from '../../src/object-plane/types.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { accountOf } from '../support/accounts.ts'
import { LIMITED_KEYS } from '../support/limited-keys.ts'

/** An account, as its clients know it. */
export interface Signer {
  readonly id: AccountId
  readonly keys: KeyPair
}

const signerOf = (id: string, accessKey: string, secretKey: string): Signer => ({
  ...{ id: asAccountId(id), keys: { accessKey, secretKey } },
})

export const OWNER = signerOf('2100056056', 'AKLTEXAMPLEFAKEKEY0001', 'RkFLRVNFQ1JFVEtFWUZPUlRFU1RTT05MWQ==')
export const STRANGER = signerOf(
  '2100056057',
  'AKLTEXAMPLEFAKEKEY0002',
  'c2Vjb25kIGFjY291bnQncyBzZWNyZXQga2V5',
)
export const BUCKET = 'voice-bucket'
/** Bytes; most that a PUT may bring here. */
export const SIZE_MAX = 8 * 1024 * 1024

/** Real time that tests can move on. */
export interface MovableClock extends Clock {
  advance(ms: number): void
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
  /** Whether the server asked for the body of a request with `Expect: 100-continue`. */
  readonly continued: boolean
}

/** The plane over the real server and stores. */
export interface Plane {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly core: Core
  readonly clock: MovableClock
  /** One request; the body goes out once the server asks for it where the headers expect that. */
  send(
    method: string,
    url: string,
    options?: { headers?: OutgoingHttpHeaders; body?: Uint8Array },
  ): Promise<Answer>
  /** Finishes what is in flight, then tells what bytes the stores hold: names of live segments, and of files. */
  kept(): Promise<{
    readonly live: readonly string[]
    readonly files: readonly string[]
    readonly parts: number
  }>
  close(): Promise<void>
}

/** With the TOS flavour; uploads wait for `commit`, as the voice dialect's do. */
export interface Rig extends Plane {
  /** Presigned for the owner unless another account is named. */
  presigned(method: 'GET' | 'PUT', name: string, signer?: Signer): string
  /** Uploads and commits. */
  publish(name: string, body: Uint8Array, contentType?: string): Promise<StoredObject>
  commit(name: string): Promise<StoredObject>
}

export interface PlaneParts {
  flavour(clock: Clock): PlaneFlavour
  namespace(core: Core, clock: Clock): PlaneNamespace
  /** Hosts that name buckets. Default: none. */
  bucketAt?(host: string): HostBucket | null
  readonly others?: readonly Surface[]
  readonly sleep?: Sleep
  readonly limits?: Partial<HttpLimits>
  /** More keys of the owner. */
  readonly keys?: readonly AccountKey[]
  /** Others than the owner's and the stranger's; `dir` is for files of theirs. */
  accounts?(metadata: Facts, dir: string): Promise<Accounts>
}

export async function startPlane({
  others = [],
  limits = {},
  keys = [],
  ...parts
}: PlaneParts): Promise<Plane> {
  const dir = mkdtempSync(join(tmpdir(), 'stowage-plane-'))
  const clock = movableClock()
  const blobsDir = join(dir, 'blobs')
  const metadata = await openSqliteMetadata({ path: join(dir, 'facts.db'), durability: 'relaxed' })
  const blobs = await openDiskBlobs({ dir: blobsDir, durability: 'relaxed', reserveBytes: 0 })
  const core = createCore({ metadata, blobs, media: noMedia, clock, random: systemRandom })
  const accounts = (await parts.accounts?.(metadata, dir)) ?? twoAccounts(keys)
  const server = createHttpServer({ clock, random: systemRandom, log: () => {}, limits })
  const plane = createObjectPlane({
    ...{ accounts, core },
    flavour: parts.flavour(clock),
    namespace: parts.namespace(core, clock),
    ...(parts.sleep === undefined ? {} : { sleep: parts.sleep }),
    ...(parts.bucketAt === undefined ? {} : { bucketAt: parts.bucketAt }),
  })
  server.mount([...others, plane])
  await server.listen('127.0.0.1', 0)
  let drained: Promise<unknown> | null = null
  const drain = () => (drained ??= server.drain({ graceMs: 5000 }))
  return {
    url: `http://127.0.0.1:${server.port}`,
    host: `127.0.0.1:${server.port}`,
    ...{ port: server.port, core, clock, send },
    kept: async () => {
      await drain()
      return keptBytes(metadata, blobsDir)
    },
    close: async () => {
      await drain()
      await blobs.close()
      await metadata.close()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

const twoAccounts = (keys: readonly AccountKey[]): Accounts =>
  createAccounts([
    accountOf(OWNER.id, { keys: [OWNER.keys, ...LIMITED_KEYS, ...keys] }),
    accountOf(STRANGER.id, { keys: [STRANGER.keys] }),
  ])

export async function startRig(more: Pick<PlaneParts, 'accounts' | 'bucketAt'> = {}): Promise<Rig> {
  const plane = await startPlane({
    flavour: (clock) => createTosFlavour({ clock, random: systemRandom, hosts: ['media.example.com'] }),
    namespace: voiceNamespace,
    ...more,
  })
  const presigned: Rig['presigned'] = (method, name, { id, keys } = OWNER) =>
    presign({
      method,
      baseUrl: plane.url,
      path: `/${id}/${name}`,
      keys,
      region: 'cn-north-2',
      expiresS: 600,
      now: plane.clock.now(),
    })
  const commit: Rig['commit'] = (name) => commitUpload(plane.core, name)
  return {
    ...plane,
    ...{ presigned, commit },
    publish: async (name, body, contentType = 'audio/wav') => {
      const { status } = await send('PUT', presigned('PUT', name), {
        body,
        headers: { 'content-type': contentType },
      })
      if (status !== 200) throw new Error(`the upload was answered ${status}`)
      return commit(name)
    },
  }
}

function voiceNamespace(core: Core, clock: Clock): PlaneNamespace {
  const limits = {
    partNumberMin: 1,
    partNumberMax: 1,
    partSizeMin: 0,
    partSizeMax: SIZE_MAX,
    sizeMax: SIZE_MAX,
  }
  return {
    paths: [(path) => [BUCKET, OWNER.id, STRANGER.id].includes(path.split('/', 3)[1] ?? '')],
    buckets: { has: (name) => name === BUCKET, isOf: () => true, isImplied: false },
    sizeMax: SIZE_MAX,
    locate: (path) => {
      const [, id, key] = new RegExp(`^(?:/${BUCKET})?/([^/]+)/(.*)$`, 's').exec(path) ?? []
      return id === undefined || key === undefined ? null : { account: asAccountId(id), bucket: 'voice', key }
    },
    reachOf: ({ bucket, key }) => ({ bucket, key }),
    write: async (target, staged, contentType) => {
      const expiresAt = clock.now() + 3_600_000
      const attributes = { contentType }
      const upload = await core.uploads.begin({
        ...objectOf(target),
        ref: target.key,
        limits,
        attributes,
        expiresAt,
      })
      await core.uploads.attach({ account: target.account, id: upload.id }, 1, staged)
    },
    read: async (target: PlaneTarget) => {
      const object = await core.objects.find(objectOf(target))
      return object === null ? null : servable(core.objects, object)
    },
  }
}

/** Where the core keeps what a target names. */
export const objectOf = ({ account, bucket, key }: PlaneTarget) => ({
  ...{ account, key },
  bucket: bucketName('test', bucket),
})

async function commitUpload(core: Core, name: string): Promise<StoredObject> {
  const address = { account: OWNER.id, bucket: bucketName('test', 'voice'), ref: name }
  const upload = await core.uploads.find(address)
  const contentType = upload?.attributes.contentType
  return core.uploads.commit(address, {
    conflict: 'overwrite',
    traits: {
      ...{ name, kind: 'audio', status: 'approved', media: null, attributes: {} },
      contentType: typeof contentType === 'string' ? contentType : null,
    },
  })
}

async function keptBytes(metadata: Facts, blobsDir: string) {
  const upload = { account: OWNER.id, upload: { bucket: bucketName('test', 'voice'), ref: 'a.wav' } }
  const isThere = (await metadata.findUpload(upload)) !== null
  const parts = isThere ? await metadata.listParts({ ...upload, after: -1, limit: 10 }) : []
  const files = readdirSync(blobsDir, { recursive: true, withFileTypes: true })
  return {
    live: await metadata.listLiveSegments({ after: '', limit: 100 }),
    files: files.filter((file) => file.isFile() && /^[0-9a-f]{32}/.test(file.name)).map((file) => file.name),
    parts: parts.length,
  }
}

const send: Plane['send'] = (method, url, { headers = {}, body } = {}) =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url)
    // The path goes out as it stands: URL would tidy up what clients really send.
    const path = url.slice(url.indexOf(`:${port}`) + port.length + 1)
    const isChunked = headers['transfer-encoding'] !== undefined
    const length = body === undefined || isChunked ? {} : { 'content-length': body.byteLength }
    const request = httpRequest({
      method,
      hostname,
      port,
      path,
      headers: { ...length, ...headers },
      agent: false,
    })
    let continued = false
    request.once('continue', () => {
      continued = true
      request.end(body)
    })
    request.once('error', reject)
    request.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        const { statusCode: status = 0, headers: received } = response
        resolve({ status, headers: received, body: Buffer.concat(chunks), continued })
        request.destroy()
      })
    })
    if (headers.expect === undefined) request.end(body)
    else request.flushHeaders()
  })

function movableClock(): MovableClock {
  let aheadMs = 0
  return {
    now: () => systemClock.now() + aheadMs,
    advance: (ms) => {
      aheadMs += ms
    },
  }
}

const noMedia: MediaProbe = {
  probe: () => Promise.reject(new Error('nothing is probed here')),
  close: () => Promise.resolve(),
}

export { send as sendPlane }
