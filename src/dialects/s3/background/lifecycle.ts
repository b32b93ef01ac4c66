import { isCoreError } from '../../../core/errors.ts'
import type { Bucket } from '../../../core/model/buckets.ts'
import type { Job } from '../../../core/ports/background.ts'
import type { S3Context } from '../calls/call.ts'
import { endOf, type LifecycleRule, rulesOf } from '../wire/lifecycle.ts'

const EVERY_MS = 3_600_000
const PAGE = 1000

/** Removes objects and ends uploads whose time is over by the lifecycle of their bucket. */
export const createLifecycleJob = (context: Pick<S3Context, 'core' | 'accounts'>): Job => ({
  name: 's3.lifecycle',
  everyMs: EVERY_MS,
  run: async (signal) => {
    const { core, accounts } = context
    for (const { id: account } of accounts.all) {
      for (let after: Bucket['name'] | null = null; ; ) {
        const page: readonly Bucket[] = await core.buckets.list({ account, owner: '', after, limit: PAGE })
        for (const bucket of page) await keepTo(core, bucket, signal)
        if (page.length < PAGE || signal.aborted) break
        after = page.at(-1)?.name ?? null
      }
    }
  },
})

type Core = S3Context['core']

async function keepTo(core: Core, bucket: Bucket, signal: AbortSignal): Promise<void> {
  for (const rule of rulesOf(bucket.settings.lifecycle)) {
    if (!rule.isEnabled || signal.aborted) continue
    if (rule.days !== null || rule.date !== null) await removeObjects(core, bucket, rule, signal)
    if (rule.uploadDays !== null) await endUploads(core, bucket, { ...rule, days: rule.uploadDays }, signal)
  }
}

/** What is written meanwhile stays. */
async function removeObjects(
  { buckets, objects, clock }: Core,
  { account, name: bucket }: Bucket,
  { prefix, days, date }: LifecycleRule,
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now()
  const isOver = (changedAt: number) =>
    days === null ? now >= Date.parse(date ?? '') : now >= endOf(changedAt, days)
  for (let after = ''; !signal.aborted; ) {
    const page = await buckets.listKeys({ account, bucket, prefix, delimiter: null, after, limit: PAGE })
    for (const entry of page.entries) {
      if (entry.kind !== 'object' || !isOver(entry.changedAt)) continue
      const object = await objects.find({ account, id: entry.id })
      if (object === null || object.updatedAt !== entry.changedAt) continue
      const { id, version } = object
      await objects.delete({ account, id }, { id, version }).catch(unlessGone)
    }
    if (page.next === null) return
    after = page.next
  }
}

async function endUploads(
  { uploads, clock }: Core,
  { account, name: bucket }: Bucket,
  { prefix, days }: { readonly prefix: string; readonly days: number },
  signal: AbortSignal,
): Promise<void> {
  const now = clock.now()
  const range = { account, bucket, prefix, delimiter: null, limit: PAGE }
  let at: { readonly after: string; readonly afterId: Parameters<Core['uploads']['list']>[0]['afterId'] } = {
    ...{ after: '', afterId: null },
  }
  while (!signal.aborted) {
    const page = await uploads.list({ ...range, ...at })
    for (const entry of page.entries) {
      if (entry.kind !== 'upload' || now < endOf(entry.upload.createdAt, days)) continue
      await uploads.abort({ account, id: entry.upload.id }).catch(unlessGone)
    }
    if (page.next === null) return
    at = { after: page.next.key, afterId: page.next.id }
  }
}

const GONE = [
  'object-not-found',
  'object-changed',
  'object-held',
  'upload-closed',
  'upload-not-found',
] as const

function unlessGone(error: unknown): void {
  if (!GONE.some((code) => isCoreError(error, code))) throw error
}
