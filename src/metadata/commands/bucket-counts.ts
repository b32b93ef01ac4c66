import type { ObjectId } from '../../core/ids.ts'
import { BUCKET_ID, bucketValues } from './buckets.ts'
import type { ScriptOf } from './command.ts'
import { one, type Script, type Sql, sql } from './script.ts'

/** Over how many rows a bucket's counts are spread. */
const SHARDS = 16

/** What the rows of a bucket come to: `objects` or `bytes` of the counts `c`. */
export const summed = (column: 'objects' | 'bytes'): string =>
  `CAST(coalesce(sum(c.${column}), 0) AS bigint) AS ${column}`

export const usage: ScriptOf<'usage'> = function* ({ account, bucket }) {
  const row = yield* one<{ objects: number; bytes: number }>(
    `SELECT ${summed('objects')}, ${summed('bytes')} FROM bucket_counts c WHERE c.bucket = ${BUCKET_ID}`,
    ...bucketValues(account, bucket),
  )
  return { objects: row?.objects ?? 0, bytes: row?.bytes ?? 0 }
}

/** How many objects the bucket holds. */
export function* objectCount(bucket: number): Script<number> {
  const row = yield* one<{ objects: number }>(
    `SELECT ${summed('objects')} FROM bucket_counts c WHERE c.bucket = ?`,
    bucket,
  )
  return row?.objects ?? 0
}

/** What a command adds to a bucket's counts for one object. */
export interface CountChange {
  readonly object: ObjectId
  readonly objects: number
  readonly bytes: number
}

/** The last rows that a command changes, in order of shard. Nothing for no change. */
export function counting(bucket: number, changes: readonly CountChange[]): readonly Sql[] {
  const shards = new Map<number, { readonly objects: number; readonly bytes: number }>()
  for (const { object, objects, bytes } of changes) {
    const sum = shards.get(shardOf(object))
    shards.set(shardOf(object), {
      objects: objects + (sum?.objects ?? 0),
      bytes: bytes + (sum?.bytes ?? 0),
    })
  }
  return [...shards]
    .sort(([a], [b]) => a - b)
    .map(([shard, { objects, bytes }]) =>
      // Only a new object may be the first of its row. An insert of less than nothing would break the table's rule.
      objects > 0
        ? sql(ADD_TO_COUNTS, bucket, shard, objects, bytes)
        : sql(CHANGE_COUNTS, objects, bytes, bucket, shard),
    )
}

const ADD_TO_COUNTS = `INSERT INTO bucket_counts (bucket, shard, objects, bytes) VALUES (?, ?, ?, ?)
  ON CONFLICT (bucket, shard) DO UPDATE
  SET objects = bucket_counts.objects + excluded.objects, bytes = bucket_counts.bytes + excluded.bytes`
const CHANGE_COUNTS =
  'UPDATE bucket_counts SET objects = objects + ?, bytes = bytes + ? WHERE bucket = ? AND shard = ?'

/** Ids end in random digits. */
const shardOf = (object: ObjectId): number => Number.parseInt(object.slice(-1), 16) % SHARDS
