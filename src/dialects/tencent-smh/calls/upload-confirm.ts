import { CoreError, isCoreError } from '../../../core/errors.ts'
import type { FileEntry, SeenFile } from '../../../core/model/trees.ts'
import type { Shape } from '../../../http/json-fields.ts'
import { orEmpty } from '../../../http/json-shapes.ts'
import type { Reply } from '../../../http/types.ts'
import { requireGrant } from '../auth/grants.ts'
import { SmhError } from '../errors.ts'
import { type GivenTraits, toJson } from '../model/attributes.ts'
import { requireCas } from '../model/content-cas.ts'
import { allParts, crc64Of, requireWhole } from '../model/parts.ts'
import { policyOf, readStrategy, type Strategy } from '../model/strategy.ts'
import { type BegunUpload, findUpload, requireWaiting } from '../model/upload.ts'
import { readTraits } from '../wire/fields.ts'
import { bodyFields } from '../wire/parameters.ts'
import { confirmRecord } from '../wire/records.ts'
import { reply, type SpaceCall } from './call.ts'

/** So often a confirm starts anew when parts came in meanwhile. Then it lets no more in. */
const ATTEMPTS_OPEN = 3
/** How often it starts anew in all. Then only renewals can have come between. */
const ATTEMPTS_MAX = 10

interface Confirming {
  /** Null: the start's. */
  readonly strategy: Strategy | null
  /** As the client computed it. Null: it did not. */
  readonly crc64: bigint | null
  readonly traits: GivenTraits
  /** `content_cas`: see `UploadPlan`. Null: the start's. */
  readonly cas: string | null
}

/**
 * `POST /api/v1/file/{L}/{S}/{ConfirmKey}?confirm` (1283/75440): makes the bytes a file (reference §5.7). It works as long as the
 * upload lives, even if its credentials have ended. A repeat gives the same record. Errors: `NoPermission`,
 * `InvalidConflictResolutionStrategy`, `UploadNotFound`, `UploadNotBelongYou`, `UploadIncomplete`,
 * `MultipartUploadIncomplete`, `MultipartUploadPartTooSmall`, `BadCrc64`, `PathConflict`, `SameNameDirectoryOrFileExists`,
 * `QuotaLimitReached`, `DirectoryNotFound`; `UploadComplete` if the file of an earlier confirm is gone.
 */
export async function confirm(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'upload.confirm')
  const confirming = await readConfirming(call)
  const shown = { inode: call.query.flag('with_inode'), cas: call.query.flag('with_content_cas') }
  for (let attempt = 1; ; attempt++) {
    const begun = await findUpload(call, attempt === 1)
    try {
      const { entry, isOverwritten } = await commit(call, begun, confirming)
      return reply(call, 200, confirmRecord(call.library, entry, { ...shown, isOverwritten }))
    } catch (error) {
      if (!isCoreError(error, 'upload-changed') || attempt === ATTEMPTS_MAX) throw error
    }
    if (attempt === ATTEMPTS_OPEN) await closeToParts(call, begun)
  }
}

async function readConfirming({ query, body }: SpaceCall): Promise<Confirming> {
  const given = await body()
  return {
    strategy: readStrategy(query.text('conflict_resolution_strategy')),
    crc64: bodyFields(given).optional('crc64', orEmpty(CRC64)),
    traits: readTraits(given),
    cas: query.text('content_cas'),
  }
}

async function commit(
  call: SpaceCall,
  begun: BegunUpload,
  confirming: Confirming,
): Promise<{ readonly entry: FileEntry; readonly isOverwritten: boolean }> {
  const { core, address } = call
  const { upload, parent, name, contentType } = begun
  const strategy = confirming.strategy ?? begun.strategy
  if (strategy === 'overwrite' && begun.strategy !== 'overwrite') requireGrant(call, 'upload.confirm-force')
  if (upload.state !== 'committed') requireWaiting(begun, core.clock.now())
  const ifThere = await unlessChanged(call, begun, async () => {
    await checkBytes(call, begun, confirming.crc64)
    return upload.state === 'committed' ? undefined : seenThere(call, begun, confirming.cas ?? begun.cas)
  })
  try {
    return await core.trees.commit(
      { account: upload.account, id: upload.id },
      {
        ifVersion: upload.version,
        volume: address,
        place: { parent, name },
        conflict: policyOf(strategy),
        ifThere,
        contentType,
        traits: traitsOf(begun, confirming.traits),
      },
    )
  } catch (error) {
    throw isCoreError(error, 'object-not-found') ? new SmhError('UploadComplete') : error
  }
}

/** Lets no more parts in: they could keep the confirm from its end. The bytes that are there passed a check just now. */
async function closeToParts({ core }: SpaceCall, { upload }: BegunUpload): Promise<void> {
  if (upload.state === 'open') await core.uploads.seal({ account: upload.account, id: upload.id })
}

/** What the confirm says goes before what the start said. */
function traitsOf({ attributes, localCreatedAt, localModifiedAt }: BegunUpload, given: GivenTraits) {
  const { labels = attributes.labels, category = attributes.category } = given
  const meta = { ...attributes.meta, ...given.meta }
  return {
    attributes: toJson({ ...attributes, labels, category, meta }),
    localCreatedAt: given.localCreatedAt ?? localCreatedAt,
    localModifiedAt: given.localModifiedAt ?? localModifiedAt,
  }
}

/** The file that the upload may replace and no other; undefined for anything. Errors: `PathConflict`. */
async function seenThere(
  { core, address }: SpaceCall,
  { parent, name }: BegunUpload,
  cas: string | null,
): Promise<SeenFile | undefined> {
  if (cas === null) return undefined
  const above = await core.trees.findEntry({ volume: address, at: { id: parent } })
  const path = above?.path ?? null
  const found =
    path === null ? null : await core.trees.findEntry({ volume: address, at: { path: [...path, name] } })
  return requireCas(found, cas)
}

/**
 * Checks something of an upload. If the upload changed meanwhile, a failure says nothing: then it is `upload-changed`, and the confirm
 * looks again.
 */
async function unlessChanged<Result>(
  call: SpaceCall,
  begun: BegunUpload,
  check: () => Promise<Result>,
): Promise<Result> {
  try {
    return await check()
  } catch (error) {
    const { account, id, version } = begun.upload
    const now = await call.core.uploads.find({ account, id })
    if (now?.version === version) throw error
    throw new CoreError('upload-changed', 'the upload changed while its parts were looked at')
  }
}

async function checkBytes(
  { core }: SpaceCall,
  { upload, kind }: BegunUpload,
  crc64: bigint | null,
): Promise<void> {
  if (upload.state === 'committed' || upload.state === 'sealed') {
    requireCrc64(crc64, upload.sealed.digests.crc64)
    return
  }
  // The commit tells whether a simple upload's only part is there.
  if (kind !== 'multipart' && crc64 === null) return
  const parts = await allParts(core, upload)
  requireWhole(parts)
  if (crc64 !== null) requireCrc64(crc64, crc64Of(parts))
}

function requireCrc64(expected: bigint | null, actual: string | undefined): void {
  if (expected !== null && actual !== undefined && BigInt(actual) !== expected) throw new SmhError('BadCrc64')
}

/** A small one may be a number. */
const CRC64: Shape<bigint> = {
  accepted: 'a decimal text',
  read: (value) => {
    const text = Number.isSafeInteger(value) ? String(value) : value
    return typeof text === 'string' && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined
  },
}
