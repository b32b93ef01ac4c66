import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DEFAULT_LIMITS } from '../../src/core/model/limits.ts'
import { named, only, treeLimits } from './limits-of-trees.ts'
import { failsWith, outcomeOf, sharedBench } from './metadata/store.ts'
import { HOUR_MS, NOW, type Tenant } from './metadata/tenant.ts'
import type { OpenFacts } from './trees/store.ts'
import { bucketOf } from './trees/tree.ts'

/** What accounts may use up. `open` gives an empty store. */
export function limitsContract(name: string, open: OpenFacts): void {
  describe(`limits of accounts: ${name}`, () => {
    const bench = sharedBench(open)
    uploadLimits(() => bench.tenant())
    storedLimits(() => bench.tenant())
    treeLimits(() => bench.tenant())
    tokenLimits(() => bench.tenant())

    test('tasks that are not done are bounded, for an account', async () => {
      const [tenant, other] = [bench.tenant(), bench.tenant()]
      const add = ({ metadata, account }: Tenant) =>
        metadata.addTask({
          ...{ account, scope: 's', topic: `t-${account}`, input: {}, createdAt: NOW, unfinishedMax: 0 },
          within: only({ tasks: 2 }),
        })
      const { id } = await add(tenant)
      await add(tenant)
      await failsWith(add(tenant), 'quota-exceeded', { limit: 'tasks', max: 2 })
      await add(other)
      await tenant.metadata.finishTask({ id, result: {} })
      await add(tenant)
    })
  })
}

function uploadLimits(tenantOf: () => Tenant): void {
  test('open uploads are bounded, and count until they end', async () => {
    const tenant = tenantOf()
    const within = only({ openUploads: 3 })
    const begun = [
      await tenant.begin({ within }),
      await tenant.begin({ within }),
      await tenant.begin({ within, expiresAt: NOW + 1 }),
    ] as const
    const detail = { limit: 'open_uploads', max: 3 }
    await failsWith(tenant.begin({ within }), 'quota-exceeded', detail)
    await tenantOf().begin({ within })
    await tenant.abort(begun[0])
    const fourth = await tenant.begin({ within })
    await failsWith(tenant.begin({ within }), 'quota-exceeded', detail)
    await tenant.attach(fourth, 1, tenant.inline('bytes'))
    await tenant.seal(fourth)
    await failsWith(tenant.begin({ within }), 'quota-exceeded', detail)
    await tenant.commit(fourth)
    await tenant.begin({ within })
    while ((await tenant.metadata.expireUploads({ now: NOW + 1, limit: 100 })) > 0);
    await tenant.begin({ within })
    await failsWith(tenant.begin({ within }), 'quota-exceeded', detail)
  })

  test('uploads that begin at once do not come to more', async () => {
    const tenant = tenantOf()
    const within = only({ openUploads: 5 })
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => outcomeOf(tenant.begin({ within }))))
    const counts = Object.entries(Object.groupBy(outcomes, (outcome) => outcome)).map(
      ([outcome, all = []]) => [outcome, all.length],
    )
    assert.deepEqual(Object.fromEntries(counts), { ok: 5, 'quota-exceeded': 25 })
  })

  test('pending bytes are those named, or those that came, until the upload ends', async () => {
    const tenant = tenantOf()
    const within = only({ pendingBytes: 100 })
    const detail = { limit: 'pending_bytes', max: 100 }
    const first = await tenant.begin({ ...named(60), within })
    await failsWith(tenant.begin({ ...named(41), within }), 'quota-exceeded', detail)
    const grown = await tenant.begin({ within })
    const attach = (upload: typeof grown, number: number, size: number) =>
      tenant.metadata.attachPart({
        ...{
          account: tenant.account,
          upload,
          number,
          staged: tenant.inline('x'.repeat(size)),
          now: NOW,
          within,
        },
      })
    await failsWith(attach(grown, 1, 41), 'quota-exceeded', detail)
    await attach(grown, 1, 30)
    await attach(grown, 2, 10)
    await failsWith(attach(grown, 3, 1), 'quota-exceeded', detail)
    await attach(grown, 1, 20)
    await attach(grown, 3, 10)
    await attach(first, 1, 60)
    await failsWith(tenant.begin({ ...named(1), within }), 'quota-exceeded', detail)
    await tenant.abort(first)
    await tenant.begin({ ...named(60), within })
    await failsWith(tenant.begin({ ...named(1), within }), 'quota-exceeded', detail)
  })

  test('parts are not more than was named, whatever their order', async () => {
    const tenant = tenantOf()
    const upload = await tenant.begin(named(10))
    const attach = (number: number, size: number) =>
      tenant.attach(upload, number, tenant.inline('x'.repeat(size)))
    await attach(2, 6)
    await failsWith(attach(1, 5), 'body-too-large', { sizeMax: 10 })
    await attach(1, 4)
    await failsWith(attach(2, 7), 'body-too-large', { sizeMax: 10 })
    await attach(2, 1)
    await attach(3, 5)
    assert.equal((await tenant.commit(upload)).content?.size, 10)
  })
}

function storedLimits(tenantOf: () => Tenant): void {
  test('stored bytes are bounded, with those of uploads that go on', async () => {
    const tenant = tenantOf()
    const within = only({ storedBytes: 100 })
    const detail = { limit: 'stored_bytes', max: 100 }
    const put = (size: number, key = 'a') =>
      tenant.put({ within, key, conflict: 'overwrite', staged: tenant.inline('x'.repeat(size)) })
    const { id } = await put(50)
    await tenant.begin({ ...named(30), within })
    await failsWith(put(21, 'b'), 'quota-exceeded', detail)
    await put(20, 'b')
    await failsWith(tenant.begin({ ...named(1), within }), 'quota-exceeded', detail)
    await tenant.delete({ id })
    await put(50)
  })

  test('what is committed is counted once', async () => {
    const tenant = tenantOf()
    const within = only({ storedBytes: 10, pendingBytes: 10 })
    const upload = await tenant.begin({ ...named(6), within })
    await tenant.attach(upload, 1, tenant.inline('x'.repeat(6)))
    await tenant.commit(upload)
    await tenant.begin({ ...named(4), within })
    await failsWith(tenant.begin({ ...named(1), within }), 'quota-exceeded')
  })

  test('objects are bounded, also those without bytes', async () => {
    const tenant = tenantOf()
    const within = only({ objects: 2 })
    const { id } = await tenant.put({ within })
    await tenant.put({ within })
    await failsWith(tenant.put({ within }), 'quota-exceeded', { limit: 'objects', max: 2 })
    await tenant.delete({ id })
    await tenant.put({ within })
  })

  test('a limit that is lowered refuses more, and takes nothing away', async () => {
    const tenant = tenantOf()
    for (let count = 0; count < 3; count++) await tenant.put({ within: only({ objects: 3 }) })
    await failsWith(tenant.put({ within: only({ objects: 1 }) }), 'quota-exceeded')
    assert.equal((await tenant.usage()).objects, 3)
  })
}

function tokenLimits(tenantOf: () => Tenant): void {
  const token = (tenant: Tenant, hash: string, user: string, expiresAt: number) => ({
    ...{ account: tenant.account, realm: 'realm', hash, user, client: '', session: '' },
    ...{ volumes: [], grants: [], attributes: {}, periodMs: HOUR_MS, expiresAt },
  })
  const hashOf = (tenant: Tenant): string => tenant.newName() + tenant.newName()

  test('of the tokens of a user those that were unused for longest make way', async () => {
    const tenant = tenantOf()
    const hashes = [hashOf(tenant), hashOf(tenant), hashOf(tenant), hashOf(tenant)] as const
    const within = only({ tokensPerUser: 2 })
    const make = (hash: string, user: string, expiresAt: number) =>
      tenant.metadata.createToken({ ...token(tenant, hash, user, expiresAt), within })
    await make(hashes[0], 'ann', NOW + HOUR_MS + 2)
    await make(hashes[1], 'ann', NOW + HOUR_MS + 1)
    await make(hashes[2], 'bob', NOW + HOUR_MS)
    await make(hashes[3], 'ann', NOW + HOUR_MS + 3)
    const found = await Promise.all(hashes.map((hash) => tenant.metadata.findToken({ hash, now: NOW })))
    assert.deepEqual(
      found.map((each) => each !== null),
      [true, false, true, true],
    )
  })

  test('tokens of an account are bounded, and count until they end', async () => {
    const tenant = tenantOf()
    const { metadata } = tenant
    const make = (user: string, hash = hashOf(tenant)) =>
      metadata.createToken({
        ...token(tenant, hash, user, NOW + HOUR_MS),
        within: only({ tokens: 2 }),
      })
    const hash = hashOf(tenant)
    await make('ann', hash)
    await make('bob')
    await failsWith(make('cid'), 'quota-exceeded', { limit: 'tokens', max: 2 })
    await metadata.renewToken({ hash, expiresAt: NOW + HOUR_MS + 5, now: NOW })
    await metadata.deleteToken({ account: tenant.account, realm: 'realm', hash })
    await make('cid')
    while ((await metadata.expireTokens({ now: NOW + HOUR_MS, limit: 100 })) > 0);
    await make('dan')
    await make('eve')
    await failsWith(make('fay'), 'quota-exceeded')
  })
}

/** One call of each form that looks at limits. */
export async function useLimits(tenant: Tenant): Promise<void> {
  const { metadata, account } = tenant
  const within = { ...DEFAULT_LIMITS, storedBytes: 2 ** 44, pendingBytes: 2 ** 44 }
  const volume = { account, realm: 'limited', volume: 'one' }
  await metadata.createVolume({
    ...{ volume, bucket: bucketOf(volume), root: tenant.newObjectId(), owner: '', attributes: {} },
    ...{ ifAbsent: false, now: NOW, within },
  })
  await metadata.createQuota({ account, realm: 'limited', volumes: ['one'], capacity: 100, attributes: {} })
  const upload = await tenant.begin({ ...named(3), into: { volume, replaces: 0 }, within })
  const staged = tenant.inline('more')
  await failsWith(
    metadata.attachPart({ account, upload, number: 1, staged, now: NOW, within }),
    'body-too-large',
  )
  const unnamed = await tenant.begin({ into: { volume, replaces: 0 }, within })
  await metadata.attachPart({ account, upload: unnamed, number: 1, staged, now: NOW, within })
  await tenant.put({ within })
  const token = {
    ...{ account, realm: 'limited', user: 'u', client: '', session: '', volumes: [], grants: [] },
    ...{ attributes: {}, periodMs: HOUR_MS, expiresAt: NOW },
  }
  for (const hash of ['0', '1']) {
    const limits = { tokens: 10, tokensPerUser: 1 }
    await metadata.createToken({ ...token, hash: hash.repeat(64), within: limits })
  }
  const task = { account, scope: 's', topic: 'limited', input: {}, createdAt: NOW, unfinishedMax: 0 }
  await metadata.addTask({ ...task, within: { tasks: 10 } })
  await metadata.deleteVolume({ ...volume, force: true, now: NOW })
}
