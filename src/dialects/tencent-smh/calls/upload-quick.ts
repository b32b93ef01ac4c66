import { isCoreError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { FileEntry, SeenFile } from '../../../core/model/trees.ts'
import { orEmpty, textWhere } from '../../../http/json-shapes.ts'
import type { Reply } from '../../../http/types.ts'
import { permits } from '../auth/grants.ts'
import { readableSpaces } from '../auth/spaces.ts'
import { SmhError } from '../errors.ts'
import { toJson } from '../model/attributes.ts'
import { BLOCK_SIZE } from '../model/hashing.ts'
import { policyOf } from '../model/strategy.ts'
import type { UploadPlan } from '../model/upload.ts'
import { bodyFields } from '../wire/parameters.ts'
import { confirmRecord } from '../wire/records.ts'
import { reply, type SpaceCall } from './call.ts'

/** What a client says of the bytes that it has. */
export interface GivenHashes {
  readonly beginning: string | null
  readonly full: string | null
}

const HASH = orEmpty(textWhere('64 hexadecimal characters', (text) => /^[0-9a-f]{64}$/i.test(text)))

/** Reads `beginningHash` and `fullHash`; null for neither. Errors: `ParamInvalid`. */
export function readHashes(body: JsonObject): GivenHashes | null {
  const fields = bodyFields(body)
  const beginning = fields.optional('beginningHash', HASH)?.toLowerCase() ?? null
  const full = fields.optional('fullHash', HASH)?.toLowerCase() ?? null
  return beginning === null && full === null ? null : { beginning, full }
}

/**
 * The rounds of a quick upload (reference §5.10). 202: a file of the library may have the same bytes. 200 with the new file's record:
 * `fullHash` shows that one has. Null: the bytes have to be sent. Only files that the caller may read count. It finishes files, so it is only
 * for callers who may confirm.
 */
export async function quickUpload(
  call: SpaceCall,
  plan: UploadPlan,
  {
    beginning,
    full,
    size,
    ifThere,
  }: GivenHashes & { readonly size: number; readonly ifThere: SeenFile | undefined },
): Promise<Reply | null> {
  const { options, fingerprints, address, caller } = call
  if (!options.quickUpload || size < BLOCK_SIZE || !permits(caller.grants, 'upload.confirm')) return null
  const within = { account: address.account, realm: address.realm, volumes: await readableSpaces(call) }
  if (full !== null) {
    const source = await fingerprints.findFull(within, size, full)
    return source === null ? null : shareBytes(call, plan, source, ifThere)
  }
  const isCandidate = beginning !== null && (await fingerprints.hasBeginning(within, size, beginning))
  return isCandidate ? reply(call, 202) : null
}

/** Null: the source has gone meanwhile. */
async function shareBytes(
  call: SpaceCall,
  plan: UploadPlan,
  source: FileEntry,
  ifThere: SeenFile | undefined,
): Promise<Reply | null> {
  const { core, address, library, query } = call
  const { parent, name, strategy, contentType, attributes, localCreatedAt, localModifiedAt } = plan
  try {
    const { entry, isOverwritten } = await core.trees.putEntry({
      volume: address,
      place: { parent, name },
      conflict: policyOf(strategy),
      ifThere,
      traits: { attributes: toJson(attributes), localCreatedAt, localModifiedAt },
      what: {
        kind: 'file',
        source: { volume: source.volume, id: source.id, blob: source.content.blob },
        contentType,
      },
    })
    if (entry.kind !== 'file') throw new SmhError('InternalServerError')
    const shown = { inode: query.flag('with_inode'), cas: query.flag('with_content_cas') }
    return reply(call, 200, confirmRecord(library, entry, { ...shown, isOverwritten }))
  } catch (error) {
    if (isCoreError(error, 'entry-not-found')) return null
    throw error
  }
}
