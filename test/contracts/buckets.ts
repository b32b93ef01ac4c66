import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  type BucketName,
  bucketName,
  innerBucket,
  stableName,
  userBucket,
} from '../../src/core/model/buckets.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import { seededRandom } from './metadata/random.ts'
import { failsWith, outcomeOf } from './metadata/store.ts'
import { NOW, Tenant } from './metadata/tenant.ts'
import { type OpenFacts, sharedTrees, type TreeBench } from './trees/store.ts'
import { bucketOf } from './trees/tree.ts'

const MINE = userBucket('mine')

/** The docstrings of the `Buckets` port as tests. `open` gives an empty store each time. */
export function bucketsContract(name: string, open: OpenFacts): void {
  describe(`buckets contract: ${name}`, () => {
    const bench = sharedTrees(open)

    test('a bucket that a user makes is as it was made, and is made once', async () => {
      const { facts, account } = tenantOf(bench)
      const made = await make(facts, account, MINE)
      const settings = { public: true }
      const times = { createdAt: NOW, changedAt: NOW, version: 1 }
      assert.deepEqual(made, { account, name: MINE, shape: 'flat', settings, ...times })
      assert.deepEqual(await facts.findBucket({ account, bucket: MINE }), made)
      await failsWith(make(facts, account, MINE), 'name-conflict')
      assert.equal(await facts.findBucket({ account, bucket: userBucket('other') }), null)
    })

    test('a user’s bucket takes nothing before it is made; a dialect’s is made by what comes first', async () => {
      const { tenant, facts, account } = tenantOf(bench)
      await failsWith(tenant.put({ bucket: MINE }), 'bucket-not-found')
      await failsWith(tenant.begin({ bucket: MINE }), 'bucket-not-found')
      await make(facts, account, MINE)
      await tenant.put({ bucket: MINE })
      const bucket = bucketName('dialect', 'first')
      await tenant.put({ bucket, now: NOW + 5 })
      const found = (await facts.findBucket({ account, bucket })) ?? assert.fail()
      assert.deepEqual([found.shape, found.settings, found.createdAt], ['flat', {}, NOW + 5])
    })

    test('the same name of a user and of dialects are buckets of their own', async () => {
      const { tenant, facts, account } = tenantOf(bench)
      const all = [userBucket('vms'), bucketName('one', 'vms'), bucketName('two', 'vms')]
      await make(facts, account, userBucket('vms'))
      for (const bucket of all) await tenant.put({ bucket, key: bucket })
      for (const bucket of all) {
        assert.equal((await tenant.findObject({ bucket, key: bucket }))?.bucket, bucket)
        assert.equal((await tenant.list({ bucket })).total, 1)
      }
    })

    test('a volume is a tree, which comes and goes with it and takes no objects', async () => {
      const tree = await bench.tree()
      const { facts, tenant, volume } = tree
      const bucket = bucketOf(volume)
      const at = { account: volume.account, bucket }
      const found = (await facts.findBucket(at)) ?? assert.fail()
      assert.deepEqual(found.shape === 'tree' && found.volume, volume)
      await failsWith(tenant.put({ bucket }), 'invalid-argument')
      const twin = { ...volume, volume: 'twin' }
      const root = tenant.newObjectId()
      const rest = { root, owner: '', attributes: {}, ifAbsent: false, now: NOW }
      await failsWith(facts.createVolume({ volume: twin, bucket, ...rest }), 'name-conflict')
      assert.equal(await facts.findVolume(twin), null)
      await facts.deleteVolume({ ...volume, force: true, now: NOW })
      assert.equal(await facts.findBucket(at), null)
      await facts.createVolume({ volume: twin, bucket, ...rest })
    })

    test('a list has the account’s buckets by owner and name, without inner ones', async () => {
      const { tenant, facts, account } = tenantOf(bench)
      const shown = [userBucket('a-b'), userBucket('a.b'), bucketName('a', 'z'), bucketName('a-b', 'a')]
      for (const bucket of shown.slice(0, 2)) await make(facts, account, bucket)
      await tenant.put({ bucket: innerBucket('a', 'uploads') })
      for (const bucket of shown.slice(2)) await tenant.put({ bucket })
      const list = async (owner: string | null, after: BucketName | null, limit = 10) =>
        (await facts.listBuckets({ account, owner, after, limit })).map((bucket) => bucket.name)
      assert.deepEqual(await list(null, null), shown)
      assert.deepEqual(await list(null, null, 3), shown.slice(0, 3))
      assert.deepEqual(await list(null, shown[1] ?? null), shown.slice(2))
      assert.deepEqual(await list('', null), shown.slice(0, 2))
      assert.deepEqual(await list('a', shown[0] ?? null), shown.slice(2, 3))
      assert.deepEqual(await list('never', null), [])
      const stranger = tenantOf(bench).account
      assert.deepEqual(await facts.listBuckets({ account: stranger, owner: '', after: null, limit: 10 }), [])
    })

    test('settings change for whom they are as they were', async () => {
      const { facts, account } = tenantOf(bench)
      const at = { account, bucket: MINE }
      await failsWith(
        facts.updateBucket({ ...at, settings: {}, ifVersion: null, now: NOW }),
        'bucket-not-found',
      )
      const made = await make(facts, account, MINE)
      const next = await facts.updateBucket({ ...at, settings: { cors: [] }, ifVersion: 1, now: NOW + 1 })
      assert.deepEqual(next, { ...made, settings: { cors: [] }, changedAt: NOW + 1, version: 2 })
      await failsWith(facts.updateBucket({ ...at, settings: {}, ifVersion: 1, now: NOW }), 'bucket-changed')
      assert.deepEqual(await facts.findBucket(at), next)
    })

    test('only an empty bucket of a user goes, and its name is free again', async () => {
      const { tenant, facts, account } = tenantOf(bench)
      const at = { account, bucket: MINE }
      await failsWith(facts.deleteBucket({ ...at, mark: tenant.newName() }), 'bucket-not-found')
      await make(facts, account, MINE)
      const object = await tenant.put({ bucket: MINE })
      await failsWith(facts.deleteBucket({ ...at, mark: tenant.newName() }), 'bucket-not-empty')
      await tenant.delete(object)
      const upload = await tenant.begin({ bucket: MINE })
      await failsWith(facts.deleteBucket({ ...at, mark: tenant.newName() }), 'bucket-not-empty')
      await tenant.abort(upload)
      await facts.deleteBucket({ ...at, mark: tenant.newName() })
      assert.equal(await facts.findBucket(at), null)
      assert.deepEqual(await facts.listBuckets({ account, owner: '', after: null, limit: 10 }), [])
      assert.equal((await tenant.findUpload({ id: upload.id }))?.state, 'aborted')
      await make(facts, account, MINE)
      assert.equal(await tenant.findUpload({ bucket: MINE, ref: upload.ref }), null)
      const dialects = bucketName('dialect', 'empty')
      await tenant.delete(await tenant.put({ bucket: dialects }))
      await failsWith(
        facts.deleteBucket({ account, bucket: dialects, mark: tenant.newName() }),
        'invalid-argument',
      )
    })

    test('a name leads to one public bucket, of whatever account, until that is public no more', async () => {
      const { tenant, facts, account } = tenantOf(bench)
      const other = tenantOf(bench).account
      const name = tenant.newName()
      const bucket = userBucket(name)
      await make(facts, account, bucket)
      await make(facts, other, bucket)
      const set = (owner: typeof account, isPublic: boolean) =>
        facts.updateBucket({ account: owner, bucket, settings: {}, isPublic, ifVersion: null, now: NOW })
      assert.equal(await facts.findPublicBucket({ name }), null)
      await set(account, true)
      await set(account, true)
      assert.equal((await facts.findPublicBucket({ name }))?.account, account)
      await failsWith(set(other, true), 'name-conflict')
      assert.equal((await facts.findPublicBucket({ name }))?.account, account)
      await set(account, false)
      assert.equal(await facts.findPublicBucket({ name }), null)
      await set(other, true)
      await facts.deleteBucket({ account: other, bucket, mark: tenant.newName() })
      assert.equal(await facts.findPublicBucket({ name }), null)
    })

    test('what comes into a bucket that is being removed is in it, or is refused', async () => {
      const { tenant, facts, account } = tenantOf(bench)
      const others = [facts, await bench.store.another()]
      for (let round = 0; round < 10; round++) {
        const bucket = userBucket(`round-${round}`)
        await make(facts, account, bucket)
        const calls = [
          ...others.map((other) => outcomeOf(tenant.through(other).put({ bucket, key: tenant.newName() }))),
          outcomeOf(facts.deleteBucket({ account, bucket, mark: tenant.newName() })),
        ]
        const outcomes = await Promise.all(calls)
        const removed = outcomes.at(-1) === 'ok'
        const refused = outcomes.slice(0, -1).filter((outcome) => outcome === 'bucket-not-found').length
        assert.equal(removed, refused === others.length, outcomes.join())
        assert.equal(removed, (await facts.findBucket({ account, bucket })) === null)
      }
    })

    test('the stable name is without the owner', () => {
      assert.equal(stableName(bucketName('dialect', 'vod-1:2')), 'vod-1:2')
      assert.throws(() => bucketName('a:b', 'c'), TypeError)
    })
  })
}

const make = (facts: Facts, account: Tenant['account'], bucket: BucketName) =>
  facts.createBucket({ account, bucket, settings: { public: true }, now: NOW })

let accounts = 0

/** A new account without any bucket. */
function tenantOf({ metadata }: TreeBench) {
  accounts += 1
  const tenant = new Tenant(metadata, `buckets-${accounts}`, seededRandom(accounts))
  return { tenant, facts: metadata, account: tenant.account }
}
