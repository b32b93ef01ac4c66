import type { Reply } from '../../../http/types.ts'
import { requireAsset } from '../model/asset.ts'
import { changeAsset } from '../model/asset-changes.ts'
import { requireCategory } from '../model/categories.ts'
import { readCategoryId, readDescription, readNewTitle, readTags } from '../wire/announced.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, reply } from './call.ts'
import { ASSET_ID } from './confirm.ts'

/** updateAssetMeta (page vod_04_0023, reference §1.10): what is not named stays. */
export async function updateMeta(call: Call): Promise<Reply> {
  const { core, account, project } = call
  const fields = new Fields(call.body)
  const assetId = fields.requiredText('asset_id', ASSET_ID)
  const title = readNewTitle(fields)
  const description = readDescription(fields)
  const categoryId = readCategoryId(fields)
  const tags = readTags(fields)
  const find = () => requireAsset(core, account.id, project, assetId)
  await find()
  if (categoryId !== null) await requireCategory(call, categoryId)
  await changeAsset(core, find, ({ attributes }) => ({
    attributes: {
      ...attributes,
      description: description ?? attributes.description,
      categoryId: categoryId ?? attributes.categoryId,
      tags: tags ?? attributes.tags,
    },
    traits: title === null ? {} : { name: title },
  }))
  return reply(call, 204)
}
