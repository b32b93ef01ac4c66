import { CoreError } from '../../../core/errors.ts'
import type { Reply } from '../../../http/types.ts'
import { hasObject } from '../auth/scope.ts'
import { findSource, type Source, sourceUrl } from '../background/stored-source.ts'
import { VodError } from '../errors.ts'
import { requireCategory } from '../model/categories.ts'
import { VIDEO_TYPES } from '../model/file-types.ts'
import { readTitle } from '../wire/announced.ts'
import { Fields } from '../wire/fields.ts'
import { type Call, reply } from './call.ts'
import { beginPull, pulledAttributes } from './pulls.ts'
import { requireReach } from './reach.ts'

const NAME = { bytesMax: 128 }
const KEY = { bytesMax: 1024 }
const STORAGE_MODES = { min: 0, max: 1 }

/**
 * publishAssetFromObs (page vod_04_0201): an asset whose video is copied from an object of the account, in the background. Throws
 * VOD.10003 where the object is not there, and `access-denied` where the caller may not read it, or it is of a project that the
 * caller's token is not for.
 */
export async function reproduce(call: Call): Promise<Reply> {
  const fields = new Fields(call.body)
  const type = fields.requiredOneOf('video_type', VIDEO_TYPES)
  const title = readTitle(fields)
  const source = readSource(fields)
  fields.integer('storage_mode', STORAGE_MODES.min, STORAGE_MODES.max)
  fields.text('output_bucket', NAME)
  fields.text('output_path', KEY)
  const videoName = source.key.slice(source.key.lastIndexOf('/') + 1).slice(-NAME.bytesMax)
  const attributes = pulledAttributes(call, fields, { type, url: sourceUrl(source), videoName })
  await requireCategory(call, attributes.categoryId)
  if (!hasObject(call.caller.scope, source))
    throw new CoreError('access-denied', 'the object is of another project than the caller', { need: 'read' })
  const found = await findSource(call, call.account, source)
  if (found === null) throw new VodError(10003)
  requireReach(call, 'read', found.reach, source.bucket)
  return reply(call, 200, { asset_id: await beginPull(call, { title, type, attributes }) })
}

function readSource(fields: Fields): Source {
  const input = fields.object('input')
  if (input === null) throw fields.illegal('input')
  input.text('location', NAME)
  return { bucket: input.requiredText('bucket', NAME), key: input.requiredText('object', KEY) }
}
