import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ObjectId } from '../../src/core/ids.ts'
import { bucketName } from '../../src/core/model/buckets.ts'
import type { ObjectIndex } from '../../src/core/model/objects.ts'
import type { SearchObjects } from '../../src/core/ports/commands/catalog.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import { type Amounts, MANY } from './amounts.ts'
import { fillObject } from './commits.ts'
import { seededRandom } from './metadata/random.ts'
import { failsWith, outcomeOf } from './metadata/store.ts'
import { BUCKET, garbageOf, HOUR_MS, NOW, Tenant, TRAITS, unknownUpload } from './metadata/tenant.ts'
import { searchesContract } from './searches.ts'
import { freshTrees, type OpenFacts } from './trees/store.ts'

const EVERYTHING = {
  bucket: BUCKET,
  keys: null,
  labels: [],
  statuses: null,
  kinds: null,
  keyword: null,
  createdFrom: null,
  createdUntil: null,
  order: 'newest-first',
  limit: 100,
  offset: 0,
  countMax: 1000,
} as const

/** The docstrings of the `Catalog` port as tests. `open` gives an empty store each time. */
export function catalogContract(name: string, open: OpenFacts, amounts: Amounts = MANY): void {
  describe(`catalog contract: ${name}`, () => {
    const bench = freshTrees(open)
    const random = seededRandom(7)
    const tenantOf = (account = 'one') => new Tenant(bench.metadata, account, random)
    const facts = (): Facts => bench.metadata

    async function search(change: Partial<SearchObjects>, tenant = tenantOf()): Promise<string> {
      const query = { account: tenant.account, ...EVERYTHING, ...change }
      const { objects, total } = await facts().searchObjects(query)
      return `${objects.map(({ key }) => key).join('')}/${total}`
    }

    const indexOf = (text: string, ...labels: readonly string[]): ObjectIndex => ({ labels, text })

    /** Objects a, b, c, d of one second after the other; e has no index. */
    async function fill(tenant = tenantOf()): Promise<void> {
      const rows: readonly (readonly [string, ObjectIndex])[] = [
        ['a', indexOf('Ahoy Größe', 'status:new', 'tag:x')],
        ['b', indexOf('Ahoy 100%', 'status:new', 'tag:x', 'tag:y')],
        ['c', indexOf('Bee', 'status:old', 'tag:y')],
        ['d', indexOf('Dee', 'status:old')],
      ]
      for (const [at, [key, index]] of rows.entries()) await tenant.put({ key, index, now: NOW + at * 1000 })
      await tenant.put({ key: 'e' })
    }

    test('finds objects by their labels, newest or oldest first', async () => {
      await fill()
      assert.equal(await search({}), 'dcba/4')
      assert.equal(await search({ order: 'oldest-first' }), 'abcd/4')
      assert.equal(await search({ labels: [['status:new']] }), 'ba/2')
      assert.equal(await search({ labels: [['tag:x', 'tag:y']] }), 'cba/3')
      assert.equal(await search({ labels: [['tag:y'], ['status:old']] }), 'c/1')
      assert.equal(await search({ labels: [['tag:y'], ['status:old', 'status:new']] }), 'cb/2')
      assert.equal(await search({ labels: [['none']] }), '/0')
      assert.equal(await search({ labels: [[]] }), '/0')
    })

    test('finds objects by key, time and part of their text in any letter case', async () => {
      await fill()
      assert.equal(await search({ keys: ['a', 'd', 'z'] }), 'da/2')
      assert.equal(await search({ keys: [] }), '/0')
      assert.equal(await search({ createdFrom: NOW + 1000, createdUntil: NOW + 2000 }), 'cb/2')
      assert.equal(await search({ keyword: { text: 'GRÖSSE', orLabels: [] } }), '/0')
      assert.equal(await search({ keyword: { text: 'gRÖß', orLabels: [] } }), 'a/1')
      assert.equal(await search({ keyword: { text: '0%', orLabels: [] } }), 'b/1')
      assert.equal(await search({ keyword: { text: '_', orLabels: [] } }), '/0')
      assert.equal(await search({ keyword: { text: 'ahoy', orLabels: ['status:old'] } }), 'dcba/4')
      assert.equal(await search({ keyword: { text: 'ahoy', orLabels: [] }, labels: [['tag:y']] }), 'b/1')
    })

    test('gives pages, and counts up to a bound', async () => {
      await fill()
      assert.equal(await search({ limit: 2 }), 'dc/4')
      assert.equal(await search({ limit: 2, offset: 2 }), 'ba/4')
      assert.equal(await search({ limit: 2, offset: 4 }), '/4')
      assert.equal(await search({ limit: 2, offset: 40 }), '/4')
      assert.equal(await search({ countMax: 3 }), 'dcba/3')
      assert.equal(await search({ labels: [['tag:x', 'tag:y']], limit: 1, offset: 1 }), 'b/3')
    })

    test('finds nothing of other accounts and buckets', async () => {
      await fill()
      assert.equal(await search({}, tenantOf('two')), '/0')
      assert.equal(await search({ bucket: bucketName('test', 'other') }), '/0')
      await fill(tenantOf('two'))
      assert.equal(await search({}), 'dcba/4')
    })

    test('goes by the index of the last change, and forgets what is deleted', async () => {
      await fill()
      const tenant = tenantOf()
      const address = { bucket: BUCKET, key: 'a' }
      await tenant.update(address, { index: indexOf('Other', 'status:old') })
      assert.equal(await search({ labels: [['status:old']] }), 'dca/3')
      assert.equal(await search({ keyword: { text: 'ahoy', orLabels: [] } }), 'b/1')
      await tenant.update(address, { change: { name: 'renamed' } })
      assert.equal(await search({ labels: [['status:old']] }), 'dca/3')
      await tenant.delete(address)
      assert.equal(await search({}), 'dcb/3')
    })

    test('a change that ends an upload does both or neither', async () => {
      const tenant = tenantOf()
      const object = await tenant.put()
      const upload = await tenant.beginWith('bytes')
      await tenant.update(object, { change: { status: 'cancelled' }, ends: upload })
      assert.equal((await tenant.findUpload(upload))?.state, 'aborted')

      const done = await tenant.beginWith('bytes')
      await tenant.commit(done)
      await failsWith(tenant.update(object, { change: { status: 'late' }, ends: done }), 'upload-closed')
      assert.equal((await tenant.findObject(object))?.status, 'cancelled')

      const open = await tenant.beginWith('bytes')
      await failsWith(tenant.update(object, { ifVersion: 1, ends: open }), 'object-changed')
      assert.equal((await tenant.findUpload(open))?.state, 'open')
    })

    test('a change that ends an upload looks at the object first, then at its version, then at the upload', async () => {
      const tenant = tenantOf()
      const object = await tenant.put()
      const closed = await tenant.beginWith('bytes')
      await tenant.commit(closed)
      const unknown = { id: 'f'.repeat(32) as ObjectId }
      for (const ends of [closed, unknownUpload]) {
        await failsWith(tenant.update(unknown, { ifVersion: 2, ends }), 'object-not-found')
        await failsWith(tenant.update(object, { ifVersion: 2, ends }), 'object-changed')
      }
      await failsWith(tenant.update(object, { ends: closed }), 'upload-closed')
      await failsWith(tenant.update(object, { ends: unknownUpload }), 'upload-not-found')
      const full = await tenant.put({ staged: tenant.inline('bytes') })
      const held = await tenant.hold(full, 1)
      const open = await tenant.beginWith('bytes')
      const dropping = { change: {}, dropsContent: true }
      await failsWith(tenant.update(full, { ...dropping, ends: closed }), 'upload-closed')
      await failsWith(tenant.update(full, { ...dropping, ends: open }), 'object-held')
      assert.equal((await tenant.findUpload(open))?.state, 'open')
      assert.deepEqual(await tenant.findObject(full), held)
    })

    const fillingOf = (tenant: Tenant) => ({
      account: tenant.account,
      ifVersion: 1,
      change: { status: 'created' },
      deliveries: [],
      now: NOW,
    })

    test('fills an object with an upload’s bytes, once, as one step with the change', async () => {
      const tenant = tenantOf()
      const object = await tenant.put({ index: indexOf('t', 'status:creating') })
      const upload = await tenant.beginWith('bytes')
      const filling = { ...fillingOf(tenant), upload, object, index: indexOf('t', 'status:created') }
      const filled = await fillObject(facts(), filling)
      assert.equal(filled.content?.size, 5)
      assert.deepEqual(
        [filled.id, filled.key, filled.status, filled.version],
        [object.id, object.key, 'created', 2],
      )
      assert.deepEqual(await tenant.findObject(object), filled)
      assert.equal((await tenant.findUpload(upload))?.state, 'committed')
      assert.equal(await search({ labels: [['status:created']] }), `${object.key}/1`)
      assert.deepEqual(await fillObject(facts(), filling), filled)
      const usage = await facts().usage({ account: tenant.account, bucket: BUCKET })
      assert.deepEqual(usage, { objects: 1, bytes: 5 })
    })

    test('fills an object that has changed, is gone, or with an upload that is over, with nothing', async () => {
      const tenant = tenantOf()
      const object = await tenant.put()
      const upload = await tenant.beginWith('bytes')
      const filling = { ...fillingOf(tenant), upload, object }
      await failsWith(fillObject(facts(), { ...filling, ifVersion: 2 }), 'object-changed')
      const unknown = { id: 'f'.repeat(32) as ObjectId }
      await failsWith(fillObject(facts(), { ...filling, object: unknown }), 'object-not-found')
      const empty = await tenant.begin()
      await failsWith(fillObject(facts(), { ...filling, upload: empty }), 'upload-empty')
      const aborted = await tenant.beginWith('bytes')
      await tenant.abort(aborted)
      await failsWith(fillObject(facts(), { ...filling, upload: aborted }), 'upload-closed')
      assert.deepEqual(await tenant.findObject(object), object)
      assert.equal((await tenant.findUpload(upload))?.state, 'open')
    })

    test('a held object gets its first bytes, and no others; the commit’s messages go with it', async () => {
      const tenant = tenantOf()
      const object = await tenant.hold(await tenant.put(), 1)
      const fill = async (ifVersion: number, topic: string) => {
        const filling = { ...fillingOf(tenant), object, ifVersion, deliveries: [tenant.delivery(topic)] }
        return fillObject(facts(), { ...filling, upload: await tenant.beginWith('bytes') })
      }
      const filled = await fill(object.version, 'filled')
      await failsWith(fill(filled.version, 'refused'), 'object-held')
      assert.deepEqual(await tenant.findObject(object), filled)
      const leasing = { now: NOW, leaseUntil: NOW + HOUR_MS, limit: 10 }
      const due = await facts().leaseDeliveries({ topics: ['filled', 'refused'], ...leasing })
      assert.deepEqual(
        due.map(({ topic }) => topic),
        ['filled'],
      )
    })

    test('an upload fills one object, and no other afterwards', async () => {
      const tenant = tenantOf()
      const [first, second] = [await tenant.put(), await tenant.put()]
      const upload = await tenant.beginWith('bytes')
      const filled = await fillObject(facts(), { ...fillingOf(tenant), upload, object: first })
      const again = fillObject(facts(), { ...fillingOf(tenant), upload, object: second })
      await failsWith(again, 'upload-closed', { state: 'committed' })
      assert.deepEqual(await tenant.findObject(second), second)
      assert.deepEqual(await tenant.findObject(first), filled)
    })

    test('gives up the bytes that others take the place of', async () => {
      const tenant = tenantOf()
      const object = await tenant.put({ staged: await tenant.stored(70_000) })
      const upload = await tenant.begin()
      await tenant.attach(upload, 1, await tenant.stored(90_000))
      const filled = await fillObject(facts(), { ...fillingOf(tenant), upload, object })
      assert.equal(filled.content?.size, 90_000)
      assert.equal((await garbageOf(bench.metadata)).length, 1)
      const usage = await facts().usage({ account: tenant.account, bucket: BUCKET })
      assert.deepEqual(usage, { objects: 1, bytes: 90_000 })
    })

    test('a change that drops an object’s bytes leaves the object, and does both or neither', async () => {
      const tenant = tenantOf()
      const object = await tenant.put({ staged: await tenant.stored(70_000) })
      await failsWith(tenant.update(object, { ifVersion: 2, dropsContent: true }), 'object-changed')
      await tenant.hold(object, 1)
      await failsWith(tenant.update(object, { change: { status: 'x' }, dropsContent: true }), 'object-held')
      assert.deepEqual((await tenant.findObject(object))?.content, object.content)
      await tenant.hold(object, -1)
      assert.equal((await garbageOf(bench.metadata)).length, 0)
      const emptied = await tenant.update(object, { change: { status: 'deleted' }, dropsContent: true })
      assert.deepEqual([emptied.content, emptied.status], [null, 'deleted'])
      assert.deepEqual(await tenant.findObject(object), emptied)
      assert.equal((await garbageOf(bench.metadata)).length, 1)
      const usage = () => facts().usage({ account: tenant.account, bucket: BUCKET })
      assert.deepEqual(await usage(), { objects: 1, bytes: 0 })
      await tenant.update(object, { dropsContent: true })
      await tenant.delete(object)
      assert.deepEqual(await usage(), { objects: 0, bytes: 0 })
    })

    test('of a fill and a change that end the same upload, one wins', async () => {
      const tenant = tenantOf()
      for (let round = 0; round < 20; round++) {
        const object = await tenant.put({ traits: { ...TRAITS, status: 'creating' } })
        const upload = await tenant.beginWith('bytes')
        const outcomes = await Promise.all([
          outcomeOf(fillObject(facts(), { ...fillingOf(tenant), upload, object })),
          outcomeOf(tenant.update(object, { ifVersion: 1, change: { status: 'cancelled' }, ends: upload })),
        ])
        const state = (await tenant.findUpload(upload))?.state
        const status = (await tenant.findObject(object))?.status
        assert.deepEqual(
          [outcomes[0] === 'ok', status, state],
          outcomes[1] === 'ok' ? [false, 'cancelled', 'aborted'] : [true, 'created', 'committed'],
        )
      }
    })
  })

  searchesContract(name, open, amounts)
}
