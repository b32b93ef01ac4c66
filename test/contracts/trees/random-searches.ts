import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entry } from '../../../src/core/model/trees.ts'
import { newSeed, type SeededRandom, seededRandom } from '../metadata/random.ts'
import { NOW } from '../metadata/tenant.ts'
import { expected, foundIn, index, ORDERS, pathsOf, searched, type Wanted } from './search-model.ts'
import { freshTrees, type OpenFacts } from './store.ts'
import { NO_FIELDS, type Tree, UNKNOWN_ID } from './tree.ts'

const NAMES = ['red', 'Green', '蓝色', '100%', 'b.txt', 'c.MP3', '.x', 'ab', 'ba']
const TAGS = ['x', 'y', 'z']

export function randomSearchesContract(open: OpenFacts): void {
  describe('random searches of a tree', () => {
    const bench = freshTrees(open)

    test('find what a look at every entry finds, whatever the index has already', async (t) => {
      const seed = newSeed()
      t.diagnostic(`TEST_SEED=${seed}`)
      const random = seededRandom(seed)
      const tree = await bench.tree()
      for (const path of ['a', 'a/b', 'bin']) await tree.makeDirectory(path)
      const entries: Entry[] = []
      for (const path of ['a', 'a/b', 'bin']) entries.push(await tree.at(path))
      for (let count = 0; count < 120; count++) entries.push(await put(tree, random, count))
      await tree.recycle('bin')
      const there = entries.filter(({ path }) => path?.[0] !== 'bin')
      for (const indexed of [0, 30, 1000]) {
        if (indexed > 0) await tree.facts.indexEntries({ limit: indexed })
        for (let count = 0; count < 40; count++) {
          const wanted = randomSearch(random)
          const { entries: found } = await searched(tree, wanted)
          assert.deepEqual(pathsOf(found), pathsOf(expected(there, wanted)), JSON.stringify(wanted))
        }
      }
    })
  })
}

async function put(tree: Tree, random: SeededRandom, count: number): Promise<Entry> {
  const directory = random.pick([[], ['a'], ['a', 'b'], ['bin']])
  const name = `${random.pick(NAMES)}${random.pick([' ', '-', ''])}${count}${random.pick(NAMES)}`
  const parent = directory.length === 0 ? tree.root : (await tree.at(directory.join('/'))).id
  const traits = {
    attributes: { tags: TAGS.filter(() => random.below(3) === 0), one: random.pick(TAGS) },
    localCreatedAt: random.pick([null, NOW - 5, NOW + 3]),
    localModifiedAt: random.pick([null, NOW - 5, NOW + 3]),
  }
  const put = { volume: tree.volume, place: { parent, name }, conflict: 'fail', traits } as const
  const id = tree.tenant.newObjectId()
  const now = NOW + random.below(5)
  if (random.below(8) === 0) {
    const path = [...directory, name]
    return tree.facts.makeDirectory({
      ...{ ...put, path, ids: path.map(() => tree.tenant.newObjectId()), now },
    })
  }
  const virtual = { kind: 'virtual', size: random.below(4), contentType: null } as const
  const what = random.below(6) === 0 ? ({ kind: 'link', target: UNKNOWN_ID } as const) : virtual
  return (await tree.facts.putEntry({ ...put, id, what, now })).entry
}

function randomSearch(random: SeededRandom): Wanted {
  const some = <Item>(items: readonly Item[], most: number): readonly Item[] =>
    Array.from({ length: random.below(most + 1) }, () => random.pick(items))
  const kinds = ['directory', 'file', 'link', 'virtual'] as const
  return {
    keywords: some(['re', 'd1', '蓝', '色', '0%', 'A', 'ab', 'BA', 'green', '1'], 3),
    under: random.pick([null, null, { path: ['a'] }, { path: ['a', 'b'] }]),
    shapes: random.pick([null, null, [{ kinds: some(kinds, 3), extensions: null, notExtensions: ['txt'] }]]),
    extensions: random.pick([null, null, ['txt', 'mp3'], ['']]),
    notExtensions: some(['mp3', 'x'], 1),
    sizeMin: random.pick([null, null, 1, 3]),
    sizeMax: random.pick([null, null, 2]),
    modifiedFrom: random.pick([null, null, NOW + 2]),
    modifiedUntil: random.pick([null, null, NOW + 3]),
    attributes: random.pick([
      [],
      [],
      [{ name: 'tags', anyOf: some(TAGS, 2) }],
      [{ name: 'one', anyOf: ['x'] }],
    ]),
    order: random.pick(ORDERS),
    descending: random.below(2) === 0,
    ranked: random.below(2) === 0,
    limit: random.pick([1, 3, 7, 1000]),
  }
}

/** More entries than a search sorts at once. */
export function searchedCrowdContract(open: OpenFacts): void {
  describe('searches of very many entries', () => {
    const bench = freshTrees(open)

    test('go through all of them in every order, page by page, and find a few at once', async () => {
      const tree = await crowded(await bench.tree())
      await index(tree)
      await tree.virtual('few/name 99 new', 99)
      const all = (await searched(tree, { limit: 1000 })).entries
      assert.equal(all.length, 4043)
      for (const order of ORDERS) {
        for (const descending of [false, true]) {
          const wanted = { keywords: ['name'], order, descending, limit: 700 }
          const { entries } = await searched(tree, wanted)
          assert.deepEqual(pathsOf(entries), pathsOf(expected(all, wanted)), `${order} ${descending}`)
        }
      }
      const ranked = { keywords: ['name 99', 'new'], ranked: true, limit: 9 }
      assert.deepEqual(await foundIn(tree, ranked), pathsOf(expected(all, ranked)))
      const many = { keywords: ['name', '7', 'new'], ranked: true, limit: 900 }
      assert.deepEqual((await foundIn(tree, many)).toSorted(), pathsOf(expected(all, many)).toSorted())
      assert.deepEqual(await foundIn(tree, { keywords: ['99 new'] }), ['few/name 99 new'])
      const narrow = { keywords: ['name'], under: { path: ['few'] } }
      assert.deepEqual((await searched(tree, narrow)).sizes, [1])
    })
  })
}

/** Forty directories, whose 4000 entries are all called alike, and `few`. */
async function crowded(tree: Tree): Promise<Tree> {
  const random = seededRandom(9)
  await tree.makeDirectory('few')
  const { id: first } = await tree.makeDirectory('0')
  for (let count = 0; count < 100; count++) {
    const place = { parent: first, name: `name ${count}` }
    const what = { kind: 'virtual', size: random.below(9), contentType: null } as const
    const traits = { ...NO_FIELDS, localCreatedAt: random.pick([null, NOW - random.below(9)]) }
    await tree.facts.putEntry({
      ...{ volume: tree.volume, id: tree.tenant.newObjectId(), place, conflict: 'fail', traits, what },
      now: NOW + random.below(9),
    })
  }
  const copy = async (source: string, parent: string, name: string) => {
    const [from, into] = [await tree.at(source), parent === '' ? tree.root : (await tree.at(parent)).id]
    const to = { volume: tree.volume, parent: into, name }
    await tree.facts.copyDirectory({
      ...{ source: { volume: tree.volume, id: from.id }, to, conflict: 'fail', entriesMax: 5000 },
      ...{ id: tree.tenant.newObjectId(), now: NOW },
    })
  }
  for (let times = 1; times < 20; times++) await copy('0', '', `${times}`)
  await tree.makeDirectory('second')
  for (let times = 0; times < 20; times++) await copy(`${times}`, 'second', `${times}`)
  return tree
}
