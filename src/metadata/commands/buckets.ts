import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import type { AccountId } from '../../core/ids.ts'
import { type Bucket, type BucketName, bucketName, bucketParts } from '../../core/model/buckets.ts'
import type { JsonObject } from '../../core/model/json.ts'
import type { BucketAddress } from '../../core/ports/commands/buckets.ts'
import { parseJson } from '../values.ts'
import type { ScriptOf } from './command.ts'
import { all, Contention, guessed, LOCK, one, run, type Script, type ScriptValue } from './script.ts'

/** A bucket with the number of its row. */
export interface BucketRecord {
  readonly id: number
  readonly bucket: Bucket
}

interface BucketRow {
  readonly id: number
  readonly account: AccountId
  readonly owner: string
  readonly name: string
  readonly settings: string
  readonly created_at: TimeMs
  readonly changed_at: TimeMs
  readonly version: number
  readonly realm: string | null
  readonly volume: string | null
}

/** The condition of a look-up, with the values of `bucketValues`. */
export const IS_BUCKET = 'account = ? AND owner = ? AND name = ?'
const FIND_ID = `SELECT id, volume FROM buckets WHERE ${IS_BUCKET}`
/** The row number of the bucket that `bucketValues` names. */
export const BUCKET_ID = `(SELECT id FROM buckets WHERE ${IS_BUCKET})`
/** What BUCKET rows are called where others are read with them. */
export const BUCKET_NAME = "b.owner || ':' || b.name AS bucket"
/** Keeps a bucket from being removed until the end of the command. */
const STAYS = ' FOR KEY SHARE'
const SELECT_BUCKETS = `SELECT b.id, b.account, b.owner, b.name, b.settings, b.created_at, b.changed_at, b.version,
  r.name AS realm, v.name AS volume
  FROM buckets b LEFT JOIN volumes v ON v.id = b.volume LEFT JOIN realms r ON r.id = v.realm`

export function bucketValues(account: AccountId, bucket: BucketName): readonly [string, string, string] {
  const { owner, name } = bucketParts(bucket)
  return [account, owner, name]
}

const isUsers = (bucket: BucketName): boolean => bucketParts(bucket).owner === ''

/** The bucket's row number; null where nothing was ever in it. */
export function* findBucketId(account: AccountId, bucket: BucketName): Script<number | null> {
  return (yield* one<{ id: number }>(FIND_ID, ...bucketValues(account, bucket)))?.id ?? null
}

/**
 * The row number of a bucket that something comes into. A dialect's is made when it is the first time. Errors:
 * `bucket-not-found` for a user's, `invalid-argument` for a tree.
 */
export function* bucketId(account: AccountId, bucket: BucketName, now: TimeMs): Script<number> {
  const select = isUsers(bucket) ? FIND_ID + STAYS : FIND_ID
  const values = bucketValues(account, bucket)
  const found = yield* guessed<{ id: number; volume: number | null }>('same', select, ...values)
  if (found === undefined && isUsers(bucket)) throw notFound()
  if (found !== undefined && found.volume !== null) {
    throw new CoreError('invalid-argument', 'the bucket is a tree', { field: 'bucket' })
  }
  const id = found?.id ?? (yield* addBucket({ account, bucket }, null, {}, now))
  if (id === null) throw new Contention('another node makes the same bucket')
  return id
}

/** Adds a bucket's row; null if it is there already. `volume` is the row number of a tree's. */
export function* addBucket(
  { account, bucket }: BucketAddress,
  volume: number | null,
  settings: JsonObject,
  now: TimeMs,
): Script<number | null> {
  const made = yield* one<{ id: number }>(
    `INSERT INTO buckets (account, owner, name, volume, settings, created_at, changed_at, version)
     VALUES (?, ?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING RETURNING id`,
    ...[...bucketValues(account, bucket), volume, JSON.stringify(settings), now, now],
  )
  return made?.id ?? null
}

export const createBucket: ScriptOf<'createBucket'> = function* ({ settings, now, ...address }) {
  if ((yield* addBucket(address, null, settings, now)) === null) {
    throw new CoreError('name-conflict', 'the bucket is there already')
  }
  return (yield* requireBucket(address)).bucket
}

export const findBucket: ScriptOf<'findBucket'> = function* (address) {
  return (yield* lookUpBucket(address))?.bucket ?? null
}

export const listBuckets: ScriptOf<'listBuckets'> = function* ({ account, owner, after, limit }) {
  const values: readonly ScriptValue[] = [
    ...[account, ...(owner === null ? [] : [owner])],
    ...(after === null ? ['', ''] : bucketValues(account, after).slice(1)),
  ]
  const rows = yield* all<BucketRow>(
    `${SELECT_BUCKETS} WHERE b.account = ?${owner === null ? '' : ' AND b.owner = ?'} AND (b.owner, b.name) > (?, ?)
     AND b.is_inner = 0 ORDER BY b.owner, b.name LIMIT ?`,
    ...[...values, limit],
  )
  return rows.map((row) => recordOf(row).bucket)
}

export const updateBucket: ScriptOf<'updateBucket'> = function* (command) {
  const { settings, isPublic, ifVersion, now, ...address } = command
  const { id, bucket } = yield* lockBucket(address)
  if (ifVersion !== null && bucket.version !== ifVersion) {
    throw new CoreError('bucket-changed', 'the bucket changed meanwhile')
  }
  yield* run(
    'UPDATE buckets SET settings = ?, changed_at = ?, version = version + 1 WHERE id = ?',
    ...[JSON.stringify(settings), now, id],
  )
  if (isPublic !== undefined) yield* setPublic(id, isPublic ? bucketParts(address.bucket).name : null)
  return { ...bucket, settings, changedAt: now, version: bucket.version + 1 }
}

/** Null: nobody finds it without signing. Errors: `name-conflict` where another account's bucket of that name is public. */
function* setPublic(id: number, name: string | null): Script<void> {
  if (name === null) {
    yield* run('DELETE FROM public_buckets WHERE bucket = ?', id)
    return
  }
  const added = yield* run(
    'INSERT INTO public_buckets (name, bucket) VALUES (?, ?) ON CONFLICT DO NOTHING',
    ...[name, id],
  )
  if (added > 0) return
  const found = yield* one<{ bucket: number }>('SELECT bucket FROM public_buckets WHERE name = ?', name)
  if (found?.bucket !== id) throw new CoreError('name-conflict', 'another bucket of that name is public')
}

export const findPublicBucket: ScriptOf<'findPublicBucket'> = function* ({ name }) {
  const row = yield* one<BucketRow>(
    `${SELECT_BUCKETS} WHERE b.id = (SELECT bucket FROM public_buckets WHERE name = ?)`,
    name,
  )
  return row === undefined ? null : recordOf(row).bucket
}

/** Closed uploads still lead to its row, which nobody finds by a name any more. */
export const deleteBucket: ScriptOf<'deleteBucket'> = function* ({ mark, ...address }) {
  if (!isUsers(address.bucket)) {
    throw new CoreError('invalid-argument', "the bucket is a dialect's", { field: 'bucket' })
  }
  const { id } = yield* lockBucket(address)
  for (const find of CONTENTS) {
    if ((yield* one(find, id)) !== undefined) {
      throw new CoreError('bucket-not-empty', 'something is in the bucket')
    }
  }
  yield* setPublic(id, null)
  yield* run("UPDATE buckets SET name = '.removed/' || ? WHERE id = ?", mark, id)
}

/** What keeps a bucket. */
export const CONTENTS: readonly string[] = [
  'SELECT id FROM objects WHERE bucket = ? LIMIT 1',
  "SELECT id FROM uploads WHERE bucket = ? AND state IN ('open', 'sealed') LIMIT 1",
]

/** Errors: `bucket-not-found`. */
export function* requireBucket(address: BucketAddress): Script<BucketRecord> {
  const record = yield* lookUpBucket(address)
  if (record === null) throw notFound()
  return record
}

/** Keeps all others from it, and from putting anything into a user's, until the end of the command. */
function* lockBucket(address: BucketAddress): Script<BucketRecord> {
  const row = yield* one(FIND_ID + LOCK, ...bucketValues(address.account, address.bucket))
  if (row === undefined) throw notFound()
  return yield* requireBucket(address)
}

const notFound = (): CoreError => new CoreError('bucket-not-found', 'no such bucket')

function* lookUpBucket({ account, bucket }: BucketAddress): Script<BucketRecord | null> {
  const row = yield* one<BucketRow>(
    `${SELECT_BUCKETS} WHERE b.account = ? AND b.owner = ? AND b.name = ?`,
    ...bucketValues(account, bucket),
  )
  return row === undefined ? null : recordOf(row)
}

function recordOf({ id, account, owner, name, realm, volume, ...row }: BucketRow): BucketRecord {
  const base = {
    ...{ account, name: bucketName(owner, name), settings: parseJson(row.settings) },
    ...{ createdAt: row.created_at, changedAt: row.changed_at, version: row.version },
  }
  return realm === null || volume === null
    ? { id, bucket: { ...base, shape: 'flat' } }
    : { id, bucket: { ...base, shape: 'tree', volume: { account, realm, volume } } }
}
