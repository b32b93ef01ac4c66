import type { Reply } from '../../../http/types.ts'
import { illegalField } from '../errors.ts'
import { assetsBucket } from '../model/asset.ts'
import { LABEL } from '../model/asset-index.ts'
import { headOf } from '../model/heads.ts'
import { Query } from '../wire/query.ts'
import { type Call, reply } from './call.ts'

/** So many duplicates are named, newest first. */
const DUPLICATES_MAX = 100

/** checkMd5Duplication (page vod_04_0050, reference §1.17): which assets have a file of this size and head. */
export async function duplication(call: Call): Promise<Reply> {
  const { core, account, project, exchange } = call
  const query = new Query(exchange)
  const size = query.integer('size', 0, Number.MAX_SAFE_INTEGER)
  if (size === null) throw illegalField('size')
  const md5 = query.md5('md5')
  if (md5 === null) throw illegalField('md5')
  const head = headOf(size, Buffer.from(md5, 'base64').toString('hex'))
  const { objects } = await core.catalog.search({
    ...{ account: account.id, bucket: assetsBucket(project), labels: [[LABEL.head(head)]] },
    ...{ keys: null, statuses: null, kinds: null, keyword: null, createdFrom: null, createdUntil: null },
    ...{ order: 'newest-first', limit: DUPLICATES_MAX, offset: 0, countMax: 1 },
  })
  const asset_ids = objects.map(({ key }) => key)
  return reply(call, 200, { is_duplicated: asset_ids.length > 0 ? 1 : 0, asset_ids })
}
