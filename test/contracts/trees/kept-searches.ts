import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { NOW } from '../metadata/tenant.ts'
import { freshTrees, type OpenFacts } from './store.ts'
import type { Tree, UNKNOWN_ID } from './tree.ts'

export function keptSearchesContract(open: OpenFacts): void {
  describe('searches that are kept', () => {
    const bench = freshTrees(open)
    const save = (tree: Tree, id: string, state: object, expiresAt: number, searchesMax = 10) =>
      tree.facts.saveSearch({
        ...{ volume: tree.volume, id: idOf(id), state: { ...state }, expiresAt, searchesMax },
      })
    const find = async (tree: Tree, id: string, now = NOW) =>
      (await tree.facts.findSearch({ volume: tree.volume, id: idOf(id), now }))?.state ?? null

    test('are found in their volume until their time is over', async () => {
      const tree = await bench.tree()
      const other = await tree.beside('other')
      await save(tree, 'a', { page: 1 }, NOW + 10)
      await save(tree, 'a', { page: 2 }, NOW + 20)
      assert.deepEqual(await find(tree, 'a', NOW + 19), { page: 2 })
      assert.equal(await find(tree, 'a', NOW + 20), null)
      assert.equal(await find(other, 'a'), null)
      await save(other, 'a', { page: 3 }, NOW + 20)
      assert.deepEqual(await find(tree, 'a'), { page: 2 })
    })

    test('are gone when they are deleted, and that is told once', async () => {
      const tree = await bench.tree()
      const remove = (id: string, now = NOW) =>
        tree.facts.deleteSearch({ volume: tree.volume, id: idOf(id), now })
      await save(tree, 'a', {}, NOW + 10)
      assert.equal(await remove('a', NOW + 10), false)
      assert.equal(await remove('a'), true)
      assert.equal(await remove('a'), false)
      assert.equal(await find(tree, 'a'), null)
    })

    test('are kept up to a number for each volume, those that end last', async () => {
      const tree = await bench.tree()
      const other = await tree.beside('other')
      await save(other, 'f', {}, NOW + 1)
      for (const [at, id] of ['a', 'b', 'c'].entries()) await save(tree, id, {}, NOW + 10 + at, 2)
      assert.deepEqual([await find(tree, 'a'), await find(tree, 'b'), await find(tree, 'c')], [null, {}, {}])
      assert.deepEqual(await find(other, 'f'), {})
    })

    test('are forgotten in steps when their time is over', async () => {
      const tree = await bench.tree()
      for (const id of ['a', 'b', 'c']) await save(tree, id, {}, NOW + 1)
      await save(tree, 'd', {}, NOW + 2)
      const expire = () => tree.facts.expireSearches({ now: NOW + 1, limit: 2 })
      assert.deepEqual([await expire(), await expire(), await expire()], [2, 1, 0])
      assert.deepEqual(await find(tree, 'd', NOW + 1), {})
    })
  })
}

const idOf = (digit: string) => digit.repeat(32) as typeof UNKNOWN_ID
