import type { ErrorClass } from '../../../core/errors.ts'
import { newBlobId } from '../../../core/ids.ts'
import { type Bucket, bucketParts, type KeyPage } from '../../../core/model/buckets.ts'
import type { Content } from '../../../core/model/bytes.ts'
import { answerTo, type Conditions } from '../../../http/conditions.ts'
import type { BucketTarget, KeyRangeAsked, PlaneCondition } from '../../../object-plane/contents.ts'
import { PlaneError } from '../../../object-plane/errors.ts'
import { S3Error, type S3ErrorCode } from '../../../object-plane/s3/index.ts'
import type { PlaneObject, PlaneTarget } from '../../../object-plane/types.ts'
import {
  type BucketFile,
  BucketRefusal,
  type DialectBuckets,
  flatReading,
  type Wanted,
} from '../../buckets.ts'
import type { S3Context } from '../calls/call.ts'
import { etagOf } from './objects.ts'

/** A dialect's bucket, and how it is reached. */
export interface Room {
  readonly bucket: Bucket
  readonly door: DialectBuckets
}

/** Null where the account has none of that name. */
export async function roomAt(
  { core, buckets }: S3Context,
  { account, bucket: name }: BucketTarget,
): Promise<Room | null> {
  const found = await core.buckets.named(account, name)
  if (found !== null) {
    const door = buckets.get(bucketParts(found.name).owner)
    return { bucket: found, door: door ?? readOnly(core) }
  }
  for (const door of buckets.values()) {
    const bucket = await door.open(account, name)
    if (bucket !== null) return { bucket, door }
  }
  return null
}

/** Errors: `no-such-bucket`. */
export async function requireRoom(context: S3Context, target: BucketTarget): Promise<Room> {
  const room = await roomAt(context, target)
  if (room === null) throw new PlaneError('no-such-bucket', 'no such bucket')
  return room
}

export async function listHouse(
  context: S3Context,
  target: BucketTarget,
  range: KeyRangeAsked,
): Promise<KeyPage> {
  const { bucket, door } = await requireRoom(context, target)
  const page = await door.list(bucket, range)
  return {
    ...page,
    entries: page.entries.map((entry) => (entry.kind === 'object' ? { ...entry, ...plain(entry) } : entry)),
  }
}

/** What came in one piece has the tag of its bytes: by the dialects' own calls it is an upload all the same. */
const plain = ({ content }: Pick<BucketFile, 'content'>): Pick<BucketFile, 'content'> => ({
  content: content === null || content.partCount > 1 ? content : { ...content, md5OfParts: null },
})

const NOTHING: Omit<Content, 'blob'> = {
  ...{ size: 0, partCount: 1, md5OfParts: null },
  digests: { md5: 'd41d8cd98f00b204e9800998ecf8427e' },
}

/** What lies there; a directory has no bytes. */
export async function fileAt(context: S3Context, target: PlaneTarget): Promise<PlaneObject | null> {
  const { bucket, door } = await requireRoom(context, target)
  const file = await door.find(bucket, target.key)
  if (file === null) return null
  const { random, clock } = context.core
  const content = plain(file).content ?? { ...NOTHING, blob: newBlobId(random, clock.now()) }
  return { ...file, content, etag: tagOf(file), attributes: { meta: file.meta }, hasOwnRanges: true }
}

export const tagOf = (file: BucketFile): string => file.etag ?? etagOf({ ...file, ...plain(file) })

export async function removeFile(
  context: S3Context,
  target: PlaneTarget,
  condition: PlaneCondition,
): Promise<void> {
  const { bucket, door } = await requireRoom(context, target)
  const { removing } = door
  if (typeof removing === 'string') throw new S3Error('AccessDenied', removing)
  const { check } = wantedBy({ ...condition, ifNoneMatch: null }, context.core.clock.now())
  await inS3(() => removing(bucket, target.key, check))
}

/** What a condition wants to be there. */
export function wantedBy(condition: Conditions, now: number): Wanted {
  const { ifMatch, ifNoneMatch } = condition
  if (ifMatch === null) return { isFree: ifNoneMatch !== null, check: null }
  return { isFree: false, check: (there) => requireMatch({ ifMatch, ifNoneMatch: null }, there, now) }
}

/** Throws `no-such-key`, `precondition-failed`. */
export function requireMatch(condition: Conditions, there: BucketFile | null, now: number): void {
  if (there === null) throw new PlaneError('no-such-key', 'nothing is there that could match')
  const validators = { etag: tagOf(there), modifiedAt: there.updatedAt }
  if (answerTo(condition, validators, now) !== 'proceed')
    throw new PlaneError('precondition-failed', 'the file is not as the client wants it to be')
}

const CODES: Readonly<Record<ErrorClass, S3ErrorCode>> = {
  ...{
    missing: 'NoSuchKey',
    conflict: 'OperationAborted',
    denied: 'AccessDenied',
    invalid: 'InvalidArgument',
  },
  ...{ 'too-large': 'EntityTooLarge', 'retry-later': 'ServiceUnavailable', internal: 'InternalError' },
}

/** Does it; what the dialect refuses is told in S3's codes. */
export async function inS3<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    throw error instanceof BucketRefusal ? new S3Error(CODES[error.kind], error.message) : error
  }
}

/** Of a dialect that says nothing of its buckets. */
function readOnly(core: S3Context['core']): DialectBuckets {
  const refusal = 'What is in this bucket changes by calls of its own API.'
  return { ...flatReading(core), writing: refusal, removing: refusal }
}
