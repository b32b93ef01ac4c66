import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { JsonObject } from '../../../src/core/model/json.ts'
import { garbageOf, NOW } from '../metadata/tenant.ts'
import { failsWith, freshTrees, type OpenFacts, outcomeOf, sharedTrees } from './store.ts'
import type { Tree } from './tree.ts'

const TIMES = 12
const ROUNDS = 5
/** Commits in one directory wait for each other anyway. */
const VOLUMES = 10
const FITTING = 3

const realmOf = ({ volume: { account, realm } }: Tree) => ({ account, realm })

const limit = (trees: readonly Tree[], capacity: number, attributes: JsonObject = {}) => {
  const [first] = trees
  const { facts, ...tree } = first ?? assert.fail()
  const volumes = trees.map(({ volume }) => volume.volume)
  const { account, realm } = tree.volume
  return facts.createQuota({ account, realm, volumes, capacity, attributes })
}

const roomOf = (tree: Tree) => tree.facts.roomOf(tree.volume)

const full = { limit: 'bytes' }

export function quotaContract(open: OpenFacts): void {
  keeping(open)
  holding(open)
  racing(open)
}

function keeping(open: OpenFacts): void {
  describe('quotas', () => {
    const bench = sharedTrees(open)

    test('are found by number and by each of their volumes', async () => {
      const tree = await bench.tree()
      const [two, three] = [await tree.beside('two'), await tree.beside('three')]
      const { facts } = tree
      const quota = await limit([tree, two], 1000, { removeAfterDays: 3 })
      assert.ok(Number.isInteger(quota.id) && quota.id > 0 && quota.id < 2 ** 31)
      const { id } = quota
      assert.deepEqual(
        { ...quota, volumes: quota.volumes.toSorted() },
        { id, capacity: 1000, volumes: ['one', 'two'], attributes: { removeAfterDays: 3 } },
      )
      for (const by of [{ id }, { volume: 'one' }, { volume: 'two' }]) {
        assert.deepEqual(await facts.findQuota({ ...realmOf(tree), ...by }), quota)
      }
      assert.equal(await facts.findQuota({ ...realmOf(tree), volume: 'three' }), null)
      assert.equal(await facts.findQuota({ ...realmOf(tree), id: id + 1000 }), null)
      const other = await limit([three], 5)
      assert.notEqual(other.id, id)
    })

    test('change only in what is named', async () => {
      const tree = await bench.tree()
      const { id } = await limit([tree], 1000, { a: 1 })
      const { facts } = tree
      const larger = await facts.updateQuota({ ...realmOf(tree), id, capacity: 2 ** 50 })
      assert.deepEqual(larger, { id, capacity: 2 ** 50, volumes: ['one'], attributes: { a: 1 } })
      const other = await facts.updateQuota({ ...realmOf(tree), id, attributes: { b: 2 } })
      assert.deepEqual(other, { ...larger, attributes: { b: 2 } })
      assert.deepEqual(await facts.findQuota({ ...realmOf(tree), id }), other)
    })

    test('are one for each volume at most, and for volumes that are there', async () => {
      const tree = await bench.tree()
      const two = await tree.beside('two')
      await limit([tree], 1000)
      await failsWith(limit([two, tree], 1000), 'quota-exists')
      assert.equal(await roomOf(two), null)
      const volumes = ['two', 'nowhere']
      const command = { ...realmOf(tree), volumes, capacity: 1, attributes: {} }
      await failsWith(tree.facts.createQuota(command), 'volume-not-found')
      assert.equal(await roomOf(two), null)
      await limit([two, two], 7)
      assert.equal(await roomOf(two), 7)
    })

    test('are of one realm of one account', async () => {
      const [tree, stranger] = [await bench.tree(), await bench.tree()]
      const { id } = await limit([tree], 1000)
      const { facts } = stranger
      assert.equal(await facts.findQuota({ ...realmOf(stranger), id }), null)
      assert.equal(await facts.findQuota({ ...realmOf(stranger), volume: 'one' }), null)
      await failsWith(facts.updateQuota({ ...realmOf(stranger), id, capacity: 1 }), 'quota-not-found')
      const elsewhere = { account: tree.volume.account, realm: 'other' }
      assert.equal(await facts.findQuota({ ...elsewhere, id }), null)
      await failsWith(facts.updateQuota({ ...elsewhere, id, capacity: 1 }), 'quota-not-found')
      assert.equal(await roomOf(stranger), null)
    })

    test('tell how much room is left, never below none', async () => {
      const tree = await bench.tree()
      const two = await tree.beside('two')
      assert.equal(await roomOf(tree), null)
      await tree.write('f', 30)
      const { id } = await limit([tree, two], 100)
      await two.write('g', 10)
      assert.deepEqual([await roomOf(tree), await roomOf(two)], [60, 60])
      await tree.facts.updateQuota({ ...realmOf(tree), id, capacity: 10 })
      assert.deepEqual([await roomOf(tree), await roomOf(two)], [0, 0])
      await failsWith(tree.facts.roomOf({ ...tree.volume, volume: 'nowhere' }), 'volume-not-found')
    })

    test('leave with their volumes', async () => {
      const tree = await bench.tree()
      const two = await tree.beside('two')
      const { id } = await limit([tree, two], 100)
      await tree.write('f', 100)
      const { facts, volume } = tree
      await facts.deleteVolume({ ...volume, force: true, now: NOW })
      assert.equal(await facts.findQuota({ ...realmOf(tree), volume: 'one' }), null)
      assert.deepEqual((await facts.findQuota({ ...realmOf(tree), id }))?.volumes, ['two'])
      assert.equal(await roomOf(two), 100)
      const again = await tree.beside('one')
      assert.equal(await roomOf(again), null)
    })
  })
}

function holding(open: OpenFacts): void {
  describe('a volume with a quota', () => {
    const bench = sharedTrees(open)

    test('is filled to the last byte, and no further', async () => {
      const tree = await bench.tree()
      await limit([tree], 100)
      await tree.write('a', 60)
      await failsWith(tree.write('b', 41), 'quota-exceeded', full)
      await tree.write('b', 40)
      await failsWith(tree.write('c', 1), 'quota-exceeded', full)
      await tree.write('empty', '')
      assert.deepEqual(await tree.names(''), ['a', 'b', 'empty'])
    })

    test('leaves an upload that found no room as it was', async () => {
      const tree = await bench.tree()
      const { id } = await limit([tree], 10)
      const upload = await tree.uploaded(11)
      const commit = () => tree.place('f', upload)
      await failsWith(commit(), 'quota-exceeded', full)
      assert.equal((await tree.tenant.findUpload(upload))?.state, 'open')
      await tree.facts.updateQuota({ ...realmOf(tree), id, capacity: 11 })
      assert.equal((await commit()).entry.content.size, 11)
      assert.equal((await commit()).entry.content.size, 11)
    })

    test('counts of an overwritten file only what it grows by', async () => {
      const tree = await bench.tree()
      await limit([tree], 100)
      await tree.write('f', 90)
      await failsWith(tree.write('f', 101, { conflict: 'overwrite' }), 'quota-exceeded', full)
      await tree.write('f', 100, { conflict: 'overwrite' })
      await tree.write('f', 1, { conflict: 'overwrite' })
      assert.equal(await roomOf(tree), 99)
    })

    test('has room again for what was removed, but not for what went to the bin', async () => {
      const tree = await bench.tree()
      await limit([tree], 100)
      await tree.write('f', 60)
      await tree.write('g', 40)
      const id = await tree.recycle('f')
      await tree.remove('g')
      assert.equal(await roomOf(tree), 40)
      await tree.facts.removeRecycled({ volume: tree.volume, id, now: NOW })
      assert.equal(await roomOf(tree), 100)
    })

    test('counts copies, though they share bytes, and nothing for links and virtual files', async () => {
      const tree = await bench.tree()
      await limit([tree], 100)
      const file = await tree.write('f', 50)
      await tree.copyOf(file, 'g')
      await failsWith(tree.copyOf(file, 'h'), 'quota-exceeded', full)
      await tree.link('l', file.id)
      await tree.virtual('v', 1_000_000)
      assert.equal(await roomOf(tree), 0)
    })

    test('counts what comes from another volume, unless both have the same quota', async () => {
      const tree = await bench.tree()
      const [two, three] = [await tree.beside('two'), await tree.beside('three')]
      await limit([tree, two], 100)
      const own = await two.write('own', 80)
      const foreign = await three.write('foreign', 21)
      const moved = (from: Tree, id: typeof own.id, name: string) =>
        tree.facts.moveEntry({
          ...{ volume: from.volume, id, conflict: 'fail' as const, now: NOW },
          to: { volume: tree.volume, parent: tree.root, name },
        })
      await moved(two, own.id, 'own')
      await failsWith(moved(three, foreign.id, 'foreign'), 'quota-exceeded', full)
      await tree.remove('own')
      await moved(three, foreign.id, 'foreign')
      assert.equal(await roomOf(two), 79)
    })

    test('may be changed and read while it is over its quota, but not grow', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      await tree.write('f', 60)
      await limit([tree], 10)
      await failsWith(tree.write('g', 1), 'quota-exceeded', full)
      await tree.move('f', 'a/g')
      await tree.write('a/g', 30, { conflict: 'overwrite' })
      await tree.write('empty', '')
      assert.equal(await roomOf(tree), 0)
      await tree.facts.restoreRecycled({
        ...{ volume: tree.volume, id: await tree.recycle('a'), conflict: 'fail' },
        ...{ fallbackToRoot: false, now: NOW },
      })
    })
  })
}

function racing(open: OpenFacts): void {
  describe('races for the last bytes', () => {
    const bench = freshTrees(open)

    test('of commits fill a quota exactly, and never over', async () => {
      const tree = await bench.tree()
      const other = await bench.store.another()
      const names = Array.from({ length: VOLUMES }, (_, index) => `v${index}`)
      const trees = await Promise.all(names.map((name) => tree.beside(name)))
      await limit(trees, 10 * FITTING)
      for (let round = 0; round < ROUNDS; round++) {
        const ways = trees.map((each, index) => (index % 2 === 0 ? each : each.through(other)))
        const uploads = await Promise.all(ways.map((way) => way.uploaded(10)))
        const outcomes = await Promise.all(
          ways.map((way, index) => outcomeOf(way.place('f', uploads[index] ?? assert.fail()))),
        )
        assert.equal(outcomes.filter((outcome) => outcome === 'ok').length, FITTING)
        assert.equal(outcomes.filter((outcome) => outcome === 'quota-exceeded').length, VOLUMES - FITTING)
        assert.equal(await roomOf(trees[0] ?? assert.fail()), 0)
        await Promise.all(
          trees.map(async (each) => ((await each.find('f')) === null ? null : each.remove('f'))),
        )
      }
    })

    test('of commits, copies, moves and removals keep the counts right', async () => {
      const tree = await bench.tree()
      const two = await tree.beside('two')
      const other = tree.through(await bench.store.another())
      await limit([tree, two], 100)
      const source = await tree.write('source', 10)
      for (let round = 0; round < TIMES; round++) {
        await outcomeOf(tree.write('gone', 20))
        await Promise.all([
          outcomeOf(tree.write(`a${round}`, 30, { conflict: 'overwrite' })),
          outcomeOf(other.copyOf(source, `b${round}`)),
          outcomeOf(two.write('moving', 10, { conflict: 'overwrite' })),
          outcomeOf(other.remove('gone')),
        ])
        const { bytes } = await tree.usage()
        const room = await roomOf(tree)
        assert.equal(room, Math.max(0, 100 - bytes - (await two.usage()).bytes))
        assert.ok(bytes <= 100)
        for (const name of await tree.names('')) if (name !== 'source') await tree.remove(name)
      }
      assert.deepEqual((await garbageOf(bench.metadata)).length > 0, true)
    })

    test('to make one quota have one winner', async () => {
      const tree = await bench.tree()
      const other = tree.through(await bench.store.another())
      const outcomes = await Promise.all(
        Array.from({ length: TIMES }, (_, index) =>
          outcomeOf(limit([index % 2 === 0 ? tree : other], index)),
        ),
      )
      assert.deepEqual(outcomes.toSorted(), ['ok', ...Array(TIMES - 1).fill('quota-exists')])
    })
  })
}
