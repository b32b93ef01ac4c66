import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { EntryId, FileEntry } from '../../../src/core/model/trees.ts'
import { commitFile } from '../commits.ts'
import { garbageOf, HOUR_MS, NOW } from '../metadata/tenant.ts'
import { failsWith, freshTrees, type OpenFacts } from './store.ts'
import { NO_FIELDS, type Tree, UNKNOWN_ID } from './tree.ts'

const hold = ({ facts, volume }: Tree, id: EntryId, by: 1 | -1 = 1) => facts.holdEntry({ volume, id, by })

/** A held file. Names of what is in `path` are those of directories that are made. */
async function heldAt(tree: Tree, path: string): Promise<FileEntry> {
  const above = path.split('/').slice(0, -1).join('/')
  if (above !== '') await tree.makeDirectory(above)
  return hold(tree, (await tree.write(path, 1000)).id)
}

const emptyBin = ({ facts, volume }: Tree) => facts.emptyBin({ volume, now: NOW })
const removeRecycled = ({ facts, volume }: Tree, id: number) => facts.removeRecycled({ volume, id, now: NOW })
const restore = ({ facts, volume }: Tree, id: number, conflict: 'fail' | 'overwrite' = 'fail') =>
  facts.restoreRecycled({ volume, id, conflict, fallbackToRoot: false, now: NOW })

export function holdsContract(open: OpenFacts): void {
  describe('a held file', () => {
    const bench = freshTrees(open)
    const nothingWent = async () => assert.deepEqual(await garbageOf(bench.metadata), [])

    test('has as many holds as were added and not taken away, and never less than none', async () => {
      const tree = await bench.tree()
      const file = await tree.write('f')
      assert.equal(file.holds, 0)
      const held = await hold(tree, file.id)
      assert.deepEqual(held, { ...file, holds: 1, version: file.version + 1 })
      assert.deepEqual(await tree.at('f'), held)
      assert.equal((await hold(tree, file.id)).holds, 2)
      for (const holds of [1, 0, 0]) assert.equal((await hold(tree, file.id, -1)).holds, holds)
      await tree.remove('f')
    })

    test('is a file that is there, in the bin or not', async () => {
      const tree = await bench.tree()
      const directory = await tree.makeDirectory('d')
      const link = await tree.link('l', directory.id)
      await failsWith(hold(tree, UNKNOWN_ID), 'entry-not-found')
      await failsWith(hold(tree, directory.id), 'entry-mismatch', { kind: 'directory' })
      await failsWith(hold(tree, link.id), 'entry-mismatch', { kind: 'link' })
      const { id } = await tree.write('d/f')
      const { id: gone } = await tree.write('d/g')
      await tree.remove('d/g')
      await failsWith(hold(tree, gone), 'entry-not-found')
      await tree.recycle('d')
      assert.deepEqual([(await hold(tree, id)).path, (await hold(tree, id, -1)).holds], [null, 0])
      await emptyBin(tree)
      await failsWith(hold(tree, id), 'entry-not-found')
    })

    test('is overwritten by nothing', async () => {
      const tree = await bench.tree()
      const held = await heldAt(tree, 'f')
      const other = await tree.write('other')
      await failsWith(tree.write('f', 'late', { conflict: 'overwrite' }), 'object-held', { holds: 1 })
      await failsWith(tree.copyOf(other, 'f', 'overwrite'), 'object-held')
      await failsWith(tree.move('other', 'f', 'overwrite'), 'object-held')
      await tree.recycle('f')
      await tree.write('f')
      const recycled = await tree.recycle('f')
      const again = await heldAt(tree, 'f')
      await failsWith(restore(tree, recycled, 'overwrite'), 'object-held')
      assert.deepEqual(await tree.at('f'), again)
      assert.equal((await tree.findById(held.id))?.id, held.id)
      await nothingWent()
    })

    test('is moved, renamed, changed and copied like others', async () => {
      const tree = await bench.tree()
      const beside = await tree.beside('beside')
      const held = await heldAt(tree, 'a/f')
      await tree.move('a', 'b')
      await tree.move('b/f', 'b/g')
      const { volume } = beside
      const to = { volume, parent: beside.root, name: 'h' }
      const moved = await tree.facts.moveEntry({
        volume: tree.volume,
        id: held.id,
        to,
        conflict: 'fail',
        now: NOW,
      })
      assert.ok(moved.kind === 'file' && moved.holds === 1)
      const { id } = held
      const changed = await tree.facts.updateEntry({
        volume,
        id,
        ifVersion: null,
        change: { attributes: { a: 1 } },
      })
      assert.ok(changed.kind === 'file' && changed.holds === 1)
      await failsWith(beside.remove('h'), 'object-held')
      const copy = await beside.copyOf(moved, 'copy')
      assert.ok(copy.kind === 'file' && copy.holds === 0)
      await beside.remove('copy')
      assert.deepEqual(await beside.at('h'), changed)
    })

    test('is not removed for good, alone or with what it is in', async () => {
      const tree = await bench.tree()
      const held = await heldAt(tree, 'a/b/f')
      await tree.makeDirectory('a/empty')
      for (const path of ['a/b/f', 'a/b', 'a']) await failsWith(tree.remove(path), 'object-held')
      await failsWith(tree.facts.deleteVolume({ ...tree.volume, force: true, now: NOW }), 'object-held')
      assert.deepEqual(await tree.at('a/b/f'), held)
      await tree.remove('a/empty')
      await nothingWent()
      await hold(tree, held.id, -1)
      await tree.remove('a')
      assert.equal((await garbageOf(bench.metadata)).length, 1)
    })

    test('goes to the bin and comes back, and keeps the bin from being emptied', async () => {
      const tree = await bench.tree()
      const { id } = await heldAt(tree, 'a/f')
      await tree.write('g')
      const inBin = await tree.recycle('a')
      const other = await tree.recycle('g')
      await failsWith(emptyBin(tree), 'object-held')
      await failsWith(removeRecycled(tree, inBin), 'object-held')
      await removeRecycled(tree, other)
      await restore(tree, inBin)
      const alone = await tree.recycle('a/f')
      await failsWith(removeRecycled(tree, alone), 'object-held')
      await failsWith(emptyBin(tree), 'object-held')
      await hold(tree, id, -1)
      assert.equal(await emptyBin(tree), 1)
    })

    test('is passed over by the bin’s expiry, however few may go at a time', async () => {
      const tree = await bench.tree()
      const { account, realm } = tree.volume
      const { id } = await heldAt(tree, 'a/f')
      await heldAt(tree, 'h')
      const names = ['a', 'h', 'x', 'y']
      for (const name of ['x', 'y']) await tree.write(name)
      for (const [index, name] of names.entries()) await tree.recycle(name, NOW + index)
      const expire = () =>
        tree.facts.expireRecycled({ account, realm, before: NOW + HOUR_MS, limit: 1, now: NOW })
      assert.deepEqual([await expire(), await expire(), await expire()], [1, 1, 0])
      await hold(tree, id, -1)
      assert.deepEqual([await expire(), await expire()], [1, 0])
    })

    test('of a hold and a removal at the same time, one wins', async () => {
      const tree = await bench.tree()
      for (let round = 0; round < 10; round++) {
        const path = round % 2 === 0 ? `f${round}` : `d${round}/f`
        if (round % 2 === 1) await tree.makeDirectory(`d${round}`)
        const { id } = await tree.write(path, 1000)
        const [top = path] = path.split('/')
        const results = await Promise.allSettled([hold(tree, id), tree.remove(top)])
        const won = results.map(({ status }) => status === 'fulfilled')
        assert.deepEqual(won, (await tree.find(path)) === null ? [false, true] : [true, false])
      }
    })
  })

  describe('a commit as a file', () => {
    const bench = freshTrees(open)

    test('writes its messages with the file, or none', async () => {
      const tree = await bench.tree()
      const commit = async (topic: string) =>
        commitFile(tree.facts, {
          ...{ account: tree.volume.account, upload: await tree.uploaded('bytes'), ifVersion: null },
          ...{ id: tree.tenant.newObjectId(), volume: tree.volume, contentType: null, traits: NO_FIELDS },
          ...{ place: { parent: tree.root, name: 'f' }, conflict: 'fail', now: NOW },
          deliveries: [tree.tenant.delivery(topic)],
        })
      await commit('made')
      await failsWith(commit('refused'), 'name-conflict')
      const leasing = { now: NOW, leaseUntil: NOW + HOUR_MS, limit: 10 }
      const due = await tree.facts.leaseDeliveries({ topics: ['made', 'refused'], ...leasing })
      assert.deepEqual(
        due.map(({ topic }) => topic),
        ['made'],
      )
    })
  })
}
