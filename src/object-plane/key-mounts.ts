import type { Core } from '../core/core.ts'
import { isCoreError } from '../core/errors.ts'
import type { KeyPage, ListedEntry, ListedObject } from '../core/model/buckets.ts'
import type { BucketAddress } from '../core/ports/commands/buckets.ts'
import { compareKeys, paging, textOf } from '../core/rules/key-lists.ts'
import type { KeyRangeAsked } from './contents.ts'

/** Keys of a bucket that lie elsewhere, under names of their own. */
export interface KeyMount {
  /** What its keys begin with in the bucket; that of no other mount begins so. */
  readonly prefix: string
  /** A page of them without the prefix. What is not there has none. */
  list(range: KeyRangeAsked): Promise<KeyPage>
}

/** A page of a bucket that is put together from mounts. They come in the order of their prefixes' bytes in UTF-8. */
export async function listMounts(
  mounts: Iterable<KeyMount> | AsyncIterable<KeyMount>,
  range: KeyRangeAsked,
): Promise<KeyPage> {
  const found: ListedEntry[] = []
  for await (const mount of mounts) {
    const limit = range.limit + 1 - found.length
    if (limit <= 0) break
    const last = found.at(-1)
    found.push(...(await entriesOf(mount, { ...range, limit, after: last ? textOf(last) : range.after })))
  }
  const entries = found.slice(0, range.limit)
  const last = entries.at(-1)
  return { entries, next: found.length > range.limit && last !== undefined ? textOf(last) : null }
}

async function entriesOf(mount: KeyMount, range: KeyRangeAsked): Promise<readonly ListedEntry[]> {
  const { prefix: own } = mount
  const { prefix, delimiter, after, limit } = range
  if (prefix.startsWith(own)) return inner(mount, prefix.slice(own.length), range)
  if (!own.startsWith(prefix)) return []
  const at = delimiter === null ? -1 : own.indexOf(delimiter, prefix.length)
  if (at < 0 || delimiter === null) return inner(mount, '', range)
  const common = own.slice(0, at + delimiter.length)
  const isPassed = after !== '' && (after.startsWith(common) || compareKeys(after, common) >= 0)
  if (isPassed || limit < 1) return []
  const some = await inner(mount, '', { ...range, delimiter: null, after: '', limit: 1 })
  return some.length === 0 ? [] : [{ kind: 'prefix', prefix: common }]
}

/** The mount's entries, by the bucket's names. */
async function inner(
  { prefix: own, list }: KeyMount,
  prefix: string,
  { delimiter, after, limit }: KeyRangeAsked,
): Promise<readonly ListedEntry[]> {
  const isBefore = after === '' || compareKeys(after, own) < 0
  if (!isBefore && !after.startsWith(own)) return []
  const range = { prefix, delimiter, limit, after: isBefore ? '' : after.slice(own.length) }
  const { entries } = await list(range).catch(noBucket)
  return entries.map((entry) =>
    entry.kind === 'prefix'
      ? { kind: 'prefix', prefix: own + entry.prefix }
      : { ...entry, key: own + entry.key },
  )
}

/** The keys of a bucket of the core's that begin with `within`, without that. */
export const keysIn =
  ({ buckets }: Pick<Core, 'buckets'>, address: BucketAddress, within = ''): KeyMount['list'] =>
  async (range) => {
    const after = range.after === '' ? '' : within + range.after
    const page = await buckets.listKeys({ ...address, ...range, after, prefix: within + range.prefix })
    return {
      entries: page.entries.map((entry) =>
        entry.kind === 'prefix'
          ? { kind: 'prefix', prefix: entry.prefix.slice(within.length) }
          : { ...entry, key: entry.key.slice(within.length) },
      ),
      next: page.next?.slice(within.length) ?? null,
    }
  }

function noBucket(error: unknown): KeyPage {
  if (isCoreError(error, 'bucket-not-found')) return { entries: [], next: null }
  throw error
}

/**
 * So many of the keys from `from` on, or a few more, in the order of their bytes in UTF-8; fewer where no more are left that begin with
 * `prefix`.
 */
export type KeysFrom = (from: string, limit: number, prefix: string) => Promise<readonly ListedObject[]>

/** A page of keys that are known only by where they begin. */
export async function listFound(keysFrom: KeysFrom, range: KeyRangeAsked): Promise<KeyPage> {
  const pages = paging(range)
  for (let step = pages.next(); ; ) {
    if (step.done === true) return step.value
    const { from, limit } = step.value
    const found = await keysFrom(from, limit, range.prefix)
    step = pages.next(found.filter(({ key }) => key.startsWith(range.prefix)))
  }
}

export { compareKeys }
