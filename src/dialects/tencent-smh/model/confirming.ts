import { CoreError, isCoreError } from '../../../core/errors.ts'
import type { NewDelivery } from '../../../core/model/deliveries.ts'
import type { SeenFile } from '../../../core/model/trees.ts'
import type { CommittedFile } from '../../../core/ports/commands/commits.ts'
import { requireGrant } from '../auth/grants.ts'
import { SmhError } from '../errors.ts'
import { type GivenTraits, toJson } from './attributes.ts'
import { requireCas } from './content-cas.ts'
import type { SpaceContext } from './context.ts'
import { allParts, crc64Of, requireWhole } from './parts.ts'
import { policyOf, type Strategy } from './strategy.ts'
import { type BegunUpload, requireWaiting } from './upload.ts'

/** So often a confirm starts anew when parts came in meanwhile. Then it lets no more in. */
const ATTEMPTS_OPEN = 3
/** How often it starts anew in all. Then only renewals can have come between. */
const ATTEMPTS_MAX = 10

/** What a confirm says. */
export interface Confirming {
  /** Null: the start's. */
  readonly strategy: Strategy | null
  /** As the client computed it. Null: it did not. */
  readonly crc64: bigint | null
  readonly traits: GivenTraits
  /** `content_cas`: see `UploadPlan`. Null: the start's. */
  readonly cas: string | null
  /** Messages that go out with the file, or not at all. */
  readonly deliveries?: readonly NewDelivery[]
}

/** A confirm that says nothing. */
export const PLAIN_CONFIRM: Confirming = { strategy: null, crc64: null, traits: {}, cas: null }

/**
 * Makes the bytes of an upload a file. `find` finds it, at another attempt as it is now. Errors: those of `find`;
 * `NoPermission`, `UploadIncomplete`, `MultipartUploadIncomplete`, `MultipartUploadPartTooSmall`, `BadCrc64`, `PathConflict`,
 * `SameNameDirectoryOrFileExists`, `QuotaLimitReached`, `DirectoryNotFound`; `UploadComplete` if the file of an earlier confirm is gone.
 */
export async function confirmUpload(
  context: SpaceContext,
  find: (isFirst: boolean) => Promise<BegunUpload>,
  confirming: Confirming,
): Promise<CommittedFile> {
  for (let attempt = 1; ; attempt++) {
    const begun = await find(attempt === 1)
    try {
      return await commit(context, begun, confirming)
    } catch (error) {
      if (!isCoreError(error, 'upload-changed') || attempt === ATTEMPTS_MAX) throw error
    }
    if (attempt === ATTEMPTS_OPEN) await closeToParts(context, begun)
  }
}

async function commit(
  context: SpaceContext,
  begun: BegunUpload,
  confirming: Confirming,
): Promise<CommittedFile> {
  const { core, address } = context
  const { upload, parent, name, contentType } = begun
  const strategy = confirming.strategy ?? begun.strategy
  if (strategy === 'overwrite' && begun.strategy !== 'overwrite')
    requireGrant(context, 'upload.confirm-force')
  if (upload.state !== 'committed') requireWaiting(begun, core.clock.now())
  const ifThere = await unlessChanged(context, begun, async () => {
    await checkBytes(context, begun, confirming.crc64)
    return upload.state === 'committed' ? undefined : seenThere(context, begun, confirming.cas ?? begun.cas)
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
        deliveries: confirming.deliveries ?? [],
      },
    )
  } catch (error) {
    throw isCoreError(error, 'object-not-found') ? new SmhError('UploadComplete') : error
  }
}

/** Lets no more parts in: they could keep the confirm from its end. The bytes that are there passed a check just now. */
async function closeToParts({ core }: SpaceContext, { upload }: BegunUpload): Promise<void> {
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
  { core, address }: SpaceContext,
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
  { core }: SpaceContext,
  begun: BegunUpload,
  check: () => Promise<Result>,
): Promise<Result> {
  try {
    return await check()
  } catch (error) {
    const { account, id, version } = begun.upload
    const now = await core.uploads.find({ account, id })
    if (now?.version === version) throw error
    throw new CoreError('upload-changed', 'the upload changed while its parts were looked at')
  }
}

async function checkBytes(
  { core }: SpaceContext,
  { upload, kind }: BegunUpload,
  crc64: bigint | null,
): Promise<void> {
  if (upload.state === 'committed' || upload.state === 'sealed') {
    requireCrc64(crc64, upload.sealed.digests.crc64)
    return
  }
  const { isAppended } = upload.limits
  // The commit tells whether a simple upload's only part is there.
  if (kind !== 'multipart' && isAppended !== true && crc64 === null) return
  const parts = await allParts(core, upload)
  requireWhole(parts, upload.limits)
  if (crc64 !== null) requireCrc64(crc64, crc64Of(parts))
}

function requireCrc64(expected: bigint | null, actual: string | undefined): void {
  if (expected !== null && actual !== undefined && BigInt(actual) !== expected) throw new SmhError('BadCrc64')
}
