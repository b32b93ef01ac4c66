import { CoreError, isCoreError } from '../../../core/errors.ts'
import type { AccountId } from '../../../core/ids.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { Call, Vod } from '../calls/call.ts'
import { retryChanged } from './asset-changes.ts'
import {
  type CategoryTree,
  currentId,
  EMPTY_TREE,
  findCategory,
  getCategory,
  idsStandingFor,
  treeJson,
  treeOf,
} from './category-tree.ts'

/** The category that assets without one are in: always there, and no other's child. */
export const BUILT_IN_CATEGORY = { id: -1, name: '其他' } as const

/** Ids of categories in requests. */
export const CATEGORY_ID = { min: -1, max: Number.MAX_SAFE_INTEGER } as const

/** How many categories a text in their names is looked for in assets by. */
const NAMED_MAX = 500

/** Whose categories: of one project. */
export type CategoryScope = Pick<Vod, 'core'> & {
  readonly account: Pick<Call['account'], 'id'>
  readonly project: Pick<Call['project'], 'id'>
}

/** The only object of its bucket. */
const KEY = 'tree'
const bucketOf = ({ project }: CategoryScope): string => `vod-categories/${project.id}`

const findRecord = (scope: CategoryScope): Promise<StoredObject | null> =>
  scope.core.objects.find({ account: scope.account.id, bucket: bucketOf(scope), key: KEY })

const treeIn = (record: StoredObject | null): CategoryTree =>
  record === null ? EMPTY_TREE : treeOf(record.attributes)

export const readTree = async (scope: CategoryScope): Promise<CategoryTree> => treeIn(await findRecord(scope))

/**
 * Changes a project's categories by compare-and-set: `decide` gets them as they are, and again whenever they changed meanwhile,
 * and gives the tree to be kept (the same one changes nothing) with what goes to the caller. Throws what `decide` throws.
 */
export function changeTree<Result>(
  scope: CategoryScope,
  decide: (tree: CategoryTree) => { readonly tree: CategoryTree; readonly result: Result },
): Promise<Result> {
  return retryChanged(async () => {
    const record = await findRecord(scope)
    const before = treeIn(record)
    const { tree, result } = decide(before)
    if (tree !== before) await keep(scope, record, tree)
    return result
  })
}

/** Throws `object-changed` where others were faster. */
async function keep(scope: CategoryScope, record: StoredObject | null, tree: CategoryTree): Promise<void> {
  const { objects } = scope.core
  const account: AccountId = scope.account.id
  const attributes = treeJson(tree)
  if (record !== null) {
    await objects.update({ account, id: record.id }, { attributes }, { ifVersion: record.version })
    return
  }
  const fields = { name: KEY, kind: 'categories', status: '', contentType: null, media: null, attributes }
  const place = { account, bucket: bucketOf(scope), key: KEY, staged: null, conflict: 'fail' } as const
  try {
    await objects.put({ ...place, fields })
  } catch (error) {
    if (!isCoreError(error, 'name-conflict')) throw error
    throw new CoreError('object-changed', 'the first categories were made meanwhile', {}, error)
  }
}

/** Throws VOD.10064 for an id that no category of the project has. */
export async function requireCategory(scope: CategoryScope, id: number): Promise<void> {
  if (id !== BUILT_IN_CATEGORY.id) getCategory(await readTree(scope), id)
}

/** A category as assets tell of theirs. */
export interface NamedCategory {
  readonly id: number
  readonly name: string
}

/** What each of these ids stands for now: where a category is deleted, its assets are in another. */
export async function currentCategories(
  scope: CategoryScope,
  ids: readonly number[],
): Promise<ReadonlyMap<number, NamedCategory>> {
  const isPlain = ids.every((id) => id === BUILT_IN_CATEGORY.id)
  const tree = isPlain ? EMPTY_TREE : await readTree(scope)
  return new Map(ids.map((id) => [id, findCategory(tree, currentId(tree, id)) ?? BUILT_IN_CATEGORY]))
}

/** The ids that assets of a category may name it by. */
export const idsInAssets = async (scope: CategoryScope, id: number): Promise<readonly number[]> =>
  idsStandingFor(await readTree(scope), id)

/** The categories whose name has this text in it, in any letter case, as assets may name them. */
export async function categoriesNamedLike(scope: CategoryScope, text: string): Promise<readonly number[]> {
  const tree = await readTree(scope)
  const named = [BUILT_IN_CATEGORY, ...tree.categories].filter(({ name }) =>
    name.toLowerCase().includes(text.toLowerCase()),
  )
  return named.flatMap(({ id }) => idsStandingFor(tree, id)).slice(0, NAMED_MAX)
}
