import { CoreError, isCoreError } from '../../../core/errors.ts'
import type { AccountId } from '../../../core/ids.ts'
import { type BucketName, innerBucket } from '../../../core/model/buckets.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
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
import type { ProjectContext, Vod } from './context.ts'

/** The category of assets that name none. It is always there and has no parent. */
export const BUILT_IN_CATEGORY = { id: -1, name: '其他' } as const

/** Ids of categories in requests. */
export const CATEGORY_ID = { min: -1, max: Number.MAX_SAFE_INTEGER } as const

/** So many categories with a keyword in their names count in a search of assets. */
const NAMED_MAX = 500

/** What work on the categories of a project is given. */
export type CategoryContext = Pick<Vod, 'core'> & {
  readonly account: Pick<ProjectContext['account'], 'id'>
  readonly project: Pick<ProjectContext['project'], 'id'>
}

/** The only object of its bucket. */
const KEY = 'tree'
const bucketOf = ({ project }: CategoryContext): BucketName =>
  innerBucket('huawei-vod', `categories/${project.id}`)

const findStored = (context: CategoryContext): Promise<StoredObject | null> =>
  context.core.objects.find({ account: context.account.id, bucket: bucketOf(context), key: KEY })

const treeIn = (stored: StoredObject | null): CategoryTree =>
  stored === null ? EMPTY_TREE : treeOf(stored.attributes)

export const readTree = async (context: CategoryContext): Promise<CategoryTree> =>
  treeIn(await findStored(context))

/**
 * Changes a project's categories by compare-and-set. `decide` gets the tree, and gets it again when another call was faster. It
 * returns the new tree, or the same one to change nothing, and a result for the caller. Throws what `decide` throws.
 */
export function changeTree<Result>(
  context: CategoryContext,
  decide: (tree: CategoryTree) => { readonly tree: CategoryTree; readonly result: Result },
): Promise<Result> {
  return retryChanged(async () => {
    const stored = await findStored(context)
    const before = treeIn(stored)
    const { tree, result } = decide(before)
    if (tree !== before) await keep(context, stored, tree)
    return result
  })
}

/** Throws `object-changed` where others were faster. */
async function keep(
  context: CategoryContext,
  stored: StoredObject | null,
  tree: CategoryTree,
): Promise<void> {
  const { objects } = context.core
  const account: AccountId = context.account.id
  const attributes = treeJson(tree)
  if (stored !== null) {
    await objects.update({ account, id: stored.id }, { attributes }, { ifVersion: stored.version })
    return
  }
  const traits = { name: KEY, kind: 'categories', status: '', contentType: null, media: null, attributes }
  const bare = { account, bucket: bucketOf(context), key: KEY, staged: null, conflict: 'fail' } as const
  try {
    await objects.put({ ...bare, traits })
  } catch (error) {
    if (!isCoreError(error, 'name-conflict')) throw error
    throw new CoreError('object-changed', 'the first categories were made meanwhile', {}, error)
  }
}

/** Throws VOD.10064 for an id that no category of the project has. */
export async function requireCategory(context: CategoryContext, id: number): Promise<void> {
  if (id !== BUILT_IN_CATEGORY.id) getCategory(await readTree(context), id)
}

/** A category as answers about its assets tell it. */
export interface NamedCategory {
  readonly id: number
  readonly name: string
}

/** The categories that these ids stand for now: assets of a deleted category are in another one. */
export async function currentCategories(
  context: CategoryContext,
  ids: readonly number[],
): Promise<ReadonlyMap<number, NamedCategory>> {
  const isPlain = ids.every((id) => id === BUILT_IN_CATEGORY.id)
  const tree = isPlain ? EMPTY_TREE : await readTree(context)
  return new Map(ids.map((id) => [id, findCategory(tree, currentId(tree, id)) ?? BUILT_IN_CATEGORY]))
}

/** The ids by which assets may name a category. */
export const idsInAssets = async (context: CategoryContext, id: number): Promise<readonly number[]> =>
  idsStandingFor(await readTree(context), id)

/** The ids by which assets may name a category with this text in its name, in any letter case. */
export async function categoriesNamedLike(
  context: CategoryContext,
  text: string,
): Promise<readonly number[]> {
  const tree = await readTree(context)
  const named = [BUILT_IN_CATEGORY, ...tree.categories].filter(({ name }) =>
    name.toLowerCase().includes(text.toLowerCase()),
  )
  return named.flatMap(({ id }) => idsStandingFor(tree, id)).slice(0, NAMED_MAX)
}
