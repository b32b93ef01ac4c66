import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Entry, EntryId, EntryOrder, ListMarker } from '../../../src/core/model/trees.ts'
import type { ListEntries } from '../../../src/core/ports/commands/entries.ts'
import { compareNames } from '../../../src/core/rules/names.ts'
import { seededRandom } from '../metadata/random.ts'
import { NOW } from '../metadata/tenant.ts'
import { failsWith, type OpenFacts, sharedTrees } from './store.ts'
import { namesOfPath, type Tree, UNKNOWN_ID } from './tree.ts'

const ORDERS: readonly EntryOrder[] = ['name', 'modified', 'size', 'created', 'local-created']
const NAMES = ['a', 'A', 'ab', 'abc', 'b', 'é', 'a\u{10ffff}', '\u{ffff}', '\u{1f3b5}', '10', '9', ' ', 'a b']

/** What decides on the entries of a list and their order. */
type Shape = Pick<ListEntries, 'order' | 'descending' | 'directoriesFirst' | 'only' | 'prefix' | 'afterName'>

function* shapes(prefixes: readonly string[] = ['']): Generator<Shape> {
  for (const order of ORDERS) {
    for (const descending of [false, true]) {
      for (const directoriesFirst of [false, true]) {
        for (const only of [null, 'directories', 'others'] as const) {
          for (const prefix of prefixes) {
            yield { order, descending, directoriesFirst, only, prefix, afterName: null }
          }
        }
      }
    }
  }
}

const labelOf = (shape: Shape): string => JSON.stringify(shape)

/** A directory whose entries have many values in common. */
async function crowded(tree: Tree): Promise<readonly Entry[]> {
  const random = seededRandom(7)
  const { id: parent } = await tree.makeDirectory('crowd')
  const entries: Entry[] = []
  for (const name of NAMES.flatMap((each) => [each, `${each}.d`, `${each}.v`])) {
    const localCreatedAt = random.pick([null, null, NOW - 1000, NOW - 2000, NOW + 2])
    const traits = { attributes: {}, localCreatedAt, localModifiedAt: null }
    const now = NOW + random.below(4)
    const id = tree.tenant.newObjectId()
    if (name.endsWith('.d')) {
      const path = ['crowd', name]
      const ids = [id, id]
      entries.push(
        await tree.facts.makeDirectory({ volume: tree.volume, path, ids, conflict: 'fail', traits, now }),
      )
    } else {
      const what = { kind: 'virtual', size: random.below(3), contentType: null } as const
      const put = {
        volume: tree.volume,
        id,
        place: { parent, name },
        conflict: 'fail',
        traits,
        what,
        now,
      } as const
      entries.push((await tree.facts.putEntry(put)).entry)
    }
  }
  entries.push(await tree.write('crowd/file', 'xy', { now: NOW + 1 }))
  entries.push(await tree.link('crowd/link', UNKNOWN_ID))
  return entries
}

const orderValues: Readonly<Record<EntryOrder, (entry: Entry) => string | number>> = {
  name: ({ name }) => name,
  modified: ({ modifiedAt }) => modifiedAt,
  size: (entry) => (entry.kind === 'file' ? entry.content.size : entry.kind === 'virtual' ? entry.size : 0),
  created: ({ createdAt }) => createdAt,
  'local-created': ({ localCreatedAt, createdAt }) => localCreatedAt ?? createdAt,
}

const compareValues = (a: string | number, b: string | number): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : compareNames(String(a), String(b))

const half = ({ kind }: Entry): number => (kind === 'directory' ? 0 : 1)

/** The whole list, by the simplest means. */
function listed(entries: readonly Entry[], shape: Shape): readonly Entry[] {
  const { order, descending, directoriesFirst, only, prefix, afterName } = shape
  const sign = descending ? -1 : 1
  const value = orderValues[order]
  return entries
    .filter((entry) => only === null || half(entry) === (only === 'directories' ? 0 : 1))
    .filter(({ name }) => name.startsWith(prefix))
    .filter(({ name }) => afterName === null || sign * compareNames(name, afterName) > 0)
    .toSorted(
      (a, b) =>
        (directoriesFirst ? half(a) - half(b) : 0) ||
        sign * (compareValues(value(a), value(b)) || compareNames(a.id, b.id)),
    )
}

const namesOf = (entries: readonly Entry[]): readonly string[] => entries.map(({ name }) => name)

/** All pages one after the other. */
async function walked(tree: Tree, shape: Shape, limit: number): Promise<readonly Entry[]> {
  const all: Entry[] = []
  for (let after: ListMarker | null = null; ; ) {
    const { entries, next } = await tree.list({ path: ['crowd'] }, { ...shape, after, limit })
    all.push(...entries)
    assert.ok(next === null || entries.length === limit)
    if (next === null) return all
    after = next
  }
}

export function listingContract(open: OpenFacts): void {
  describe('listing a directory', () => {
    const bench = sharedTrees(open)

    test('shows its own entries with their paths, and itself', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b/c')
      await tree.write('a/f')
      await tree.write('a/b/g')
      for (const path of ['', 'a', 'a/b', 'a/b/c']) {
        const directory = await tree.at(path)
        const expected = { path: namesOfPath(path) }
        const { directory: own, entries, next } = await tree.list(expected)
        assert.deepEqual(own, directory)
        assert.equal(next, null)
        for (const entry of entries) {
          assert.deepEqual(entry.path, [...namesOfPath(path), entry.name])
          assert.deepEqual(await tree.findById(entry.id), entry)
        }
        assert.deepEqual((await tree.list({ id: directory.id })).entries, entries)
      }
      assert.deepEqual(await tree.names('a'), ['b', 'f'])
      assert.deepEqual(await tree.names('a/b/c'), [])
    })

    test('needs a directory that the root leads to', async () => {
      const tree = await bench.tree()
      const file = await tree.write('f')
      const { id } = await tree.makeDirectory('a/b')
      await tree.recycle('a')
      for (const at of [
        { path: ['f'] },
        { path: ['x'] },
        { path: ['a'] },
        { id },
        { id: file.id },
        { id: UNKNOWN_ID },
      ]) {
        await failsWith(tree.list(at), 'directory-not-found')
      }
    })

    test('shows names of one beginning alone', async () => {
      const tree = await bench.tree()
      const all = await crowded(tree)
      for (const shape of shapes(['a', 'a\u{10ffff}', '\u{10ffff}', 'none'])) {
        assert.deepEqual(await walked(tree, shape, 2), listed(all, shape), labelOf(shape))
      }
    })

    test('goes on where it was when the directory changes', async () => {
      const tree = await bench.tree()
      for (const name of ['b', 'd', 'f', 'h']) await tree.virtual(name, 1)
      const { entries, next } = await tree.list({ path: [] }, { limit: 2 })
      assert.deepEqual(namesOf(entries), ['b', 'd'])
      await tree.remove('d')
      await tree.remove('f')
      for (const name of ['a', 'c', 'e']) await tree.virtual(name, 1)
      const rest = await tree.list({ path: [] }, { after: next })
      assert.deepEqual(namesOf(rest.entries), ['e', 'h'])
    })

    test('refuses a marker of another order', async () => {
      const tree = await bench.tree()
      const id = UNKNOWN_ID as EntryId
      const wrong: readonly (readonly [EntryOrder, string | number])[] = [
        ['name', 1],
        ['size', 'x'],
        ['modified', 1.5],
        ['created', Number.NaN],
      ]
      for (const [order, value] of wrong) {
        const after = { group: 'all', value, id } as const
        await failsWith(tree.list({ path: [] }, { order, after }), 'invalid-argument')
      }
    })
  })
}

/** Every way to go through a crowded directory. */
export function pagesContract(open: OpenFacts): void {
  describe('the pages of a directory', () => {
    const bench = sharedTrees(open)

    test('gives every order, both ways, grouped and not, page by page', async () => {
      const tree = await bench.tree()
      const all = await crowded(tree)
      for (const shape of shapes()) {
        const expected = listed(all, shape)
        for (const limit of [1, 4, 1000]) {
          assert.deepEqual(await walked(tree, shape, limit), expected, `${labelOf(shape)} by ${limit}`)
        }
      }
    })

    test('skips what an offset says', async () => {
      const tree = await bench.tree()
      const all = await crowded(tree)
      for (const shape of shapes(['', 'a'])) {
        const expected = namesOf(listed(all, shape))
        for (const offset of [1, 5, 12, 13, 14, expected.length - 1, expected.length, expected.length + 9]) {
          const { entries } = await tree.list({ path: ['crowd'] }, { ...shape, offset, limit: 3 })
          assert.deepEqual(
            namesOf(entries),
            expected.slice(offset, offset + 3),
            `${labelOf(shape)} at ${offset}`,
          )
        }
      }
    })

    test('by name begins after a name, whether it is there or not', async () => {
      const tree = await bench.tree()
      const all = await crowded(tree)
      for (const shape of shapes(['', 'a', 'b'])) {
        if (shape.order !== 'name') continue
        for (const afterName of ['a', 'aa', 'ab', 'b', '', '\u{10ffff}']) {
          const started = { ...shape, afterName }
          assert.deepEqual(await walked(tree, started, 2), listed(all, started), labelOf(started))
        }
      }
    })
  })
}
