import type { Json } from '../../../core/model/json.ts'
import type { Reply } from '../../../http/types.ts'
import { moveAssets } from '../background/category-moves.ts'
import { illegalField } from '../errors.ts'
import { BUILT_IN_CATEGORY, CATEGORY_ID, changeTree, readTree } from '../model/categories.ts'
import {
  addCategory,
  type Category,
  type CategoryTree,
  childrenOf,
  getCategory,
  levelOf,
  ROOT,
  removeCategory,
  renameCategory,
} from '../model/category-tree.ts'
import { Fields } from '../wire/fields.ts'
import { Query } from '../wire/query.ts'
import { type Call, reply } from './call.ts'

/** Page vod_04_0028. */
const NAME = { bytesMax: 64 }
/** So many assets are moved before a delete is answered. A job moves the others. */
const MOVED_AT_ONCE_MAX = 200
const IDS_MAX = 10

/** createAssetCategory (page vod_04_0028, reference §1.14). */
export async function create(call: Call): Promise<Reply> {
  const fields = new Fields(call.body)
  const name = fields.requiredText('name', NAME)
  const parentId = fields.integer('parent_id', ROOT, CATEGORY_ID.max) ?? ROOT
  const record = await changeTree(call, (before) => {
    const { tree, category } = addCategory(before, { parentId, name })
    return { tree, result: recordOf(call, tree, category) }
  })
  return reply(call, 200, record)
}

/** updateAssetCategory (page vod_04_0029): another name. */
export async function update(call: Call): Promise<Reply> {
  const fields = new Fields(call.body)
  const name = fields.requiredText('name', NAME)
  const id = fields.integer('id', 1, CATEGORY_ID.max)
  if (id === null) throw illegalField('id')
  const record = await changeTree(call, (before) => {
    const { tree, category } = renameCategory(before, id, name)
    return { tree, result: recordOf(call, tree, category) }
  })
  return reply(call, 200, record)
}

const recordOf = ({ project }: Call, tree: CategoryTree, category: Category): Json => ({
  id: category.id,
  name: category.name,
  parent_id: category.parentId,
  level: levelOf(tree, category),
  projectId: project.id,
})

/** deleteAssetCategory (page vod_04_0030): a category with all below it; 0 stands for all there are. */
export async function remove(call: Call): Promise<Reply> {
  const id = new Query(call.exchange).integer('id', ROOT, CATEGORY_ID.max)
  if (id === null) throw illegalField('id')
  const at = call.core.clock.now()
  const tree = await changeTree(call, (before) => {
    const after = removeCategory(before, id, at)
    return { tree: after, result: after }
  })
  const removal = tree.removals.findLast((each) => each.at === at)
  if (removal !== undefined) await moveAssets(call, tree, removal, { limit: MOVED_AT_ONCE_MAX })
  return reply(call, 204)
}

/** listAssetCategory (page vod_04_0017): a category with all below it, or without id, or with 0, those of the first level. */
export async function list(call: Call): Promise<Reply> {
  const id = new Query(call.exchange).integer('id', CATEGORY_ID.min, CATEGORY_ID.max) ?? ROOT
  const tree = await readTree(call)
  const shown = id === ROOT ? childrenOf(tree, ROOT) : [namedOf(tree, id)]
  return reply(call, 200, shown.map(nested(tree)))
}

const nested =
  (tree: CategoryTree) =>
  ({ id, name }: Pick<Category, 'id' | 'name'>): Json => ({
    id: String(id),
    name,
    children: childrenOf(tree, id).map(nested(tree)),
  })

/** Throws VOD.10064. */
const namedOf = (tree: CategoryTree, id: number): Pick<Category, 'id' | 'name'> =>
  id === BUILT_IN_CATEGORY.id ? BUILT_IN_CATEGORY : getCategory(tree, id)

/** listCategoryInfo (page vod_04_0031): up to ten categories, each with the level below it; 0 stands above the first level. */
export async function listV2(call: Call): Promise<Reply> {
  const texts = new Query(call.exchange).texts('id', IDS_MAX) ?? [String(ROOT)]
  const ids = texts.map((text) => {
    const id = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (!(id >= CATEGORY_ID.min)) throw illegalField('id')
    return id
  })
  const tree = await readTree(call)
  const records = ids.map((id): Json => {
    const { name } = id === ROOT ? { name: '' } : namedOf(tree, id)
    return {
      id,
      name,
      sub_categories: childrenOf(tree, id).map((child) => ({ id: child.id, name: child.name })),
    }
  })
  return reply(call, 200, records)
}
