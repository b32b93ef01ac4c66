import { credentialsOf } from '../../../core/accounts.ts'
import type { TimeMs } from '../../../core/clock.ts'
import { isCoreError } from '../../../core/errors.ts'
import type { ObjectId } from '../../../core/ids.ts'
import type { ObjectBrief } from '../../../core/model/objects.ts'
import type { Job } from '../../../core/ports/background.ts'
import { projectCredential } from '../credentials.ts'
import { type AssetStatus, assetOf, assetsBucket } from '../model/asset.ts'
import type { ProjectContext, Vod } from '../model/context.ts'
import { VIDEO_TYPES } from '../model/file-types.ts'
import { allSideKeys, removeSideFiles } from '../storage/side-files.ts'

const PAGE = 1000
const EVERY_MS = 3600_000
/** Assets without a video, which nobody has to keep: announced and never filled, and deleted. */
const UNUSED: readonly AssetStatus[] = ['CREATING', 'CANCELLED', 'UPLOAD_FAILED', 'DELETED']

/**
 * Forgets assets without a video that did not change for `unused_ttl_s`. The vendor says of no end (reference §1.1): this one
 * is long, and 0 turns it off.
 */
export function unusedAssetsJob(vod: Vod): Job {
  const { core, accounts, options } = vod
  return {
    name: 'huawei-vod.unused-assets',
    everyMs: EVERY_MS,
    run: async (signal) => {
      if (options.unusedTtlS === 0) return
      const before = core.clock.now() - options.unusedTtlS * 1000
      for (const account of accounts.all) {
        for (const project of credentialsOf(account, projectCredential)) {
          await forgetIn({ ...vod, account, project }, before, signal)
        }
      }
    },
  }
}

/** Of each kind and status, the newest first: an index has them so, and nothing else is read. */
async function forgetIn(context: ProjectContext, before: TimeMs, signal: AbortSignal): Promise<void> {
  for (const kind of VIDEO_TYPES) {
    for (const status of UNUSED) await forgetThose(context, { kind, status }, before, signal)
  }
}

async function forgetThose(
  { core, account, project }: ProjectContext,
  those: { readonly kind: string; readonly status: AssetStatus },
  before: TimeMs,
  signal: AbortSignal,
): Promise<void> {
  const query = { account: account.id, bucket: assetsBucket(project), ...those, limit: PAGE }
  for (let after: ObjectBrief | null = null; !signal.aborted; ) {
    const briefs: readonly ObjectBrief[] = await core.objects.listBriefs({ ...query, after })
    const old = briefs.filter(({ createdAt }) => createdAt < before)
    for (const { id } of old) await forget({ core, account, project }, id, before)
    after = briefs.at(-1) ?? null
    if (briefs.length < PAGE) return
  }
}

type Context = Pick<ProjectContext, 'core' | 'account' | 'project'>

async function forget(context: Context, id: ObjectId, before: TimeMs): Promise<void> {
  const at = { account: context.account.id, id }
  const object = await context.core.objects.find(at)
  if (object === null || object.content !== null || object.updatedAt >= before) return
  try {
    await context.core.objects.delete(at)
  } catch (error) {
    if (isCoreError(error, 'object-not-found') || isCoreError(error, 'object-held')) return
    throw error
  }
  await removeSideFiles(context, allSideKeys(context, assetOf(object)))
}
