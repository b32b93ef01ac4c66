import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BlobId } from '../../../src/core/ids.ts'
import { NOW } from '../metadata/tenant.ts'
import { freshTrees, type OpenFacts, sharedTrees } from './store.ts'
import type { Tree } from './tree.ts'

const SIZE = 1_048_576
const NONE = { beginning: null, full: null }

const ofSize = (tree: Tree, size: number, limit = 100, volumes: readonly string[] | null = null) => {
  const { account, realm } = tree.volume
  return tree.facts.filesOfSize({ account, realm, size, limit, volumes })
}

const namesOfSize = async (tree: Tree, size: number, limit = 100) =>
  (await ofSize(tree, size, limit)).map(({ file }) => file.name)

const fingerprintsOfSize = async (tree: Tree, size: number) =>
  (await ofSize(tree, size)).map(({ fingerprint }) => fingerprint)

export function fingerprintContract(open: OpenFacts): void {
  describe('files of one size', () => {
    const bench = sharedTrees(open)

    test('are found in all volumes of a realm, newest first', async () => {
      const tree = await bench.tree()
      const [two, stranger] = [await tree.beside('two'), await bench.tree()]
      await tree.makeDirectory('a')
      const first = await tree.write('a/first', SIZE, { now: NOW + 1 })
      await two.write('last', SIZE, { now: NOW + 3 })
      await tree.write('middle', SIZE, { now: NOW + 2 })
      await tree.write('other', SIZE + 1)
      await stranger.write('foreign', SIZE)
      await tree.virtual('virtual', SIZE)
      assert.deepEqual(await namesOfSize(tree, SIZE), ['last', 'middle', 'first'])
      assert.deepEqual(await namesOfSize(tree, SIZE, 2), ['last', 'middle'])
      assert.deepEqual(await namesOfSize(tree, SIZE + 1), ['other'])
      assert.deepEqual(await namesOfSize(tree, 5), [])
      const found = (await ofSize(tree, SIZE)).at(-1)
      assert.deepEqual(found?.file.id, first.id)
      assert.deepEqual(found.file.content, first.content)
    })

    test('are found in the volumes that are named alone, however many copies others have', async () => {
      const tree = await bench.tree()
      const [two, three] = [await tree.beside('two'), await tree.beside('three')]
      const file = await tree.write('f', SIZE)
      for (let index = 0; index < 20; index++) await tree.copyOf(file, `copy${index}`)
      await two.write('own', SIZE, { now: NOW - 1 })
      const within = async (volumes: readonly string[] | null) =>
        (await ofSize(tree, SIZE, 100, volumes)).map(({ file: { volume } }) => volume.volume)
      assert.deepEqual(await within([two.volume.volume, three.volume.volume]), ['two'])
      assert.deepEqual(await within([tree.volume.volume]), [tree.volume.volume])
      assert.deepEqual(await within([three.volume.volume]), [])
      assert.deepEqual(await within([]), [])
      assert.equal((await within(null)).length, 2)
    })

    test('are one for each blob, however many copies there are', async () => {
      const tree = await bench.tree()
      const file = await tree.write('f', SIZE)
      for (let index = 0; index < 20; index++) await tree.copyOf(file, `copy${index}`)
      const other = await tree.write('other', SIZE, { now: NOW - 1 })
      const found = await ofSize(tree, SIZE, 2)
      assert.deepEqual(
        found.map(({ file: { content } }) => content.blob),
        [file.content.blob, other.content.blob],
      )
    })

    test('have the digests that were computed of them', async () => {
      const tree = await bench.tree()
      const { facts } = tree
      const { content } = await tree.write('f', SIZE)
      const { blob } = content
      assert.deepEqual(await fingerprintsOfSize(tree, SIZE), [NONE])
      await facts.setFingerprint({ blob, beginning: 'abc', full: null })
      assert.deepEqual(await fingerprintsOfSize(tree, SIZE), [{ beginning: 'abc', full: null }])
      await facts.setFingerprint({ blob, beginning: null, full: 'def' })
      assert.deepEqual(await fingerprintsOfSize(tree, SIZE), [{ beginning: 'abc', full: 'def' }])
      await facts.setFingerprint({ blob, beginning: 'abc', full: 'def' })
      assert.deepEqual(await fingerprintsOfSize(tree, SIZE), [{ beginning: 'abc', full: 'def' }])
    })

    test('share them with their copies, also when the first is gone', async () => {
      const tree = await bench.tree()
      const file = await tree.write('f', SIZE)
      await tree.facts.setFingerprint({ blob: file.content.blob, beginning: 'abc', full: 'def' })
      await tree.copyOf(file, 'g')
      await tree.remove('f')
      const [found] = await ofSize(tree, SIZE)
      assert.deepEqual([found?.file.name, found?.fingerprint.full], ['g', 'def'])
    })
  })

  describe('digests of bytes', () => {
    const bench = freshTrees(open)

    test('go with them, and do not come back for bytes that are gone', async () => {
      const tree = await bench.tree()
      const { blob } = (await tree.write('f', SIZE)).content
      await tree.facts.setFingerprint({ blob, beginning: 'abc', full: 'def' })
      await tree.remove('f')
      await tree.facts.setFingerprint({ blob, beginning: 'abc', full: 'def' })
      await tree.facts.setFingerprint({ blob: 'f'.repeat(32) as BlobId, beginning: 'abc', full: null })
      assert.deepEqual(await ofSize(tree, SIZE), [])
    })

    test('go with a file that is overwritten, and with a directory that is removed', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      const files = [await tree.write('a/f', SIZE), await tree.write('a/g', SIZE)]
      for (const { content } of files) {
        await tree.facts.setFingerprint({ blob: content.blob, beginning: 'abc', full: 'def' })
      }
      await tree.write('a/f', SIZE, { conflict: 'overwrite', now: NOW + 1 })
      assert.deepEqual(await fingerprintsOfSize(tree, SIZE), [NONE, { beginning: 'abc', full: 'def' }])
      await tree.remove('a')
      while ((await tree.facts.removeDoomed({ limit: 100, now: NOW })) > 0);
      assert.deepEqual(await ofSize(tree, SIZE), [])
    })

    test('that are set while the bytes go leave nothing', async () => {
      const tree = await bench.tree()
      const other = tree.through(await bench.store.another())
      for (let round = 0; round < 12; round++) {
        const { blob } = (await tree.write('f', SIZE)).content
        const ways = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? tree : other))
        await Promise.all([
          ...ways.map(({ facts }) => facts.setFingerprint({ blob, beginning: 'abc', full: null })),
          other.remove('f'),
          ...ways.map(({ facts }) => facts.setFingerprint({ blob, beginning: null, full: 'def' })),
        ])
        assert.deepEqual(await ofSize(tree, SIZE), [])
      }
    })
  })
}
