import type { KeyPage, ListedObject } from '../../core/model/buckets.ts'
import type { ListKeys } from '../../core/ports/commands/buckets.ts'
import { paging } from '../../core/rules/key-lists.ts'
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

function* pageOf(query: ListKeys, read: Read): Script<KeyPage> {
  const pages = paging(query)
  let step = pages.next()
  while (step.done !== true) step = pages.next(yield* read(step.value.from, step.value.limit))
  return step.value
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
