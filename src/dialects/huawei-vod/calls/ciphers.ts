import type { Reply } from '../../../http/types.ts'
import { VodError } from '../errors.ts'
import { requireAsset } from '../model/asset.ts'
import { Query } from '../wire/query.ts'
import type { Call } from './call.ts'

/** showAssetCipher (page vod_04_0100). Nothing is encrypted, so that no asset has a key: VOD.10101. Throws VOD.10062. */
export async function cipher({ core, account, project, exchange }: Call): Promise<Reply> {
  await requireAsset(core, account.id, project, new Query(exchange).requiredText('asset_id'))
  throw new VodError(10101)
}
