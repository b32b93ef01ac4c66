import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ConflictPolicy } from '../../../src/core/model/objects.ts'
import type { EntryId } from '../../../src/core/model/trees.ts'
import { NOW } from '../metadata/tenant.ts'
import { failsWith, type OpenFacts, sharedTrees } from './store.ts'
import { bucketOf, namesOfPath, type Tree, UNKNOWN_ID } from './tree.ts'

/** Moves from one volume to the root of another. */
const moveTo = (from: Tree, id: EntryId, to: Tree, name: string, conflict: ConflictPolicy = 'fail') =>
  from.facts.moveEntry({
    ...{ volume: from.volume, id, to: { volume: to.volume, parent: to.root, name }, conflict, now: NOW },
  })

const countsOf = async (tree: Tree, path: string): Promise<readonly number[]> => {
  const entry = await tree.at(path)
  assert.ok(entry.kind === 'directory')
  return [entry.fileCount, entry.directoryCount]
}

export function movingContract(open: OpenFacts): void {
  within(open)
  across(open)
}

function within(open: OpenFacts): void {
  describe('moving', () => {
    const bench = sharedTrees(open)

    test('gives an entry of any kind another directory and name, and leaves the rest as it was', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('to')
      await tree.makeDirectory('a/d')
      const { id } = await tree.write('a/f')
      await tree.link('a/l', id)
      await tree.virtual('a/v', 3)
      for (const name of ['d', 'f', 'l', 'v']) {
        const before = await tree.at(`a/${name}`)
        const moved = await tree.move(`a/${name}`, `to/${name}${name}`)
        const { id: parent } = await tree.at('to')
        const path = ['to', `${name}${name}`]
        assert.deepEqual(moved, {
          ...{ ...before, parent, name: `${name}${name}`, path, version: before.version + 1 },
        })
        assert.deepEqual(await tree.at(path.join('/')), moved)
        assert.equal(await tree.find(`a/${name}`), null)
      }
      assert.deepEqual(await countsOf(tree, 'a'), [0, 0])
      assert.deepEqual(await countsOf(tree, 'to'), [3, 1])
    })

    test('takes along all that is below a directory', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b/c')
      const file = await tree.write('a/b/c/f')
      await tree.makeDirectory('x')
      await tree.move('a/b', 'x/y')
      assert.deepEqual((await tree.findById(file.id))?.path, ['x', 'y', 'c', 'f'])
      assert.equal((await tree.at('x/y/c/f')).id, file.id)
    })

    test('to where it is changes nothing', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a')
      const file = await tree.write('a/f')
      for (const conflict of ['fail', 'rename', 'overwrite'] as const) {
        assert.deepEqual(await tree.move('a/f', 'a/f', conflict), file)
      }
      assert.deepEqual(await tree.at('a/f'), file)
    })

    test('a directory into itself or below fails', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/b/c')
      await failsWith(tree.move('a', 'a/x'), 'directory-cycle')
      await failsWith(tree.move('a', 'a/b/x'), 'directory-cycle')
      await failsWith(tree.move('a/b', 'a/b/c/x', 'rename'), 'directory-cycle')
      await tree.move('a/b/c', 'a/x')
      assert.deepEqual(await tree.names('a'), ['b', 'x'])
    })

    test('a directory onto a taken name fails or is numbered', async () => {
      const tree = await bench.tree()
      await tree.makeDirectory('a/d.x')
      await tree.makeDirectory('d.x')
      await tree.write('f')
      for (const conflict of ['fail', 'overwrite'] as const) {
        await failsWith(tree.move('a/d.x', 'd.x', conflict), 'name-conflict')
        await failsWith(tree.move('a/d.x', 'f', conflict), 'name-conflict')
      }
      assert.deepEqual((await tree.move('a/d.x', 'd.x', 'rename')).path, ['d.x (1)'])
    })

    test('fails where the entry or the directory is not', async () => {
      const tree = await bench.tree()
      const file = await tree.write('f')
      const binned = await tree.makeDirectory('a/b')
      await tree.recycle('a')
      const move = (id: EntryId, parent: EntryId) =>
        tree.facts.moveEntry({
          ...{ volume: tree.volume, id, to: { volume: tree.volume, parent, name: 'x' } },
          ...{ conflict: 'fail', now: NOW },
        })
      await failsWith(move(UNKNOWN_ID, tree.root), 'entry-not-found')
      await failsWith(move(tree.root, tree.root), 'entry-mismatch')
      for (const parent of [UNKNOWN_ID, file.id, binned.id]) {
        await failsWith(move(file.id, parent), 'directory-not-found')
      }
      await failsWith(move(binned.id, tree.root), 'entry-not-found')
      assert.deepEqual(await tree.at('f'), file)
    })
  })
}

function across(open: OpenFacts): void {
  describe('moving to another volume', () => {
    const bench = sharedTrees(open)

    test('takes anything but directories', async () => {
      const tree = await bench.tree()
      const two = await tree.beside('two')
      const file = await tree.write('f', 1000)
      const link = await tree.link('l', file.id)
      const virtual = await tree.virtual('v', 1)
      const directory = await tree.makeDirectory('d')
      for (const entry of [file, link, virtual]) {
        const moved = await moveTo(tree, entry.id, two, `${entry.name}2`)
        assert.deepEqual(moved, {
          ...{ ...entry, volume: two.volume, parent: two.root, name: `${entry.name}2` },
          ...{ path: [`${entry.name}2`], version: entry.version + 1 },
        })
        assert.deepEqual(await two.findById(entry.id), moved)
        assert.equal(await tree.findById(entry.id), null)
      }
      await failsWith(moveTo(tree, directory.id, two, 'd2'), 'entry-mismatch')
      await failsWith(moveTo(tree, tree.root, two, 'r'), 'entry-mismatch')
      assert.deepEqual(await countsOf(tree, ''), [0, 1])
      assert.deepEqual(await countsOf(two, ''), [3, 0])
    })

    test('keeps to the rules of a taken name there', async () => {
      const tree = await bench.tree()
      const two = await tree.beside('two')
      await two.write('f.x', 'old')
      const file = await tree.write('f.x', 'next')
      await failsWith(moveTo(tree, file.id, two, 'f.x'), 'name-conflict')
      assert.deepEqual((await moveTo(tree, file.id, two, 'f.x', 'rename')).path, namesOfPath('f (1).x'))
      const back = await moveTo(two, file.id, tree, 'f.x')
      assert.equal(back.id, file.id)
      await moveTo(tree, file.id, two, 'f.x', 'overwrite')
      assert.deepEqual(await two.names(''), ['f.x'])
      assert.equal((await two.at('f.x')).id, file.id)
    })

    test('stays within the realm and the account', async () => {
      const tree = await bench.tree()
      const stranger = await bench.tree()
      const file = await tree.write('f')
      const elsewhere = { ...tree.volume, realm: 'elsewhere' }
      const { root } = await tree.facts.createVolume({
        ...{
          volume: elsewhere,
          bucket: bucketOf(elsewhere),
          root: tree.tenant.newObjectId(),
          owner: '',
          attributes: {},
        },
        ...{ ifAbsent: false, now: NOW },
      })
      const to = { volume: elsewhere, parent: root, name: 'x' }
      const command = { volume: tree.volume, id: file.id, to, conflict: 'fail', now: NOW } as const
      await failsWith(tree.facts.moveEntry(command), 'entry-mismatch')
      await failsWith(moveTo(tree, file.id, stranger, 'x'), 'volume-not-found')
      assert.deepEqual(await tree.at('f'), file)
    })
  })
}
