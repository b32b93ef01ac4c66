import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shows } from '../../../../test/support/shows.ts'
import {
  addCategory,
  type CategoryTree,
  currentId,
  EMPTY_TREE,
  idsStandingFor,
  ROOT,
  removeCategory,
  renameCategory,
  treeJson,
  treeOf,
} from './category-tree.ts'

const fails = (code: number, work: () => unknown): void => assert.throws(work, { name: 'VodError', code })

/** A tree of these categories, `parent/name`, with ids from 1 on. */
const treeWith = (...paths: readonly (readonly [number, string])[]): CategoryTree =>
  paths.reduce((tree, [parentId, name]) => addCategory(tree, { parentId, name }).tree, EMPTY_TREE)

/** 1 films › 2 series › 3 old; 4 music. */
const TREE = treeWith([ROOT, 'films'], [1, 'series'], [2, 'old'], [ROOT, 'music'])
const ids = ({ categories }: CategoryTree) => categories.map(({ id }) => id)

test('ids go up and are never given again', () => {
  assert.deepEqual(ids(TREE), [1, 2, 3, 4])
  const { category } = addCategory(removeCategory(TREE, ROOT, 0), { parentId: ROOT, name: 'films' })
  assert.equal(category.id, 5)
})

test('categories have three levels', () => {
  fails(10066, () => addCategory(TREE, { parentId: 3, name: 'older' }))
  assert.equal(addCategory(TREE, { parentId: 2, name: 'new' }).category.id, 5)
  shows('huawei-vod', 'categories: levels')
})

test('names are unique below one parent', () => {
  fails(10065, () => addCategory(TREE, { parentId: ROOT, name: 'music' }))
  fails(10065, () => addCategory(TREE, { parentId: 2, name: 'old' }))
  assert.equal(addCategory(TREE, { parentId: 4, name: 'old' }).category.parentId, 4)
  fails(10065, () => renameCategory(TREE, 1, 'music'))
  assert.equal(renameCategory(TREE, 1, 'films').category.name, 'films')
  assert.equal(renameCategory(TREE, 2, 'music').category.name, 'music')
})

test('who is not there has no children and no other name', () => {
  fails(10064, () => addCategory(TREE, { parentId: 9, name: 'a' }))
  fails(10064, () => renameCategory(TREE, 9, 'a'))
  fails(10064, () => removeCategory(TREE, 9, 0))
})

test('a category has at most 128 children, and a project so many categories', () => {
  let tree = EMPTY_TREE
  for (let count = 0; count < 128; count++) {
    tree = addCategory(tree, { parentId: ROOT, name: `n${count}` }).tree
  }
  fails(10067, () => addCategory(tree, { parentId: ROOT, name: 'one more' }))
  fails(10065, () => addCategory(tree, { parentId: ROOT, name: 'n0' }))
  assert.equal(addCategory(tree, { parentId: 1, name: 'below' }).category.parentId, 1)
  const chain = (length: number) =>
    Array.from({ length }, (_, at) => ({ id: at + 1, parentId: at, name: 'n' }))
  const addTo = (length: number) =>
    addCategory(
      { ...EMPTY_TREE, nextId: 10_001, categories: chain(length) },
      { parentId: ROOT, name: 'more' },
    )
  assert.equal(addTo(9_999).tree.categories.length, 10_000)
  fails(10067, () => addTo(10_000))
  shows('huawei-vod', 'categories: all')
})

test('with a category goes all below it', () => {
  assert.deepEqual(ids(removeCategory(TREE, 1, 0)), [4])
  assert.deepEqual(ids(removeCategory(TREE, 2, 0)), [1, 4])
  assert.deepEqual(ids(removeCategory(TREE, ROOT, 0)), [])
  assert.equal(removeCategory(EMPTY_TREE, ROOT, 0), EMPTY_TREE)
})

test('assets of a deleted category are those of its parent, or of the built-in one', () => {
  const heirs = (tree: CategoryTree) => [1, 2, 3, 4].map((id) => currentId(tree, id))
  assert.deepEqual(heirs(TREE), [1, 2, 3, 4])
  assert.deepEqual(heirs(removeCategory(TREE, 2, 0)), [1, 1, 1, 4])
  assert.deepEqual(heirs(removeCategory(TREE, 1, 0)), [-1, -1, -1, 4])
  assert.deepEqual(heirs(removeCategory(TREE, ROOT, 0)), [-1, -1, -1, -1])
  const oneByOne = removeCategory(removeCategory(TREE, 3, 0), 2, 1)
  assert.deepEqual(heirs(oneByOne), [1, 1, 1, 4])
  assert.deepEqual(heirs(removeCategory(oneByOne, 1, 2)), [-1, -1, -1, 4])
  assert.deepEqual([currentId(TREE, -1), currentId(TREE, 77)], [-1, -1])
})

test('a category is found by its own id and those it stands for', () => {
  const tree = removeCategory(TREE, 2, 0)
  assert.deepEqual(idsStandingFor(tree, 1), [1, 2, 3])
  assert.deepEqual(idsStandingFor(tree, 4), [4])
  assert.deepEqual(idsStandingFor(tree, -1), [-1])
  for (const id of [2, 3, 77]) assert.deepEqual(idsStandingFor(tree, id), [])
  assert.deepEqual(idsStandingFor(removeCategory(tree, 1, 0), -1), [-1, 2, 3, 1])
})

test('a tree is read as it was written', () => {
  const tree = removeCategory(TREE, 2, 77)
  assert.deepEqual(treeOf(JSON.parse(JSON.stringify(treeJson(tree)))), tree)
})
