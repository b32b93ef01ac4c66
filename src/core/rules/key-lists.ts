import { CoreError } from '../errors.ts'
import type { KeyPage, ListedEntry, ListedObject } from '../model/buckets.ts'
import { afterPrefix, compareNames } from './names.ts'

/** What of a bucket a list shows. */
export interface KeyRange {
  /** What keys begin with. */
  readonly prefix: string
  /** Keys that have it behind the prefix are shown as one: what they have in common up to and with it. Null: all alone. */
  readonly delimiter: string | null
  /** Keys and common prefixes behind this; empty for all. */
  readonly after: string
}

/** Below 0 if `a` stands before `b` in a list. */
export const compareKeys = compareNames

/** The text right behind `text`, as no text has a NUL. */
export const following = (text: string): string => `${text}\u0001`

/** What a key is shown as part of; null where it is shown itself. */
export function commonPrefixOf(
  key: string,
  { prefix, delimiter }: Pick<KeyRange, 'prefix' | 'delimiter'>,
): string | null {
  const at = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length)
  return at < 0 || delimiter === null ? null : key.slice(0, at + delimiter.length)
}

/**
 * The first key that a list may have to look at; null where nothing can be left. S3 orders keys and common prefixes by their
 * bytes in UTF-8: a common prefix that `after` lies in stands before it, and is passed over.
 */
export function firstKey(range: KeyRange): string | null {
  const { prefix, after } = range
  if (after === '' || compareNames(after, prefix) < 0) return prefix
  if (!after.startsWith(prefix)) return null
  const common = commonPrefixOf(after, range)
  return common === null ? following(after) : afterPrefix(common)
}

/** What lists are ordered by, and what markers name. */
export const textOf = (entry: ListedEntry): string => (entry.kind === 'object' ? entry.key : entry.prefix)

/** What is shown for keys in order, and the first key that may be shown next; null for none. */
export function rolledUp(range: KeyRange, found: readonly ListedObject[]) {
  const shown: ListedEntry[] = []
  let common: string | null = null
  let next: string | null = null
  for (const object of found) {
    if (common !== null && object.key.startsWith(common)) continue
    common = commonPrefixOf(object.key, range)
    shown.push(common === null ? object : { kind: 'prefix', prefix: common })
    next = common === null ? following(object.key) : afterPrefix(common)
  }
  return { shown, next }
}

/** Throws `invalid-argument` for a text that no key can have, and for an empty delimiter. */
export function requireRange({ prefix, delimiter, after }: KeyRange): void {
  for (const [field, text] of Object.entries({ prefix, delimiter: delimiter ?? '/', after })) {
    const isText = text.isWellFormed() && !text.includes('\0')
    if (isText && (field !== 'delimiter' || text !== '')) continue
    throw new CoreError('invalid-argument', 'no key can have this', { field })
  }
}

/** What a page needs next: keys from `from` on, in order, up to `limit`. Fewer: no more begin with the prefix. */
export interface KeyReading {
  readonly from: string
  readonly limit: number
}

/**
 * Makes a page of what it is given. Each reading takes twice as many keys as the last one had that were of use. So a page reads at
 * most two keys for each entry, however many a common prefix has, and most pages take few readings.
 */
export function* paging(
  range: KeyRange & { readonly limit: number },
): Generator<KeyReading, KeyPage, readonly ListedObject[]> {
  const entries: ListedEntry[] = []
  const wanted = range.limit === 0 ? 0 : range.limit + 1
  let from = firstKey(range)
  let batch = range.delimiter === null ? wanted : 1
  while (from !== null && entries.length < wanted) {
    const limit: number = Math.min(batch, wanted - entries.length)
    const found = yield { from, limit }
    const { shown, next } = rolledUp(range, found)
    entries.push(...shown)
    from = found.length < limit ? null : next
    batch = shown.length * 2
  }
  const page = entries.slice(0, range.limit)
  const last = page.at(-1)
  return { entries: page, next: last === undefined || page.length === entries.length ? null : textOf(last) }
}
