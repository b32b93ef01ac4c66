import type { Reply } from '../../../http/types.ts'
import { VodError } from '../errors.ts'
import { filesBucket, isConfirmed, requireAsset } from '../model/asset.ts'
import { coverKey, findByObjectKey } from '../storage/object-keys.ts'
import { putCover } from '../storage/picture-files.ts'
import { playUrl } from '../storage/urls.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, reply } from './call.ts'

const URL_BYTES_MAX = 4096

/**
 * updateCoverByThumbnail (page vod_04_0209, reference §1.13): a snapshot becomes the cover of its asset, or the cover stays. Throws
 * VOD.10062 for any other URL.
 */
export async function setCover(call: Call): Promise<Reply> {
  const { core, account, project } = call
  const fields = new Fields(call.body)
  const url = fields.requiredText('thumbnailUrl', { bytesMax: URL_BYTES_MAX })
  if (!URL.canParse(url)) throw fields.illegal('thumbnailUrl')
  const key = keyOf(call, url)
  const file = key === null ? null : await findByObjectKey(core, account.id, project, key)
  if (key === null || file === null || !isConfirmed(file.asset)) throw new VodError(10062)
  const picture = await core.objects.find({ account: account.id, bucket: filesBucket(project), key })
  if (picture === null) throw new VodError(10062)
  const { object, attributes } = file.asset
  if (file.kind === 'snapshot') {
    const find = () => requireAsset(core, account.id, project, object.key)
    await putCover(call, find, { object: picture }, 'any')
  } else if (key !== coverKey(project, object.key, attributes)) throw new VodError(10062)
  return reply(call, 204)
}

/** The object key that a play URL of ours has; null for any other. */
function keyOf(call: Call, url: string): string | null {
  const base = playUrl(call, '')
  if (!url.startsWith(base)) return null
  try {
    return decodeURIComponent(url.slice(base.length))
  } catch {
    return null
  }
}
