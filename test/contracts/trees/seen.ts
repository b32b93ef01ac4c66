import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EntryId, FileEntry, Place, SeenFile } from '../../../src/core/model/trees.ts'
import { NOW } from '../metadata/tenant.ts'
import { commit } from './files.ts'
import { failsWith, freshTrees, type OpenFacts, outcomeOf, sharedTrees } from './store.ts'
import { NO_FIELDS, type Tree } from './tree.ts'

const seen = ({ id, content: { blob } }: FileEntry): SeenFile => ({ id, blob })

/** What is not, or no longer, at the place `f`: the same id with other bytes, other files, and no file. */
async function stale(tree: Tree): Promise<readonly SeenFile[]> {
  const before = await tree.write('f', 'before')
  const now = await tree.write('f', 'now', { conflict: 'overwrite' })
  const other = await tree.write('other', 'other')
  const directory = await tree.makeDirectory('d')
  assert.equal(before.id, now.id)
  return [seen(before), seen(other), { ...seen(now), id: other.id }, { ...seen(now), id: directory.id }]
}

/** Every way to put something at the place `f`, `ifThere` that has not changed. */
const WAYS: Readonly<Record<string, (tree: Tree, ifThere: SeenFile) => Promise<unknown>>> = {
  commit: async (tree, ifThere) =>
    commit(tree, { upload: await tree.uploaded('new'), conflict: 'overwrite', ifThere }),
  put: async (tree, ifThere) =>
    tree.facts.putEntry({
      ...{ volume: tree.volume, id: tree.tenant.newObjectId(), place: await tree.placeOf('f') },
      ...{ conflict: 'overwrite', ifThere, traits: NO_FIELDS, now: NOW },
      what: { kind: 'virtual', size: 3, contentType: null },
    }),
  move: async (tree, ifThere) => {
    const { id } = await tree.write(`moved-${tree.tenant.newObjectId()}`, 'moved')
    const to = { volume: tree.volume, ...(await tree.placeOf('f')) }
    return tree.facts.moveEntry({ volume: tree.volume, id, to, conflict: 'overwrite', ifThere, now: NOW })
  },
}

export function seenContract(open: OpenFacts): void {
  replacing(open)
  ownBytes(open)
  ownPlace(open)
  races(open)
}

function replacing(open: OpenFacts): void {
  describe('replacing a file that somebody has seen', () => {
    const bench = sharedTrees(open)
    for (const [name, put] of Object.entries(WAYS)) {
      test(`by ${name} takes that file alone, with those bytes`, async () => {
        const tree = await bench.tree()
        const others = await stale(tree)
        const there = await tree.at('f')
        assert.ok(there.kind === 'file')
        for (const other of others) {
          await failsWith(put(tree, other), 'object-changed')
          assert.deepEqual(await tree.at('f'), there)
        }
        await put(tree, seen(there))
        await failsWith(put(tree, seen(there)), 'object-changed')
      })

      test(`by ${name} fails where nothing is, or no file`, async () => {
        const tree = await bench.tree()
        const gone = await tree.write('f')
        await tree.remove('f')
        await failsWith(put(tree, seen(gone)), 'object-changed')
        await tree.makeDirectory('f')
        await failsWith(put(tree, seen(gone)), 'object-changed')
      })
    }

    test('a commit that is repeated returns what the first one made', async () => {
      const tree = await bench.tree()
      const ifThere = seen(await tree.write('f'))
      const upload = await tree.uploaded('new')
      const committing = { upload, conflict: 'overwrite', ifThere, now: NOW + 1 } as const
      const first = await commit(tree, committing)
      assert.deepEqual(await commit(tree, committing), first)
    })

    test('a commit that comes too late leaves its upload as it was', async () => {
      const tree = await bench.tree()
      const [before] = await stale(tree)
      const upload = await tree.uploaded('new')
      await failsWith(commit(tree, { upload, conflict: 'overwrite', ifThere: before }), 'object-changed')
      assert.equal((await tree.tenant.findUpload(upload))?.state, 'open')
      await commit(tree, { upload, conflict: 'overwrite' })
    })
  })
}

function ownBytes(open: OpenFacts): void {
  describe('moving and removing a file that somebody has seen', () => {
    const bench = sharedTrees(open)
    const tries: Readonly<Record<string, (tree: Tree, file: SeenFile) => Promise<unknown>>> = {
      'is moved': (tree, { id, blob }) => {
        const to = { volume: tree.volume, parent: tree.root, name: 'g' }
        return tree.facts.moveEntry({
          ...{ volume: tree.volume, id, to, conflict: 'fail', ifBlob: blob, now: NOW },
        })
      },
      'is removed': (tree, { id, blob }) =>
        tree.facts.removeEntry({ volume: tree.volume, id, kind: null, bin: false, ifBlob: blob, now: NOW }),
      'goes into the bin': (tree, { id, blob }) =>
        tree.facts.removeEntry({ volume: tree.volume, id, kind: 'file', bin: true, ifBlob: blob, now: NOW }),
    }
    for (const [name, act] of Object.entries(tries)) {
      test(`it ${name} with those bytes alone`, async () => {
        const tree = await bench.tree()
        const [before] = await stale(tree)
        assert.ok(before !== undefined)
        const there = await tree.at('f')
        assert.ok(there.kind === 'file')
        await failsWith(act(tree, before), 'object-changed')
        assert.deepEqual(await tree.at('f'), there)
        const { id } = await tree.at('d')
        await failsWith(
          act(tree, { ...seen(there), id }),
          name === 'goes into the bin' ? 'entry-mismatch' : 'object-changed',
        )
        await act(tree, seen(there))
        assert.equal(await tree.find('f'), null)
      })
    }
  })
}

function ownPlace(open: OpenFacts): void {
  describe('moving and removing an entry where somebody has seen it', () => {
    const bench = sharedTrees(open)
    const tries: Readonly<Record<string, (tree: Tree, id: EntryId, ifPlace: Place) => Promise<unknown>>> = {
      'is moved': ({ facts, volume, root }, id, ifPlace) => {
        const to = { volume, parent: root, name: 'there' }
        return facts.moveEntry({ volume, id, to, conflict: 'fail', ifPlace, now: NOW })
      },
      'is removed': ({ facts, volume }, id, ifPlace) =>
        facts.removeEntry({ volume, id, kind: null, bin: false, ifPlace, now: NOW }),
      'goes into the bin': ({ facts, volume }, id, ifPlace) =>
        facts.removeEntry({ volume, id, kind: null, bin: true, ifPlace, now: NOW }),
    }
    for (const [name, act] of Object.entries(tries)) {
      test(`it ${name} from there alone`, async () => {
        const tree = await bench.tree()
        const { id: parent } = await tree.makeDirectory('d')
        for (const { id } of [await tree.write('f'), await tree.makeDirectory('e')]) {
          const to = { volume: tree.volume, parent, name: 'now' }
          await tree.facts.moveEntry({ volume: tree.volume, id, to, conflict: 'fail', now: NOW })
          for (const place of [await tree.placeOf('f'), { ...to, parent: tree.root }, { ...to, name: 'f' }]) {
            await failsWith(act(tree, id, place), 'entry-not-found')
            assert.equal((await tree.at('d/now')).id, id)
          }
          await act(tree, id, to)
          assert.equal(await tree.find('d/now'), null)
          if (name === 'is moved') await tree.remove('there')
        }
      })
    }
  })
}

function races(open: OpenFacts): void {
  describe('races to replace a file that all have seen', () => {
    const bench = freshTrees(open)

    test('have one winner, and the others lose nothing of it', async () => {
      const tree = await bench.tree()
      const other = tree.through(await bench.store.another())
      for (const round of [1, 2, 3]) {
        await tree.write('f', `seen ${round}`, { conflict: 'overwrite' })
        const there = await tree.at('f')
        assert.ok(there.kind === 'file')
        const ways = Object.entries(WAYS)
        const outcomes = await Promise.all(
          Array.from({ length: 12 }, (_, index) => {
            const [, put] = ways[index % ways.length] ?? assert.fail()
            return outcomeOf(put(index % 2 === 0 ? tree : other, seen(there)))
          }),
        )
        assert.deepEqual(
          outcomes.toSorted(),
          [...Array.from({ length: 11 }, () => 'object-changed'), 'ok'].toSorted(),
        )
      }
    })
  })
}
