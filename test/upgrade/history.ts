import type { BlobId } from '../../src/core/ids.ts'
import { ALL_RIGHTS } from '../../src/core/model/accounts.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import { begin, slotOf } from '../contracts/metadata/assemblies.ts'
import { seededRandom } from '../contracts/metadata/random.ts'
import { BUCKET, extentsOf, garbageOf, HOUR_MS, liveOf, NOW, Tenant } from '../contracts/metadata/tenant.ts'
import { pathsOf, searchOf, type Wanted } from '../contracts/trees/search-model.ts'
import { Tree } from '../contracts/trees/tree.ts'

const REALM = 'realm'
const VOLUME = 'one'
const UPLOADS = ['open', 'sealed', 'aborted', 'assembling'] as const

/** Some of everything that a store keeps, the same each time. Each `number` has an account and ids of its own. */
export async function writeHistory(facts: Facts, number: number): Promise<void> {
  const tenant = tenantOf(facts, number)
  await writeObjects(tenant)
  await writeUploads(tenant)
  await writeTree(await Tree.create(facts, tenant, REALM, VOLUME))
  await writeWork(facts, tenant, tokenOf(number))
  await writeAccount(facts, tenant, number)
}

const tenantOf = (facts: Facts, number: number): Tenant =>
  new Tenant(facts, `account-${number}`, seededRandom(number))

const tokenOf = (number: number): string => `${number}`.padStart(64, '0')

async function writeObjects(tenant: Tenant): Promise<void> {
  const index = { labels: ['tag:x', 'tag:y'], text: 'Ahoy Größe' }
  await tenant.put({ key: 'small', staged: tenant.inline('small bytes'), index })
  const large = await tenant.put({ key: 'large', staged: await tenant.stored(), now: NOW + 1 })
  await tenant.hold(large, 1)
  await tenant.delete(await tenant.put({ key: 'deleted', staged: await tenant.stored() }))
  const told = [tenant.delivery('topic')]
  await tenant.commit(await tenant.beginWith('committed', { key: 'committed' }), { deliveries: told })
}

async function writeUploads(tenant: Tenant): Promise<void> {
  for (const ref of UPLOADS) {
    const upload = await tenant.begin({ ref, key: ref })
    await tenant.attach(upload, 1, tenant.inline(ref))
    await tenant.attach(upload, 2, await tenant.stored())
    if (ref === 'sealed') await tenant.seal(upload)
    if (ref === 'aborted') await tenant.abort(upload)
    if (ref === 'assembling') await tenant.attach(upload, 3, slotOf(await begin(tenant, upload, 3)))
  }
}

async function writeTree(tree: Tree): Promise<void> {
  await tree.makeDirectory('a/b')
  const file = await tree.write('a/file', 'bytes of a file', { attributes: { tag: 1 } })
  await tree.write('a/large', 2_000_000)
  await tree.copyOf(file, 'copy')
  await tree.link('a/link', file.id)
  await tree.virtual('virtual', 7)
  await tree.write('thrown away')
  await tree.recycle('thrown away')
}

async function writeWork(facts: Facts, { account }: Tenant, hash: string): Promise<void> {
  await facts.createToken({
    ...{ account, realm: REALM, hash, user: 'user', client: 'client', session: '' },
    ...{ volumes: [VOLUME], grants: ['read'], attributes: { deep: [1, null] } },
    ...{ periodMs: HOUR_MS, expiresAt: NOW + HOUR_MS },
  })
  await facts.rememberAnswer({
    ...{ account, scope: 'scope', token: 'token', digest: hash, answer: { told: [1, null] } },
    ...{ expiresAt: NOW + HOUR_MS, keepMax: 10, now: NOW },
  })
  await facts.addTask({
    account,
    scope: 'scope',
    topic: 'topic',
    input: { step: 1 },
    unfinishedMax: 0,
    createdAt: NOW,
  })
  await facts.leaseJob({ job: 'job', holder: 'node', now: NOW, leaseUntil: NOW + HOUR_MS })
  await facts.registerBlobs({ place: 's3://here', mark: null })
}

async function writeAccount(facts: Facts, { account }: Tenant, number: number): Promise<void> {
  const [sealed, createdAt] = [Buffer.from('sealed'), NOW]
  const names = [{ field: 'app_id', value: `app ${number}`, scope: 'everywhere' }] as const
  await facts.createAccount({
    account: { id: account, name: 'Name', attributes: { a: 1 }, sealed, createdAt },
    adoptsContent: true,
  })
  const terms = { label: 'laptop', rights: ALL_RIGHTS, expiresAt: null }
  await facts.addKey({ accessKey: `AK${number}`, account, sealed, createdAt, ...terms })
  await facts.addCredential({
    ...{ account, kind: 'app', publicId: 'app', settings: { app_id: 'x' }, sealed, createdAt, names },
  })
  await facts.registerSecretKey({ check: 'check' })
}

/** What `writeHistory` left, as JSON. Asking changes nothing that is read. */
export async function readHistory(facts: Facts, number: number): Promise<unknown> {
  const tenant = tenantOf(facts, number)
  const told = { topics: ['topic'], now: NOW, leaseUntil: NOW, limit: 10 }
  return asJson({
    ...(await readObjects(tenant)),
    uploads: await readUploads(tenant),
    tree: await readTree(facts, tenant),
    segments: { live: await liveOf(facts), garbage: await garbageOf(facts) },
    token: await facts.findToken({ hash: tokenOf(number), now: NOW }),
    answer: await facts.findAnswer({ account: tenant.account, scope: 'scope', token: 'token', now: NOW }),
    tasks: await facts.findTasks({ account: tenant.account, scope: null, ids: [1] }),
    deliveries: await facts.leaseDeliveries(told),
    isJobFree: await facts.leaseJob({ job: 'job', holder: 'other', now: NOW, leaseUntil: NOW + 1 }),
    blobs: (await facts.registerBlobs({ place: 's3://elsewhere', mark: null })).place,
    accounts: await facts.readAccounts({}),
    secretKey: await facts.registerSecretKey({ check: null }),
  })
}

async function readObjects(tenant: Tenant) {
  const { objects } = await tenant.list()
  const blobs = objects.flatMap(({ content }) => (content === null ? [] : [content.blob]))
  const found = await tenant.metadata.findObject({
    account: tenant.account,
    object: { bucket: BUCKET, key: 'small' },
  })
  return {
    ...{ objects, found, usage: await tenant.usage() },
    extents: await Promise.all(blobs.map((blob) => keptExtents(tenant.metadata, blob))),
  }
}

/** As the first version told them: without the number of the part. */
const keptExtents = async (facts: Facts, blob: BlobId) =>
  (await extentsOf(facts, blob)).map(({ number, ...extent }) => extent)

const readUploads = (tenant: Tenant) =>
  Promise.all(
    UPLOADS.map(async (ref) => {
      const address = { bucket: BUCKET, ref }
      return { upload: await tenant.findUpload(address), parts: await tenant.listParts(address) }
    }),
  )

async function readTree(facts: Facts, { account }: Tenant) {
  const volume = { account, realm: REALM, volume: VOLUME }
  const page = { after: null, offset: 0, limit: 100, descending: false, order: 'name' } as const
  const all = { ...page, volume, directoriesFirst: false, only: null, prefix: '', afterName: null }
  const list = async (path: readonly string[]) =>
    (await facts.listEntries({ ...all, directory: { path } })).entries
  return {
    volume: await facts.findVolume(volume),
    entries: [await list([]), await list(['a'])],
    recycled: (await facts.listRecycled({ ...page, volume })).recycled,
    usage: await facts.volumeUsage(volume),
  }
}

/** Paths of all that searches of the tree find, once the index has everything. */
export async function searchHistory(
  facts: Facts,
  number: number,
  wanted: Wanted,
): Promise<readonly string[]> {
  while ((await facts.indexEntries({ limit: 100 })) > 0);
  const { account } = tenantOf(facts, number)
  const volume = { account, realm: REALM, volume: VOLUME }
  const { entries } = await facts.searchEntries({ volume, ...searchOf(wanted), after: null })
  return pathsOf(entries)
}

/** Bytes become text, and what is undefined goes. */
const asJson = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, part) => (part instanceof Uint8Array ? textOf(part) : part)))

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
