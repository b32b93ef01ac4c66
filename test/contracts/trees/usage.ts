import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EntryOrder, ListMarker } from '../../../src/core/model/trees.ts'
import { NOW } from '../metadata/tenant.ts'
import { failsWith, type OpenFacts, sharedTrees } from './store.ts'
import { type Tree, UNKNOWN_ID } from './tree.ts'

const ORDERS: readonly EntryOrder[] = ['name', 'modified', 'size', 'created', 'local-created']

const measure = async (tree: Tree, path: string) =>
  tree.facts.measureDirectory({ volume: tree.volume, id: (await tree.at(path)).id })

interface ListOptions {
  readonly order?: EntryOrder
  readonly descending?: boolean
  readonly after?: ListMarker | null
  readonly limit?: number
}

const listFiles = (
  tree: Tree,
  { order = 'name', descending = false, after = null, limit = 100 }: ListOptions = {},
) => tree.facts.listFiles({ volume: tree.volume, order, descending, after, limit })

const pathsIn = async (tree: Tree, options: ListOptions = {}): Promise<readonly string[]> =>
  (await listFiles(tree, options)).entries.map(({ path }) => path?.join('/') ?? assert.fail())

export function usageContract(open: OpenFacts): void {
  usages(open)
  measures(open)
  settings(open)
  lists(open)
}

function usages(open: OpenFacts): void {
  describe('what a volume holds', () => {
    const bench = sharedTrees(open)

    test('is nothing in the beginning', async () => {
      const tree = await bench.tree()
      const nothing = { bytes: 0, files: 0, directories: 0, binFiles: 0, binDirectories: 0 }
      assert.deepEqual(await tree.usage(), nothing)
      await failsWith(tree.facts.volumeUsage({ ...tree.volume, volume: 'other' }), 'volume-not-found')
    })

    test('counts bytes for each file, of whatever depth, copies and the bin included', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      const file = await tree.write('a/b/f', 1000)
      await tree.copyOf(file, 'a/copy')
      await tree.link('link', file.id)
      await tree.virtual('virtual', 5_000_000)
      await tree.write('g', 10)
      await tree.recycle('g')
      const { bytes, files, directories, binFiles, binDirectories } = await tree.usage()
      assert.deepEqual([bytes, files, directories, binFiles, binDirectories], [2010, 4, 2, 1, 0])
    })

    test('counts what is below a directory in the bin there', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      await tree.write('a/f', 1)
      await tree.write('a/b/f', 2)
      await tree.write('kept', 4)
      const before = await tree.usage()
      const id = await tree.recycle('a')
      assert.deepEqual(await tree.usage(), {
        ...{ bytes: 7, files: 1, directories: 0, binFiles: 2, binDirectories: 2 },
      })
      const found = await tree.facts.findRecycled({ volume: tree.volume, id })
      assert.equal(found?.size, 3)
      await tree.facts.restoreRecycled({
        ...{ volume: tree.volume, id, conflict: 'fail', fallbackToRoot: false, now: NOW },
      })
      assert.deepEqual(await tree.usage(), before)
    })

    test('adds up over the volumes of a realm', async () => {
      const tree = await bench.tree()
      const [two, stranger] = [await tree.beside('two'), await bench.tree()]
      const { account, realm } = tree.volume
      assert.equal(await tree.facts.realmBytes({ account, realm }), 0)
      assert.equal(await tree.facts.realmBytes({ account, realm: 'other' }), 0)
      await tree.write('f', 1)
      await two.write('f', 2)
      await two.recycle('f')
      await stranger.write('f', 4)
      assert.equal(await tree.facts.realmBytes({ account, realm }), 3)
      await tree.facts.deleteVolume({ ...two.volume, force: true, now: NOW })
      assert.equal(await tree.facts.realmBytes({ account, realm }), 1)
    })
  })
}

function measures(open: OpenFacts): void {
  describe('measuring a directory', () => {
    const bench = sharedTrees(open)

    test('counts all below, of whatever depth, and not itself', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b/c/d')
      const file = await tree.write('a/b/f', 1000)
      await tree.copyOf(file, 'a/b/c/d/copy')
      await tree.link('a/link', file.id)
      await tree.virtual('a/virtual', 5_000_000)
      await tree.write('beside', 7)
      assert.deepEqual(await measure(tree, 'a'), { bytes: 2000, files: 4, directories: 3 })
      assert.deepEqual(await measure(tree, 'a/b/c/d'), { bytes: 1000, files: 1, directories: 0 })
      assert.deepEqual(await measure(tree, ''), { bytes: 2007, files: 5, directories: 4 })
      await tree.recycle('a/b')
      assert.deepEqual(await measure(tree, 'a'), { bytes: 0, files: 2, directories: 0 })
    })

    test('needs a directory of the volume', async () => {
      const tree = await bench.tree()
      const stranger = await bench.tree()
      const { id } = await tree.write('f')
      for (const [by, at] of [
        [tree, id],
        [tree, UNKNOWN_ID],
        [tree, stranger.root],
        [stranger, tree.root],
      ] as const) {
        await failsWith(by.facts.measureDirectory({ volume: by.volume, id: at }), 'directory-not-found')
      }
      const volume = { ...tree.volume, volume: 'other' }
      await failsWith(tree.facts.measureDirectory({ volume, id: tree.root }), 'volume-not-found')
    })
  })
}

function settings(open: OpenFacts): void {
  describe('settings of a realm', () => {
    const bench = sharedTrees(open)

    test('are what was set last, with when', async () => {
      const [{ facts, volume }, stranger] = [await bench.tree(), await bench.tree()]
      const realm = { account: volume.account, realm: 'some-realm' }
      assert.equal(await facts.realmSettings(realm), null)
      await facts.setRealmSettings({ ...realm, attributes: { days: 3 }, now: NOW })
      assert.deepEqual(await facts.realmSettings(realm), { attributes: { days: 3 }, changedAt: NOW })
      await facts.setRealmSettings({ ...realm, attributes: { more: ['x'] }, now: NOW + 1 })
      assert.deepEqual(await facts.realmSettings(realm), { attributes: { more: ['x'] }, changedAt: NOW + 1 })
      const other = { account: stranger.volume.account, realm: 'some-realm' }
      assert.equal(await facts.realmSettings(other), null)
    })

    test('can be set beside volumes, and before them', async () => {
      const { facts, volume } = await bench.tree()
      const { account, realm } = volume
      assert.equal(await facts.realmSettings({ account, realm }), null)
      await facts.setRealmSettings({ account, realm, attributes: { days: 3 }, now: NOW })
      assert.equal((await facts.findVolume(volume))?.volume, 'one')
      assert.deepEqual((await facts.realmSettings({ account, realm }))?.attributes, { days: 3 })
    })
  })
}

function lists(open: OpenFacts): void {
  describe('listing all files of a volume', () => {
    const bench = sharedTrees(open)

    const filled = async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      await tree.makeDirectory('gone')
      await tree.write('a/b/m', 30, { now: NOW + 3 })
      await tree.write('z', 10, { now: NOW + 1 })
      const file = await tree.write('a/c', 20, { now: NOW + 2 })
      await tree.write('a/b/c', 20, { now: NOW + 4 })
      await tree.write('gone/y', 5, { now: NOW + 5 })
      await tree.write('x', 5, { now: NOW + 6 })
      await tree.virtual('v', 15)
      await tree.link('l', file.id)
      await tree.recycle('gone')
      await tree.recycle('x')
      return tree
    }

    test('shows those that the root leads to, with their paths', async () => {
      const tree = await filled()
      const paths = await pathsIn(tree)
      assert.deepEqual(paths.toSorted(), ['a/b/c', 'a/b/m', 'a/c', 'l', 'v', 'z'])
      const names = paths.map((path) => path.split('/').at(-1))
      assert.deepEqual(names, ['c', 'c', 'l', 'm', 'v', 'z'])
      const { entries } = await listFiles(tree)
      for (const entry of entries) assert.deepEqual(await tree.findById(entry.id), entry)
    })

    test('orders by each order, both ways', async () => {
      const tree = await filled()
      const sizes = (await pathsIn(tree, { order: 'size' })).filter((path) => path !== 'l' && path !== 'v')
      assert.equal(sizes[0], 'z')
      assert.equal(sizes.at(-1), 'a/b/m')
      for (const order of ['created', 'modified', 'local-created'] as const) {
        const paths = (await pathsIn(tree, { order })).filter((path) => path !== 'l' && path !== 'v')
        assert.deepEqual(paths, ['z', 'a/c', 'a/b/m', 'a/b/c'], order)
      }
      for (const order of ORDERS) {
        const forward = await pathsIn(tree, { order })
        assert.deepEqual(await pathsIn(tree, { order, descending: true }), forward.toReversed(), order)
      }
    })

    test('goes on after each entry, in any order', async () => {
      const tree = await filled()
      for (const order of ORDERS) {
        for (const descending of [false, true]) {
          const all = await pathsIn(tree, { order, descending })
          const walked: string[] = []
          for (let after: ListMarker | null = null; ; ) {
            const page: Awaited<ReturnType<typeof listFiles>> = await listFiles(tree, {
              ...{ order, descending, after, limit: 1 },
            })
            walked.push(...page.entries.map(({ path }) => path?.join('/') ?? assert.fail()))
            after = page.next
            if (after === null) break
          }
          assert.deepEqual(walked, all, `${order} ${descending}`)
        }
      }
    })

    test('shows nothing of other volumes', async () => {
      const tree = await filled()
      assert.deepEqual(await pathsIn(await tree.beside('two')), [])
    })

    test('needs a volume that is there', async () => {
      const { facts, volume } = await bench.tree()
      const query = { order: 'name', descending: false, after: null, limit: 1 } as const
      await failsWith(facts.listFiles({ volume: { ...volume, realm: 'no' }, ...query }), 'volume-not-found')
    })
  })
}
