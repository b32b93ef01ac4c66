import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EntryId, EntryKind } from '../../../src/core/model/trees.ts'
import { commitFile } from '../commits.ts'
import { garbageOf, liveOf, NOW } from '../metadata/tenant.ts'
import { failsWith, freshTrees, type OpenFacts } from './store.ts'
import { type Tree, UNKNOWN_ID } from './tree.ts'

const remove = (tree: Tree, id: EntryId, kind: EntryKind | null = null, bin = false) =>
  tree.facts.removeEntry({ volume: tree.volume, id, kind, bin, now: NOW })

const removeDoomed = (tree: Tree, limit = 1000) => tree.facts.removeDoomed({ limit, now: NOW })

export function removingContract(open: OpenFacts): void {
  describe('removing', () => {
    const bench = freshTrees(open)

    test('returns what was there, and it is gone', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/d')
      const file = await tree.write('a/f', 1000)
      await tree.link('a/l', file.id)
      await tree.virtual('a/v', 3)
      for (const name of ['d', 'l', 'v', 'f']) {
        const entry = await tree.at(`a/${name}`)
        assert.deepEqual(await remove(tree, entry.id), { entry, recycledId: null })
        assert.equal(await tree.find(`a/${name}`), null)
        assert.equal(await tree.findById(entry.id), null)
        await failsWith(remove(tree, entry.id), 'entry-not-found')
      }
      const directory = await tree.at('a')
      assert.deepEqual(
        directory.kind === 'directory' && [directory.fileCount, directory.directoryCount],
        [0, 0],
      )
      assert.equal((await garbageOf(bench.metadata)).length, 1)
      assert.deepEqual(await liveOf(bench.metadata), [])
    })

    test('into the bin keeps everything, and frees the name', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      const file = await tree.write('a/f', 1000)
      const { entry, recycledId } = await remove(tree, file.id, 'file', true)
      assert.deepEqual(entry, file)
      assert.ok(recycledId !== null && Number.isSafeInteger(recycledId))
      assert.equal(await tree.find('a/f'), null)
      assert.equal((await tree.findById(file.id))?.path, null)
      assert.deepEqual(await garbageOf(bench.metadata), [])
      await tree.write('a/f')
      await failsWith(remove(tree, file.id), 'entry-not-found')
    })

    test('with ifEmpty takes no directory that has something in it', async () => {
      const tree = await bench.tree()
      const { id } = await tree.makeDirectory('d')
      const file = await tree.write('d/f')
      const ifEmpty = (of: EntryId, bin: boolean) =>
        tree.facts.removeEntry({ volume: tree.volume, id: of, kind: null, bin, ifEmpty: true, now: NOW })
      for (const bin of [true, false]) await failsWith(ifEmpty(id, bin), 'object-changed')
      await ifEmpty(file.id, false)
      await tree.makeDirectory('d/e')
      await failsWith(ifEmpty(id, false), 'object-changed')
      await ifEmpty((await tree.at('d/e')).id, true)
      await ifEmpty(id, false)
      assert.equal(await tree.find('d'), null)
    })

    test('takes only the kind that is asked for, and never the root', async () => {
      const tree = await bench.tree()
      const { id: directory } = await tree.makeDirectory('d')
      const { id: file } = await tree.write('f')
      const { id: link } = await tree.link('l', file)
      await failsWith(remove(tree, directory, 'file'), 'entry-mismatch', { kind: 'directory' })
      await failsWith(remove(tree, file, 'directory'), 'entry-mismatch', { kind: 'file' })
      await failsWith(remove(tree, link, 'file', true), 'entry-mismatch', { kind: 'link' })
      await failsWith(remove(tree, tree.root), 'entry-mismatch')
      await failsWith(remove(tree, tree.root, 'directory', true), 'entry-mismatch')
      await failsWith(remove(tree, UNKNOWN_ID), 'entry-not-found')
      for (const [id, kind] of [
        [directory, 'directory'],
        [file, 'file'],
        [link, 'link'],
      ] as const) {
        await remove(tree, id, kind)
      }
      assert.deepEqual(await tree.names(''), [])
    })

    test('does not reach into the bin', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      const file = await tree.write('a/f', 1000)
      await tree.recycle('a')
      for (const bin of [true, false]) await failsWith(remove(tree, file.id, null, bin), 'entry-not-found')
      assert.deepEqual(await garbageOf(bench.metadata), [])
    })

    test('a directory removes all that is below it', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b/c')
      await tree.makeDirectory('a/x')
      const kept = await tree.write('kept', 1000)
      const file = await tree.write('a/b/c/f', 1000)
      await tree.write('a/x/g', 1000)
      await tree.copyOf(kept, 'a/copy')
      await tree.remove('a')
      assert.equal(await removeDoomed(tree), 0)
      assert.equal(await tree.findById(file.id), null)
      assert.equal((await garbageOf(bench.metadata)).length, 2)
      assert.deepEqual(await tree.names(''), ['kept'])
    })

    test('from the bin’s side: a directory with its counts, small ones with all below', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      await tree.write('a/f', 30)
      await tree.write('a/b/g', 12)
      await tree.virtual('a/v', 1_000_000)
      const id = await tree.recycle('a')
      const found = await tree.facts.findRecycled({ volume: tree.volume, id })
      assert.equal(found?.size, 42)
      assert.deepEqual(found?.originalPath, ['a'])
    })
  })
}

/** Removals that take several steps. */
export function largeRemovalsContract(open: OpenFacts): void {
  describe('removing', () => {
    const bench = freshTrees(open)

    test('very many entries is done at once for who looks, and the rest goes in steps', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b')
      const inner = await tree.makeDirectory('a/b/c')
      for (const path of ['a', 'a/b', 'a/b/c']) {
        await Promise.all(Array.from({ length: 110 }, (_, index) => tree.virtual(`${path}/f${index}`, 1)))
      }
      await tree.write('a/bytes', 1000)
      const upload = await tree.uploaded('late')
      await tree.remove('a')
      assert.deepEqual(await tree.names(''), [])
      await tree.makeDirectory('a')
      const late = {
        ...{ account: tree.volume.account, upload, ifVersion: null, id: tree.tenant.newObjectId() },
        ...{ volume: tree.volume, place: { parent: inner.id, name: 'late' }, conflict: 'fail' as const },
        ...{ contentType: null, now: NOW },
        traits: { attributes: {}, localCreatedAt: null, localModifiedAt: null },
      }
      await failsWith(commitFile(tree.facts, late), 'directory-not-found')
      let gone = 0
      for (let step = await removeDoomed(tree, 50); step > 0; step = await removeDoomed(tree, 50)) {
        assert.ok(step <= 50)
        gone += step
      }
      assert.equal(gone, 334 - 200)
      assert.equal((await garbageOf(bench.metadata)).length, 1)
      assert.deepEqual(await tree.names(''), ['a'])
    })

    test('a very deep directory goes in steps as well', async () => {
      const tree = await bench.tree()
      const path = Array.from({ length: 450 }, (_, level) => `${level}`).join('/')
      await tree.makeDirectory(path)
      await tree.write('0/f', 1000)
      await tree.remove('0')
      let steps = 0
      while ((await removeDoomed(tree, 60)) > 0) steps += 1
      assert.ok(steps > 1)
      assert.equal((await garbageOf(bench.metadata)).length, 1)
    })
  })
}
