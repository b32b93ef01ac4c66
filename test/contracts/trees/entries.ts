import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EntryId } from '../../../src/core/model/trees.ts'
import { NOW } from '../metadata/tenant.ts'
import { failsWith, type OpenFacts, sharedTrees } from './store.ts'
import { NO_FIELDS, namesOfPath, type Tree, UNKNOWN_ID } from './tree.ts'

export function entriesContract(open: OpenFacts): void {
  finding(open)
  making(open)
  updating(open)
}

function finding(open: OpenFacts): void {
  describe('finding an entry', () => {
    const bench = sharedTrees(open)

    test('goes by path or by id, and tells the same', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      const file = await tree.write('a/b/f')
      await tree.link('a/l', file.id)
      await tree.virtual('v', 12)
      for (const path of ['', 'a', 'a/b', 'a/b/f', 'a/l', 'v']) {
        const entry = await tree.at(path)
        assert.deepEqual(entry.path, namesOfPath(path))
        assert.equal(entry.name, namesOfPath(path).at(-1) ?? '')
        assert.deepEqual(await tree.findById(entry.id), entry)
      }
    })

    test('finds nothing where nothing is', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      await tree.write('f')
      for (const path of ['b', 'a/b', 'a/b/c', 'f/g', 'A', 'a/', '/a'])
        assert.equal(await tree.find(path), null)
      assert.equal(await tree.findById(UNKNOWN_ID), null)
      assert.equal(await tree.findById('no id' as EntryId), null)
    })

    test('goes as deep as directories are', async () => {
      const tree = await bench.tree()
      for (const depth of [15, 16, 17, 33, 150]) {
        const path = Array.from({ length: depth }, (_, level) => `${depth}-${level}`).join('/')
        const made = await tree.makeDirectory(path)
        assert.deepEqual(await tree.at(path), made)
        assert.deepEqual(await tree.findById(made.id), made)
        assert.equal(await tree.find(`${path}/none`), null)
      }
    })

    test('knows names of any characters apart', async () => {
      const tree = await bench.tree()
      const names = ['a', 'A', 'á', 'a\u0301', 'ａ', ' ', "'", '%', '_', '?', '\u{1f3b5}', '..', '$1']
      for (const name of names) await tree.virtual(name, 1)
      for (const name of names) assert.equal((await tree.at(name)).name, name)
    })

    test('in the bin goes by id alone, without a path', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      const [directory, file] = [await tree.at('a'), await tree.write('a/f')]
      await tree.recycle('a')
      assert.equal(await tree.find('a'), null)
      assert.equal(await tree.find('a/f'), null)
      const found = await tree.findById(directory.id)
      assert.equal(found?.path, null)
      assert.equal(found?.parent, null)
      assert.deepEqual(await tree.findById(file.id), { ...file, path: null })
    })
  })
}

function making(open: OpenFacts): void {
  describe('making a directory', () => {
    const bench = sharedTrees(open)

    test('makes those above it that are missing', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      const ids = [1, 2, 3, 4].map(() => tree.tenant.newObjectId())
      const traits = { attributes: { tag: 'x' }, localCreatedAt: NOW - 9, localModifiedAt: NOW - 8 }
      const path = ['a', 'b', 'c', 'd']
      const command = { volume: tree.volume, path, ids, conflict: 'fail', traits, now: NOW + 1 } as const
      const made = await tree.facts.makeDirectory(command)
      const above = await tree.at('a/b/c')
      assert.deepEqual(made, {
        ...{ kind: 'directory', id: ids[3], volume: tree.volume, parent: above.id, name: 'd', path },
        ...{
          ...traits,
          createdAt: NOW + 1,
          modifiedAt: NOW + 1,
          version: 1,
          fileCount: 0,
          directoryCount: 0,
        },
      })
      assert.deepEqual(await tree.at('a/b/c/d'), made)
      assert.deepEqual(above.attributes, {})
      assert.equal(above.localCreatedAt, null)
      assert.equal(above.kind === 'directory' && above.directoryCount, 1)
    })

    test('fails or numbers the last level when its name is taken', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/x.y')
      await tree.write('a/f')
      await failsWith(tree.makeDirectory('a/x.y'), 'name-conflict')
      await failsWith(tree.makeDirectory('a/f'), 'name-conflict')
      assert.deepEqual((await tree.makeDirectory('a/x.y', 'rename')).path, ['a', 'x.y (1)'])
      assert.deepEqual((await tree.makeDirectory('a/x.y', 'rename')).path, ['a', 'x.y (2)'])
      assert.deepEqual((await tree.makeDirectory('a/f', 'rename')).path, ['a', 'f (1)'])
      await failsWith(tree.makeDirectory(''), 'name-conflict')
      await failsWith(tree.makeDirectory('', 'rename'), 'name-conflict')
    })

    test('fails when a file is in the way above, and makes nothing', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      await tree.write('a/f')
      for (const conflict of ['fail', 'rename'] as const) {
        await failsWith(tree.makeDirectory('a/f/g', conflict), 'name-conflict')
        await failsWith(tree.makeDirectory('a/f/g/h', conflict), 'name-conflict')
      }
      assert.deepEqual(await tree.names('a'), ['f'])
    })
  })
}

function updating(open: OpenFacts): void {
  describe('updating an entry', () => {
    const bench = sharedTrees(open)
    const update = (
      tree: Tree,
      id: EntryId,
      change: Parameters<typeof tree.facts.updateEntry>[0]['change'],
      ifVersion: number | null = null,
    ) => tree.facts.updateEntry({ volume: tree.volume, id, ifVersion, change })

    test('changes what is named, of any kind', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      const { id } = await tree.write('a/f')
      await tree.link('a/l', id)
      await tree.virtual('a/v', 3)
      for (const path of ['a', 'a/f', 'a/l', 'a/v', '']) {
        const entry = await tree.at(path)
        const tagged = await update(tree, entry.id, { attributes: { tag: 1 } })
        assert.deepEqual(tagged, { ...entry, attributes: { tag: 1 }, version: entry.version + 1 })
        const dated = await update(tree, entry.id, { localCreatedAt: NOW - 5, localModifiedAt: NOW - 4 })
        assert.deepEqual(dated, {
          ...{ ...tagged, localCreatedAt: NOW - 5, localModifiedAt: NOW - 4, version: tagged.version + 1 },
        })
        assert.deepEqual(await tree.at(path), dated)
        const undated = await update(tree, entry.id, { localCreatedAt: null })
        assert.equal(undated.localCreatedAt, null)
        assert.equal(undated.localModifiedAt, NOW - 4)
      }
    })

    test('fails for another version than was seen, and for none', async () => {
      const tree = await bench.tree()
      const { id, version } = await tree.write('f')
      const changed = await update(tree, id, { attributes: { a: 1 } }, version)
      await failsWith(update(tree, id, { attributes: { b: 1 } }, version), 'object-changed')
      assert.deepEqual(await tree.at('f'), changed)
      await failsWith(update(tree, UNKNOWN_ID, NO_FIELDS), 'entry-not-found')
    })

    test('reaches what is in the bin', async () => {
      const tree = await bench.tree()
      const { id } = await tree.write('f')
      await tree.recycle('f')
      const entry = await update(tree, id, { attributes: { a: 1 } })
      assert.equal(entry.path, null)
      assert.deepEqual(await tree.findById(id), entry)
    })
  })
}
