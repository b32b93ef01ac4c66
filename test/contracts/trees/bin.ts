import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ConflictPolicy } from '../../../src/core/model/objects.ts'
import { commitFile } from '../commits.ts'
import { garbageOf, NOW } from '../metadata/tenant.ts'
import { failsWith, freshTrees, type OpenFacts, outcomeOf, sharedTrees } from './store.ts'
import { namesOfPath, type Tree } from './tree.ts'

type Order = 'name' | 'modified' | 'size' | 'removed'
type Marker = { readonly value: string | number; readonly id: number } | null

const TIMES = 12

const restore = (tree: Tree, id: number, conflict: ConflictPolicy = 'fail', fallbackToRoot = false) =>
  tree.facts.restoreRecycled({ volume: tree.volume, id, conflict, fallbackToRoot, now: NOW })
const removeRecycled = (tree: Tree, id: number) =>
  tree.facts.removeRecycled({ volume: tree.volume, id, now: NOW })
const emptyBin = (tree: Tree) => tree.facts.emptyBin({ volume: tree.volume, now: NOW })
const findRecycled = (tree: Tree, id: number) => tree.facts.findRecycled({ volume: tree.volume, id })

async function removeAllDoomed(tree: Tree): Promise<void> {
  while ((await tree.facts.removeDoomed({ limit: 1000, now: NOW })) > 0);
}

const list = (
  tree: Tree,
  { order = 'name', descending = false, after = null, offset = 0, limit = 100 }: Partial<ListOptions> = {},
) => tree.facts.listRecycled({ volume: tree.volume, order, descending, after, offset, limit })

interface ListOptions {
  readonly order: Order
  readonly descending: boolean
  readonly after: Marker
  readonly offset: number
  readonly limit: number
}

const namesIn = async (tree: Tree, options: Partial<ListOptions> = {}): Promise<string> =>
  (await list(tree, options)).recycled.map(({ entry }) => entry.name).join(' ')

export function binContract(open: OpenFacts): void {
  listing(open)
  restoring(open)
  removing(open)
  expiring(open)
  racing(open)
}

function listing(open: OpenFacts): void {
  describe('the bin', () => {
    const bench = sharedTrees(open)

    test('shows what was removed, with where it was, when it went and its size', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      const file = await tree.write('a/b/f', '12345')
      const id = await tree.recycle('a/b/f', NOW + 7)
      const found = await findRecycled(tree, id)
      assert.equal(found?.id, id)
      assert.deepEqual(found.originalPath, ['a', 'b', 'f'])
      assert.equal(found.removedAt, NOW + 7)
      assert.equal(found.size, 5)
      assert.deepEqual(found.entry, { ...file, parent: null, path: null, version: found.entry.version })
      assert.deepEqual(await list(tree), { recycled: [found], total: 1, hasMore: false })
    })

    test('gives every thing a number of its own', async () => {
      const [one, two] = [await bench.tree(), await bench.tree()]
      const ids: number[] = []
      for (const tree of [one, two]) {
        await tree.write('f')
        await tree.write('g')
        ids.push(await tree.recycle('f'), await tree.recycle('g'))
      }
      assert.equal(new Set(ids).size, 4)
      for (const id of ids) assert.ok(Number.isInteger(id) && id > 0 && id < 2 ** 31)
    })

    test('has a directory as one thing, whatever is in it', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      await tree.write('a/b/f')
      await tree.recycle('a')
      const { recycled, total } = await list(tree)
      assert.equal(total, 1)
      assert.deepEqual(recycled[0]?.originalPath, ['a'])
      assert.equal(recycled[0]?.entry.kind, 'directory')
      assert.equal(await tree.find('a/b/f'), null)
    })

    test('has what went there on its own before its directory did', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      await tree.write('a/f')
      await tree.recycle('a/f')
      await tree.recycle('a')
      assert.equal(await namesIn(tree), 'a f')
    })

    test('orders by each order, both ways, and goes on after any of them', async () => {
      const tree = await bench.tree()
      await tree.write('b', 30, { now: NOW + 2 })
      await tree.write('c', 10, { now: NOW + 3 })
      await tree.write('a', 20, { now: NOW + 1 })
      await tree.write('d', 20, { now: NOW + 2 })
      for (const [at, name] of ['c', 'a', 'd', 'b'].entries()) await tree.recycle(name, NOW + 10 + at)
      const expected: Record<Order, string> = {
        name: 'a b c d',
        modified: 'a d b c',
        size: 'c a d b',
        removed: 'c a d b',
      }
      for (const order of ['name', 'modified', 'size', 'removed'] as const) {
        const forward = expected[order]
        assert.equal(await namesIn(tree, { order }), forward, order)
        const backward = await namesIn(tree, { order, descending: true })
        assert.equal(backward, forward.split(' ').reverse().join(' '), order)
        assert.equal((await walk(tree, order, false)).join(' '), forward, order)
        assert.equal((await walk(tree, order, true)).join(' '), backward, order)
      }
    })

    test('pages by offset, and counts all whatever the page', async () => {
      const tree = await bench.tree()
      for (const name of ['a', 'b', 'c']) {
        await tree.write(name)
        await tree.recycle(name)
      }
      const page = await list(tree, { offset: 1, limit: 1 })
      assert.deepEqual(
        page.recycled.map(({ entry }) => entry.name),
        ['b'],
      )
      assert.deepEqual([page.total, page.hasMore], [3, true])
      const last = await list(tree, { offset: 2, limit: 1 })
      assert.deepEqual([last.total, last.hasMore], [3, false])
      const beyond = await list(tree, { offset: 9 })
      assert.deepEqual(beyond, { recycled: [], total: 3, hasMore: false })
    })

    test('compares names byte by byte', async () => {
      const tree = await bench.tree()
      for (const name of ['é', 'a', 'Z', '\u{1f3b5}', 'ｆ']) {
        await tree.write(name)
        await tree.recycle(name)
      }
      assert.equal(await namesIn(tree), 'Z a é ｆ \u{1f3b5}')
    })

    test('is of one volume alone', async () => {
      const tree = await bench.tree()
      const [beside, stranger] = [await tree.beside('two'), await bench.tree()]
      await tree.write('f')
      const id = await tree.recycle('f')
      for (const other of [beside, stranger]) {
        assert.deepEqual(await list(other), { recycled: [], total: 0, hasMore: false })
        assert.equal(await findRecycled(other, id), null)
        await failsWith(restore(other, id), 'recycled-not-found')
        await failsWith(removeRecycled(other, id), 'recycled-not-found')
        assert.equal(await emptyBin(other), 0)
      }
      assert.equal(await namesIn(tree), 'f')
    })

    test('of a volume that is not there is not there', async () => {
      const tree = await bench.tree()
      const volume = { ...tree.volume, volume: 'other' }
      const query = { volume, order: 'name', descending: false, after: null, offset: 0, limit: 1 } as const
      await failsWith(tree.facts.listRecycled(query), 'volume-not-found')
      await failsWith(tree.facts.emptyBin({ volume, now: NOW }), 'volume-not-found')
    })
  })
}

/** All names, by pages of one. */
async function walk(tree: Tree, order: Order, descending: boolean): Promise<readonly string[]> {
  const names: string[] = []
  for (let after: Marker = null; ; ) {
    const { recycled, hasMore } = await list(tree, { order, descending, after, limit: 1 })
    const [last] = recycled
    if (last === undefined) return names
    names.push(last.entry.name)
    if (!hasMore) return names
    const { entry, id, removedAt, size } = last
    const values = { name: entry.name, modified: entry.modifiedAt, size, removed: removedAt }
    after = { value: values[order], id }
  }
}

function restoring(open: OpenFacts): void {
  describe('restoring from the bin', () => {
    const bench = sharedTrees(open)

    test('puts a file back as it was', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      const file = await tree.write('a/f', '12345', { attributes: { tag: 1 } })
      const id = await tree.recycle('a/f')
      const restored = await restore(tree, id)
      assert.deepEqual(restored, { ...file, version: restored.version })
      assert.deepEqual(await tree.at('a/f'), restored)
      assert.deepEqual(await list(tree), { recycled: [], total: 0, hasMore: false })
      await failsWith(restore(tree, id), 'recycled-not-found')
    })

    test('puts a directory back with all that is in it', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      const file = await tree.write('a/b/f')
      await restore(tree, await tree.recycle('a'))
      assert.deepEqual((await tree.at('a/b/f')).id, file.id)
      const root = await tree.at('')
      assert.ok(root.kind === 'directory')
      assert.deepEqual([root.fileCount, root.directoryCount], [0, 1])
    })

    test('goes to the directory it came from, wherever that is now', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      await tree.write('a/f')
      const id = await tree.recycle('a/f')
      await tree.makeDirectory('b')
      await tree.move('a', 'b/c')
      assert.deepEqual((await restore(tree, id)).path, ['b', 'c', 'f'])
    })

    for (const gone of ['in the bin', 'below one in the bin', 'removed'] as const) {
      test(`fails or falls back to the root when its directory is ${gone}`, async () => {
        const tree = await bench.tree()
        await tree.makeDirectory('a/b')
        await tree.write('a/b/f')
        const id = await tree.recycle('a/b/f')
        if (gone === 'in the bin') await tree.recycle('a/b')
        else if (gone === 'below one in the bin') await tree.recycle('a')
        else await tree.remove('a/b')
        await failsWith(restore(tree, id), 'directory-not-found')
        assert.deepEqual((await findRecycled(tree, id))?.id, id)
        assert.deepEqual((await restore(tree, id, 'fail', true)).path, ['f'])
      })
    }

    test('of a taken name fails, renames or overwrites', async () => {
      const tree = await bench.tree()
      const old = await tree.write('f.txt', 'old')
      const id = await tree.recycle('f.txt')
      const now = await tree.write('f.txt', 'now')
      await failsWith(restore(tree, id), 'name-conflict')
      assert.deepEqual((await restore(tree, id, 'rename')).path, ['f (1).txt'])
      const again = await tree.recycle('f (1).txt')
      const next = await tree.write('f (1).txt', 'next')
      const over = await restore(tree, again, 'overwrite')
      assert.equal(over.kind === 'file' && over.content.blob, old.content.blob)
      assert.deepEqual(await tree.names(''), ['f (1).txt', 'f.txt'])
      assert.equal((await tree.at('f.txt')).id, now.id)
      assert.equal(await tree.findById(next.id), null)
      assert.equal((await tree.usage()).bytes, 6)
    })

    test('never overwrites a directory, nor by one', async () => {
      const tree = await bench.tree()
      await tree.write('x')
      const file = await tree.recycle('x')
      await tree.makeDirectory('x')
      await failsWith(restore(tree, file, 'overwrite'), 'name-conflict')
      const directory = await tree.recycle('x')
      await tree.write('x')
      await failsWith(restore(tree, directory, 'overwrite'), 'name-conflict')
      assert.deepEqual((await restore(tree, directory, 'rename')).path, ['x (1)'])
    })

    test('takes a file that an upload is committed to back in its directory', async () => {
      const tree = await bench.tree()
      const directory = await tree.makeDirectory('a')
      const id = await tree.recycle('a')
      const upload = await tree.uploaded('late')
      const { entry } = await commitFile(tree.facts, {
        ...{ account: tree.volume.account, upload, ifVersion: null, id: tree.tenant.newObjectId() },
        ...{ volume: tree.volume, place: { parent: directory.id, name: 'f' }, conflict: 'fail' as const },
        ...{ contentType: null, now: NOW },
        traits: { attributes: {}, localCreatedAt: null, localModifiedAt: null },
      })
      assert.equal(entry.path, null)
      await restore(tree, id)
      assert.deepEqual(await tree.names('a'), ['f'])
    })
  })
}

function removing(open: OpenFacts): void {
  describe('removing from the bin', () => {
    const bench = freshTrees(open)

    test('makes a file’s bytes garbage, and forgets it', async () => {
      const tree = await bench.tree()
      await tree.write('f', 1000)
      const id = await tree.recycle('f')
      assert.deepEqual(await garbageOf(bench.metadata), [])
      await removeRecycled(tree, id)
      assert.equal((await garbageOf(bench.metadata)).length, 1)
      assert.equal(await findRecycled(tree, id), null)
      assert.equal((await tree.usage()).bytes, 0)
      await failsWith(removeRecycled(tree, id), 'recycled-not-found')
      await failsWith(restore(tree, id), 'recycled-not-found')
    })

    test('removes a directory with all that is in it, but not what lies in the bin on its own', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      await tree.write('a/b/f', 1000)
      await tree.write('a/own', 10)
      const own = await tree.recycle('a/own')
      await removeRecycled(tree, await tree.recycle('a'))
      await removeAllDoomed(tree)
      assert.equal((await garbageOf(bench.metadata)).length, 1)
      assert.equal((await tree.usage()).bytes, 10)
      assert.deepEqual((await restore(tree, own, 'fail', true)).path, ['own'])
    })

    test('empties the whole bin at once, and nothing else', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      await tree.write('a/b/f', 1000)
      await tree.write('g', 100)
      await tree.write('kept', 10)
      const ids = [await tree.recycle('a'), await tree.recycle('g')]
      assert.equal(await emptyBin(tree), 2)
      assert.deepEqual(await list(tree), { recycled: [], total: 0, hasMore: false })
      for (const id of ids) {
        assert.equal(await findRecycled(tree, id), null)
        await failsWith(restore(tree, id), 'recycled-not-found')
      }
      assert.equal(await emptyBin(tree), 0)
      await removeAllDoomed(tree)
      assert.equal((await garbageOf(bench.metadata)).length, 2)
      const { bytes, files, directories, binFiles, binDirectories } = await tree.usage()
      assert.deepEqual([bytes, files, directories, binFiles, binDirectories], [10, 1, 0, 0, 0])
    })
  })
}

/** A bin that takes several steps to empty. */
export function fullBinContract(open: OpenFacts): void {
  describe('a full bin', () => {
    const bench = sharedTrees(open)

    test('empties a bin of very many things', async () => {
      const tree = await bench.tree()
      const count = 600
      const make = (_: unknown, index: number) => tree.virtual(`v${index}`, 1)
      await Promise.all(Array.from({ length: count }, make))
      const names = await tree.names('')
      await Promise.all(names.map((name) => tree.recycle(name)))
      assert.equal((await list(tree, { limit: 1 })).total, count)
      assert.equal(await emptyBin(tree), count)
      assert.equal((await list(tree)).total, 0)
      await removeAllDoomed(tree)
      assert.deepEqual(await tree.names(''), [])
    })
  })
}

function expiring(open: OpenFacts): void {
  describe('expiring the bins of a realm', () => {
    const bench = sharedTrees(open)

    test('takes what went there before a time, so many at once, of all its volumes', async () => {
      const tree = await bench.tree()
      const [beside, stranger] = [await tree.beside('two'), await bench.tree()]
      for (const [at, each] of [tree, beside, stranger].entries()) {
        for (const name of ['a', 'b']) {
          await each.write(name)
          await each.recycle(name, name === 'a' ? NOW + at : NOW + 100)
        }
      }
      const { account, realm } = tree.volume
      const expire = (before: number, limit: number) =>
        tree.facts.expireRecycled({ account, realm, before, limit, now: NOW + 200 })
      assert.equal(await expire(NOW, 10), 0)
      assert.equal(await expire(NOW + 100, 1), 1)
      assert.deepEqual([await namesIn(tree), await namesIn(beside)], ['b', 'a b'])
      assert.equal(await expire(NOW + 100, 10), 1)
      assert.equal(await expire(NOW + 100, 10), 0)
      assert.deepEqual([await namesIn(tree), await namesIn(beside)], ['b', 'b'])
      assert.equal(await namesIn(stranger), 'a b')
    })

    test('finds nothing in a realm that is not there', async () => {
      const { facts, volume } = await bench.tree()
      const command = { account: volume.account, realm: 'other', before: NOW, limit: 10, now: NOW }
      assert.equal(await facts.expireRecycled(command), 0)
    })
  })
}

function racing(open: OpenFacts): void {
  describe('races for the bin', () => {
    const bench = freshTrees(open)

    test('to restore one thing have one winner', async () => {
      const tree = await bench.tree()
      const ways = [tree, tree.through(await bench.store.another())]
      await tree.write('f', 100)
      const id = await tree.recycle('f')
      const outcomes = await Promise.all(
        Array.from({ length: TIMES }, (_, index) =>
          outcomeOf(restore(ways[index % 2] ?? tree, id, 'rename')),
        ),
      )
      assert.deepEqual(outcomes.toSorted(), ['ok', ...Array(TIMES - 1).fill('recycled-not-found')])
      assert.deepEqual(await tree.names(''), ['f'])
      assert.equal((await tree.usage()).bytes, 100)
    })

    test('of restoring and emptying: each thing is back or gone, never both', async () => {
      const tree = await bench.tree()
      const other = tree.through(await bench.store.another())
      for (let round = 0; round < TIMES; round++) await restoreAndEmpty(tree, other)
    })

    test('of restoring with removing its directory: it is in the directory, or in the bin still', async () => {
      const tree = await bench.tree()
      const other = tree.through(await bench.store.another())
      for (let round = 0; round < TIMES; round++) {
        const path = `a${round}`
        await tree.makeDirectory(`${path}/b`)
        await tree.write(`${path}/b/f`, 100)
        const id = await tree.recycle(`${path}/b/f`)
        if (round % 2 === 0) await restoreAndRecycle(tree, other, path, id)
        else await restoreAndRemove(tree, other, path, id)
        assert.equal((await tree.usage()).bytes, 0)
      }
    })

    test('of restoring into a place that an upload wants: one has the name', async () => {
      const tree = await bench.tree()
      const other = tree.through(await bench.store.another())
      for (let round = 0; round < TIMES; round++) {
        const path = `f${round}`
        await tree.write(path)
        const id = await tree.recycle(path)
        const outcomes = await Promise.all([outcomeOf(restore(tree, id)), outcomeOf(other.write(path))])
        assert.deepEqual(outcomes.toSorted(), ['name-conflict', 'ok'])
        assert.deepEqual((await tree.at(path)).path, namesOfPath(path))
      }
    })
  })
}

async function restoreAndEmpty(tree: Tree, other: Tree): Promise<void> {
  await tree.makeDirectory('a')
  await tree.write('a/f', 100)
  await tree.write('g', 10)
  const [a, g] = [await tree.recycle('a'), await tree.recycle('g')]
  const [ofA, count, ofG] = await Promise.all([
    outcomeOf(restore(tree, a)),
    emptyBin(other),
    outcomeOf(restore(tree, g)),
  ])
  const back = [ofA === 'ok' ? 'a' : '', ofG === 'ok' ? 'g' : ''].filter((name) => name !== '')
  assert.equal(back.length + count, 2)
  assert.deepEqual(await tree.names(''), back)
  await removeAllDoomed(tree)
  assert.equal((await tree.usage()).bytes, (ofA === 'ok' ? 100 : 0) + (ofG === 'ok' ? 10 : 0))
  for (const name of back) await tree.remove(name)
  await removeAllDoomed(tree)
}

/** A file of a directory's is restored while the directory goes to the bin. Leaves nothing. */
async function restoreAndRecycle(tree: Tree, other: Tree, path: string, id: number): Promise<void> {
  const [outcome, recycled] = await Promise.all([outcomeOf(restore(tree, id)), other.recycle(path)])
  await isInOnePlace(tree, path, id, outcome)
  await restore(tree, recycled)
  assert.deepEqual(await tree.names(`${path}/b`), outcome === 'ok' ? ['f'] : [])
  await tree.remove(path)
  await emptyBin(tree)
  await removeAllDoomed(tree)
}

/** The same while the directory is removed for good. */
async function restoreAndRemove(tree: Tree, other: Tree, path: string, id: number): Promise<void> {
  const [outcome] = await Promise.all([outcomeOf(restore(tree, id)), other.remove(path)])
  await isInOnePlace(tree, path, id, outcome)
  await removeAllDoomed(tree)
  assert.equal((await tree.usage()).bytes, outcome === 'ok' ? 0 : 100)
  await emptyBin(tree)
  await removeAllDoomed(tree)
}

async function isInOnePlace(tree: Tree, path: string, id: number, outcome: string): Promise<void> {
  assert.ok(outcome === 'ok' || outcome === 'directory-not-found', outcome)
  assert.equal((await findRecycled(tree, id)) === null, outcome === 'ok')
  assert.equal(await tree.find(path), null)
}
