import type { Reply } from '../../../http/types.ts'
import type { ObsOperation } from '../../../object-plane/obs/index.ts'
import { illegalField, VodError } from '../errors.ts'
import { statusOf } from '../model/asset.ts'
import { NAMED_TYPES } from '../model/file-types.ts'
import { findByObjectKey, obsBucket } from '../storage/object-keys.ts'
import { type Signed, signedQuery, signedUrl } from '../storage/urls.ts'
import { Query } from '../wire/query.ts'
import { type Call, reply } from './call.ts'

const PART_NUMBER_MAX = 10_000
const VERBS = ['POST', 'PUT', 'GET', 'DELETE'] as const

/** showAssetTempAuthority (page vod_04_0197, reference §1.3): a signed URL for one step of an upload in parts. */
export const authorityUrl = async (call: Call): Promise<Reply> =>
  reply(call, 200, { sign_str: signedUrl(call, await authorise(call)) })

/** The older call (page vod_04_0009): the signature alone, for clients that make the URL themselves. */
export const authorityQuery = async (call: Call): Promise<Reply> =>
  reply(call, 200, { sign_str: signedQuery(call, await authorise(call)) })

/** Throws VOD.10053, VOD.10062 for a key that no asset's video has, and VOD.10135 where no upload is awaited there. */
async function authorise(call: Call): Promise<Signed> {
  const { core, account, project, exchange } = call
  const query = new Query(exchange)
  const operation = readOperation(query)
  const contentType = readContentType(query, operation)
  const contentMd5 = operation.type === 'part' ? query.md5('content_md5') : null
  if (query.requiredText('bucket') !== obsBucket(project)) throw illegalField('bucket')
  const key = query.requiredText('object_key')
  const file = await findByObjectKey(core, account.id, project, key)
  if (file === null || statusOf(file.asset) === 'DELETED') throw new VodError(10062)
  if (file.kind !== 'video') throw illegalField('object_key')
  if (statusOf(file.asset) !== 'CREATING') throw new VodError(10135)
  return { operation, key, contentMd5, ...(contentType === null ? {} : { contentType }) }
}

function readOperation(query: Query): ObsOperation {
  const verb = query.requiredOneOf('http_verb', VERBS)
  const uploadId = query.text('upload_id')
  if (uploadId !== null && !/^[0-9A-Fa-f]{32}$/.test(uploadId)) throw illegalField('upload_id')
  if (verb === 'POST' && uploadId === null) return { type: 'initiate' }
  if (uploadId === null) throw illegalField('upload_id')
  switch (verb) {
    case 'POST':
      return { type: 'complete', uploadId }
    case 'GET':
      return { type: 'list-parts', uploadId }
    case 'DELETE':
      return { type: 'abort', uploadId }
    case 'PUT': {
      const partNumber = query.integer('part_number', 1, PART_NUMBER_MAX)
      if (partNumber === null) throw illegalField('part_number')
      return { type: 'part', uploadId, partNumber }
    }
  }
}

/**
 * The Content-Type that the client has to send; null for none. It counts where an upload begins. Parts and the list of parts have
 * types of their own (page vod_04_0216), whatever is named here.
 */
function readContentType(query: Query, operation: ObsOperation): string | null {
  const named = query.text('content_type', 128)
  if (named !== null && !/^[\x21-\x7e]+(?: [\x21-\x7e]+)*$/.test(named)) throw illegalField('content_type')
  switch (operation.type) {
    case 'initiate':
      if (named === null) throw illegalField('content_type')
      return named
    case 'part':
    case 'complete':
      return named !== null && NAMED_TYPES.includes(named) ? named : null
    default:
      return null
  }
}
