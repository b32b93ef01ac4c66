import type { TimeMs } from '../../../core/clock.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import { VodError } from '../errors.ts'

/** Reference §1.14. The last one is ours: one object keeps all categories of a project. */
export const LEVELS_MAX = 3
const CHILDREN_MAX = 128
const CATEGORIES_MAX = 10_000

/** Stands for the parent of the first level. */
export const ROOT = 0
/** Assets go here when their category of the first level is deleted. */
const BUILT_IN = -1

export interface Category {
  readonly id: number
  /** ROOT on the first level. */
  readonly parentId: number
  readonly name: string
}

/** A deleted category. It is kept as long as assets may still name it. */
export interface Removal {
  readonly ids: readonly number[]
  /** The category that its assets belong to from then on. */
  readonly heirId: number
  readonly at: TimeMs
}

/** All categories of a project, in the order they were made. */
export interface CategoryTree {
  readonly nextId: number
  readonly categories: readonly Category[]
  /** Oldest first. */
  readonly removals: readonly Removal[]
}

export const EMPTY_TREE: CategoryTree = { nextId: 1, categories: [], removals: [] }

export const findCategory = ({ categories }: CategoryTree, id: number): Category | null =>
  categories.find((each) => each.id === id) ?? null

/** Throws VOD.10064. */
export function getCategory(tree: CategoryTree, id: number): Category {
  const found = findCategory(tree, id)
  if (found === null) throw new VodError(10064)
  return found
}

export const childrenOf = ({ categories }: CategoryTree, id: number): readonly Category[] =>
  categories.filter(({ parentId }) => parentId === id)

/** 1 to LEVELS_MAX. */
export function levelOf(tree: CategoryTree, { parentId }: Category): number {
  const parent = findCategory(tree, parentId)
  return parent === null ? 1 : levelOf(tree, parent) + 1
}

/** Throws VOD.10064 (no such parent), VOD.10066, VOD.10065, VOD.10067. */
export function addCategory(
  tree: CategoryTree,
  { parentId, name }: Omit<Category, 'id'>,
): { readonly tree: CategoryTree; readonly category: Category } {
  const parentLevel = parentId === ROOT ? 0 : levelOf(tree, getCategory(tree, parentId))
  if (parentLevel >= LEVELS_MAX) throw new VodError(10066)
  requireFreeName(tree, parentId, name)
  const isFull = tree.categories.length >= CATEGORIES_MAX
  if (isFull || childrenOf(tree, parentId).length >= CHILDREN_MAX) throw new VodError(10067)
  const category = { id: tree.nextId, parentId, name }
  return { tree: { ...tree, nextId: tree.nextId + 1, categories: [...tree.categories, category] }, category }
}

/** Throws VOD.10064, VOD.10065. */
export function renameCategory(
  tree: CategoryTree,
  id: number,
  name: string,
): { readonly tree: CategoryTree; readonly category: Category } {
  const before = getCategory(tree, id)
  if (before.name !== name) requireFreeName(tree, before.parentId, name)
  const category = { ...before, name }
  return {
    tree: { ...tree, categories: tree.categories.map((each) => (each === before ? category : each)) },
    category,
  }
}

/** Names are unique among the children of one parent. Throws VOD.10065. */
function requireFreeName(tree: CategoryTree, parentId: number, name: string): void {
  if (childrenOf(tree, parentId).some((each) => each.name === name)) throw new VodError(10065)
}

/** Deletes a category and all below it, or with ROOT all there are. Throws VOD.10064. */
export function removeCategory(tree: CategoryTree, id: number, at: TimeMs): CategoryTree {
  const heirId = id === ROOT ? BUILT_IN : heirOf(getCategory(tree, id))
  const ids = new Set(id === ROOT ? [] : [id])
  // Parents are made before their children.
  for (const each of tree.categories) if (id === ROOT || ids.has(each.parentId)) ids.add(each.id)
  if (ids.size === 0) return tree
  const categories = tree.categories.filter((each) => !ids.has(each.id))
  return { ...tree, categories, removals: [...tree.removals, { ids: [...ids], heirId, at }] }
}

const heirOf = ({ parentId }: Category): number => (parentId === ROOT ? BUILT_IN : parentId)

/** The category that an id stands for now: its own, or its heir when it is deleted. Unknown ids stand for the built-in one. */
export function currentId(tree: CategoryTree, id: number): number {
  if (id === BUILT_IN || findCategory(tree, id) !== null) return id
  const removal = tree.removals.find(({ ids }) => ids.includes(id))
  return removal === undefined ? BUILT_IN : currentId(tree, removal.heirId)
}

/** The ids by which assets may name a category: its own, and those of deleted categories whose heir it is. None if it is not there. */
export function idsStandingFor(tree: CategoryTree, id: number): readonly number[] {
  const removed = tree.removals.flatMap(({ ids }) => ids)
  return [id, ...removed].filter((each) => currentId(tree, each) === id)
}

/** As the record's attributes. */
export const treeJson = ({ nextId, categories, removals }: CategoryTree): JsonObject => ({
  nextId,
  categories: categories.map(({ id, parentId, name }) => [id, parentId, name]),
  removals: removals.map(({ ids, heirId, at }) => ({ ids, heirId, at })),
})

/** Reads what `treeJson` wrote. */
export function treeOf(attributes: JsonObject): CategoryTree {
  const { nextId, categories, removals } = attributes as unknown as {
    readonly nextId: number
    readonly categories: readonly (readonly [number, number, string])[]
    readonly removals: readonly Removal[]
  }
  return { nextId, removals, categories: categories.map(([id, parentId, name]) => ({ id, parentId, name })) }
}
