import type { AccountId, ObjectId } from '../../core/ids.ts'
import type { Usage } from '../../core/ports/commands/objects.ts'
import type { Db } from './db.ts'
import { Contention } from './errors.ts'
import type { CommandOf } from './types.ts'

/** Over how many rows a bucket's counts are spread. */
const SHARDS = 16

/** What a command adds to a bucket's counts for one object. */
export interface CountChange {
  readonly object: ObjectId
  readonly objects: 1 | -1
  readonly bytes: number
}

/** The bucket's row number; makes the row when it is the first time. */
export async function bucketId(db: Db, account: AccountId, name: string): Promise<number> {
  const select = 'SELECT id FROM buckets WHERE account = $1 AND name = $2'
  const row =
    (await db.one<{ id: number }>(select, account, name)) ??
    (await db.one<{ id: number }>(
      'INSERT INTO buckets (account, name) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id',
      account,
      name,
    )) ??
    (await db.one<{ id: number }>(select, account, name))
  if (row === undefined) throw new Contention('another node makes the same bucket')
  return row.id
}

/** Marks this store's locks on buckets among all advisory locks of the database: "stow" in bytes. */
const LOCK_CLASS = 0x73746f77
const LOCK_OBJECTS = 2 ** 31 - 1

/**
 * Sees to it that one more object stays within `objectsMax`, as long as the transaction runs. While there is more room
 * than the server takes connections, all may go on side by side: true, there is room whatever they do. Near the end of
 * the room one goes on at a time: false, the caller has to count again. Locks after uploads, before objects.
 */
export async function holdRoom(db: Db, bucket: number, objectsMax: number): Promise<boolean> {
  const counted = await db.one<{ is_ample: boolean }>(
    // The locks are the transaction's. Those who have the shared one keep out whoever comes near the end of the room.
    `SELECT is_ample, CASE WHEN is_ample THEN pg_advisory_xact_lock_shared($3, $4) ELSE pg_advisory_xact_lock($3, $4) END
     FROM (${AMPLE_ROOM}) AS counted`,
    ...[bucket, objectsMax, LOCK_CLASS, bucket % LOCK_OBJECTS],
  )
  if (counted?.is_ample !== true) return false
  // While this waited for the lock the bucket may have been filled.
  const again = await db.one<{ is_ample: boolean }>(AMPLE_ROOM, bucket, objectsMax)
  if (again?.is_ample !== true) throw new Contention('the bucket was filled meanwhile')
  return true
}

const AMPLE_ROOM = `SELECT coalesce(sum(objects), 0) + current_setting('max_connections')::bigint <= $2 AS is_ample
  FROM bucket_counts WHERE bucket = $1 OFFSET 0`

export async function usage(db: Db, { account, bucket }: CommandOf<'usage'>): Promise<Usage> {
  const row = await db.one<{ objects: number; bytes: number }>(
    `SELECT coalesce(sum(c.objects), 0)::bigint AS objects, coalesce(sum(c.bytes), 0)::bigint AS bytes
     FROM bucket_counts c JOIN buckets b ON b.id = c.bucket WHERE b.account = $1 AND b.name = $2`,
    account,
    bucket,
  )
  return { objects: row?.objects ?? 0, bytes: row?.bytes ?? 0 }
}

/** How many objects the bucket holds. */
export async function objectCount(db: Db, bucket: number): Promise<number> {
  const row = await db.one<{ objects: number }>(
    'SELECT coalesce(sum(objects), 0)::bigint AS objects FROM bucket_counts WHERE bucket = $1',
    bucket,
  )
  return row?.objects ?? 0
}

/** The last rows that a command locks, always in order of shard. */
export async function count(db: Db, bucket: number, changes: readonly CountChange[]): Promise<void> {
  const inOrder = changes.toSorted((a, b) => shardOf(a.object) - shardOf(b.object))
  for (const { object, objects, bytes } of inOrder) {
    await db.run(
      // An insert of less than nothing would break the table's rule before it finds the row.
      objects < 0
        ? 'UPDATE bucket_counts SET objects = objects + $3, bytes = bytes + $4 WHERE bucket = $1 AND shard = $2'
        : `INSERT INTO bucket_counts AS c (bucket, shard, objects, bytes) VALUES ($1, $2, $3, $4)
           ON CONFLICT (bucket, shard) DO UPDATE
           SET objects = c.objects + excluded.objects, bytes = c.bytes + excluded.bytes`,
      ...[bucket, shardOf(object), objects, bytes],
    )
  }
}

/** Counts bytes that an object gained or lost, after all objects that a command locks. */
export async function countBytes(db: Db, bucket: number, object: ObjectId, bytes: number): Promise<void> {
  await db.run(
    'UPDATE bucket_counts SET bytes = bytes + $3 WHERE bucket = $1 AND shard = $2',
    ...[bucket, shardOf(object), bytes],
  )
}

/** Ids end in random digits. */
const shardOf = (object: ObjectId): number => Number.parseInt(object.slice(-1), 16) % SHARDS
