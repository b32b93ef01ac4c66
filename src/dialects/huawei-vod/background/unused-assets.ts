import { credentialsOf } from '../../../core/accounts.ts'
import type { TimeMs } from '../../../core/clock.ts'
import { isCoreError } from '../../../core/errors.ts'
import type { StoredObject } from '../../../core/model/objects.ts'
import type { Job } from '../../../core/ports/background.ts'
import { projectCredential } from '../credentials.ts'
import { type AssetStatus, assetOf, assetsBucket } from '../model/asset.ts'
import type { ProjectContext, Vod } from '../model/context.ts'
import { removeSideFiles, sideKeys } from '../storage/side-files.ts'

const PAGE = 100
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

/** Those that stay, because they changed since, are passed over. */
async function forgetIn(context: ProjectContext, before: TimeMs, signal: AbortSignal): Promise<void> {
  const { core, account, project } = context
  let kept = 0
  while (!signal.aborted) {
    const { objects } = await core.catalog.search({
      ...{ account: account.id, bucket: assetsBucket(project), labels: [], keys: null, statuses: UNUSED },
      ...{ kinds: null, keyword: null, createdFrom: null, createdUntil: before, order: 'oldest-first' },
      ...{ limit: PAGE, offset: kept, countMax: 1 },
    })
    for (const object of objects) if (!(await forget(context, object, before))) kept += 1
    if (objects.length < PAGE) return
  }
}

async function forget(context: ProjectContext, object: StoredObject, before: TimeMs): Promise<boolean> {
  if (object.content !== null || object.updatedAt >= before) return false
  try {
    await context.core.objects.delete({ account: object.account, id: object.id })
  } catch (error) {
    if (isCoreError(error, 'object-not-found')) return true
    if (isCoreError(error, 'object-held')) return false
    throw error
  }
  await removeSideFiles(context, sideKeys(context, assetOf(object)))
  return true
}
