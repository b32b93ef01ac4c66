import type { ListedEntry, ListedObject } from '../../core/model/buckets.ts'
import type { ListKeys } from '../../core/ports/commands/buckets.ts'
import { firstKey, rolledUp, textOf } from '../../core/rules/key-lists.ts'
import { afterPrefix } from '../../core/rules/names.ts'
import { requireBucket } from './buckets.ts'
import type { ScriptOf } from './command.ts'
import { OBJECT_COLUMNS, type ObjectRow, objectOf } from './object-rows.ts'
import { all, type Script } from './script.ts'
import { keysInTree } from './trees/list-keys.ts'
import { requireVolume } from './trees/volume-rows.ts'

/** Keys of a bucket from `from` on, in order, up to `limit`. Fewer: no more begin with the prefix. */
type Read = (from: string, limit: number) => Script<readonly ListedObject[]>

export const listKeys: ScriptOf<'listKeys'> = function* (query) {
  const { id, bucket } = yield* requireBucket(query)
  if (bucket.shape === 'flat') return yield* pageOf(query, keysOf(id, query))
  return yield* pageOf(query, keysInTree(yield* requireVolume(bucket.volume), query))
}

/**
 * Each reading takes twice as many keys as the last one had that were of use. So a page reads at most two keys for each entry,
 * however many a common prefix has, and most pages take few readings.
 */
function* pageOf(query: ListKeys, read: Read) {
  const entries: ListedEntry[] = []
  const wanted = query.limit === 0 ? 0 : query.limit + 1
  let from = firstKey(query)
  let batch = query.delimiter === null ? wanted : 1
  while (from !== null && entries.length < wanted) {
    const limit: number = Math.min(batch, wanted - entries.length)
    const found = yield* read(from, limit)
    const { shown, next } = rolledUp(query, found)
    entries.push(...shown)
    from = found.length < limit ? null : next
    batch = shown.length * 2
  }
  const page = entries.slice(0, query.limit)
  const last = page.at(-1)
  return { entries: page, next: last === undefined || page.length === entries.length ? null : textOf(last) }
}

const keysOf = (bucket: number, { prefix }: ListKeys): Read => {
  const end = afterPrefix(prefix)
  return function* (from, limit) {
    const rows = yield* all<ObjectRow>(
      `SELECT ${OBJECT_COLUMNS} FROM objects o JOIN buckets b ON b.id = o.bucket
       WHERE o.bucket = ? AND o.key >= ?${end === null ? '' : ' AND o.key < ?'} AND o.blob IS NOT NULL
       ORDER BY o.key LIMIT ?`,
      ...[bucket, from, ...(end === null ? [] : [end]), limit],
    )
    return rows.map((row) => {
      const { id, key, contentType, content, updatedAt: changedAt, attributes } = objectOf(row)
      return {
        kind: 'object',
        key,
        id,
        size: content?.size ?? 0,
        contentType,
        content,
        changedAt,
        attributes,
      }
    })
  }
}
