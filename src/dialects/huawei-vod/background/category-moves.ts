import { type Accounts, credentialsOf } from '../../../core/accounts.ts'
import { isCoreError } from '../../../core/errors.ts'
import type { Job } from '../../../core/ports/background.ts'
import { projectCredential } from '../credentials.ts'
import { type Asset, assetOf, assetsBucket } from '../model/asset.ts'
import { type AssetChange, changeAsset } from '../model/asset-changes.ts'
import { LABEL } from '../model/asset-index.ts'
import { type CategoryContext, changeTree, readTree } from '../model/categories.ts'
import { type CategoryTree, currentId, type Removal } from '../model/category-tree.ts'
import type { Vod } from '../model/context.ts'

const PAGE = 100
const EVERY_MS = 60_000
/** A call that saw a category before its delete may put an asset into it for so long. */
const REMOVAL_KEPT_MS = 10 * 60_000

/**
 * Moves assets of deleted categories to where they belong now: at most `limit`, until the signal ends it. True: none is left. Assets
 * that are not moved yet are shown and found as if they were.
 */
export async function moveAssets(
  context: CategoryContext,
  tree: CategoryTree,
  { ids }: Removal,
  { limit, signal }: { readonly limit: number; readonly signal?: AbortSignal },
): Promise<boolean> {
  for (let moved = 0; moved < limit && signal?.aborted !== true; ) {
    const assets = await assetsIn(context, ids)
    if (assets.length === 0) return true
    for (const asset of assets) await move(context, tree, asset)
    moved += assets.length
  }
  return false
}

async function assetsIn(
  { core, account, project }: CategoryContext,
  ids: readonly number[],
): Promise<readonly Asset[]> {
  const { objects } = await core.catalog.search({
    ...{ account: account.id, bucket: assetsBucket(project), labels: [ids.map(LABEL.category)] },
    ...{ keys: null, statuses: null, kinds: null, keyword: null, createdFrom: null, createdUntil: null },
    ...{ order: 'oldest-first', limit: PAGE, offset: 0, countMax: 1 },
  })
  return objects.map(assetOf)
}

/** A call that puts the asset elsewhere meanwhile wins. */
async function move(
  { core, account }: CategoryContext,
  tree: CategoryTree,
  { object }: Asset,
): Promise<void> {
  const find = async () => assetOf(await core.objects.get({ account: account.id, id: object.id }))
  const put = ({ attributes }: Asset): AssetChange | null => {
    const categoryId = currentId(tree, attributes.categoryId)
    return categoryId === attributes.categoryId
      ? null
      : { attributes: { ...attributes, categoryId }, traits: {} }
  }
  try {
    await changeAsset(core, find, put)
  } catch (error) {
    if (!isCoreError(error, 'object-not-found')) throw error
  }
}

/** Moves the assets that calls have left, in all projects. */
export function categoryJob({ core, accounts }: Pick<Vod, 'core'> & { readonly accounts: Accounts }): Job {
  return {
    name: 'huawei-vod.categories',
    everyMs: EVERY_MS,
    run: async (signal) => {
      for (const account of accounts.all) {
        for (const project of credentialsOf(account, projectCredential)) {
          if (signal.aborted) return
          await finishRemovals({ core, account, project }, signal)
        }
      }
    },
  }
}

async function finishRemovals(context: CategoryContext, signal: AbortSignal): Promise<void> {
  const tree = await readTree(context)
  const until = context.core.clock.now() - REMOVAL_KEPT_MS
  const finished = new Set<number>()
  for (const removal of tree.removals) {
    const isDone = await moveAssets(context, tree, removal, { limit: Number.POSITIVE_INFINITY, signal })
    const [first] = removal.ids
    if (isDone && removal.at <= until && first !== undefined) finished.add(first)
  }
  if (finished.size > 0) await changeTree(context, (now) => ({ tree: without(now, finished), result: null }))
}

/** Ids are never given twice: one tells a removal. */
const without = (tree: CategoryTree, firsts: ReadonlySet<number>): CategoryTree => ({
  ...tree,
  removals: tree.removals.filter(({ ids: [first] }) => first === undefined || !firsts.has(first)),
})
