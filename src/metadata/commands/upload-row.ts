import type { AccountId, BlobId, ObjectId, UploadId } from '../../core/ids.ts'
import type { BucketName } from '../../core/model/buckets.ts'
import type { SealedFacts, Upload, UploadLimits, UploadState } from '../../core/model/uploads.ts'
import { hexOf, parseJson } from '../values.ts'

/** An upload with the number of its row. */
export interface UploadRecord {
  readonly seq: number
  readonly upload: Upload
  /** Whether it has assemblies that are not settled. */
  readonly isAssembling: boolean
  /** Bytes of its parts. */
  readonly grown: number
  /** What it counts for while it goes on; see the table. */
  readonly pending: number
  /** The volume that its file will be in, by its row number; null for none. */
  readonly volume: number | null
  /** Bytes that go in its volume when its file comes. */
  readonly replaces: number
}

/** An upload's row joined with its bucket's, as both SQL stores have it. */
export interface UploadRow {
  readonly seq: number
  readonly account: AccountId
  readonly bucket: BucketName
  readonly id: Uint8Array
  readonly ref: string
  readonly key: string
  readonly blob: Uint8Array
  readonly limits: string
  readonly attributes: string
  readonly state: UploadState
  readonly sealed: string | null
  readonly object: Uint8Array | null
  readonly reason: string | null
  readonly created_at: number
  readonly expires_at: number
  readonly version: number
  readonly assembling: number
  readonly grown: number
  readonly pending: number
  readonly volume: number | null
  readonly replaces: number
}

export const recordOf = (row: UploadRow): UploadRecord => ({
  ...{ seq: row.seq, upload: uploadOf(row), isAssembling: row.assembling !== 0 },
  ...{ grown: row.grown, pending: row.pending, volume: row.volume, replaces: row.replaces },
})

/** Bytes that an unfinished upload counts for, once `grown` bytes have come. */
export const pendingOf = ({ limits }: Pick<Upload, 'limits'>, grown: number): number =>
  Math.max(limits.sizeNamed ?? 0, grown)

/** Bytes that an upload needs in its volume. */
export const neededBy = (pending: number, replaces: number): number => Math.max(0, pending - replaces)

/** Trusts the schema: it holds that `sealed` and the like fit the state. */
function uploadOf(row: UploadRow): Upload {
  const base = {
    id: hexOf<UploadId>(row.id),
    account: row.account,
    bucket: row.bucket,
    ref: row.ref,
    key: row.key,
    blob: hexOf<BlobId>(row.blob),
    limits: limitsOf(row.limits),
    attributes: parseJson(row.attributes),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    version: row.version,
  }
  switch (row.state) {
    case 'open':
    case 'aborted':
    case 'expired':
      return { ...base, state: row.state }
    case 'sealed':
      return { ...base, state: 'sealed', sealed: sealedOf(row) }
    case 'committed':
      return { ...base, state: 'committed', sealed: sealedOf(row), objectId: objectIdOf(row) }
    case 'failed':
      return { ...base, state: 'failed', reason: row.reason ?? '' }
  }
}

const sealedOf = ({ sealed }: UploadRow): SealedFacts => JSON.parse(present(sealed)) as SealedFacts

const objectIdOf = ({ object }: UploadRow): ObjectId => hexOf<ObjectId>(present(object))

function present<Value>(value: Value | null): Value {
  if (value === null) throw new Error('an upload row lacks what its state needs')
  return value
}

type LimitNumbers = [number, number, number, number, number, (number | null)?, 1?]

/** Limits as one short column. */
export const limitsText = (limits: UploadLimits): string => {
  const { partNumberMin, partNumberMax, partSizeMin, partSizeMax, sizeMax, sizeNamed, isAppended } = limits
  const numbers: LimitNumbers = [partNumberMin, partNumberMax, partSizeMin, partSizeMax, sizeMax]
  if (isAppended === true) numbers.push(sizeNamed ?? null, 1)
  else if (sizeNamed !== undefined) numbers.push(sizeNamed)
  return JSON.stringify(numbers)
}

export function limitsOf(text: string): UploadLimits {
  const numbers = JSON.parse(text) as LimitNumbers
  const [partNumberMin, partNumberMax, partSizeMin, partSizeMax, sizeMax, sizeNamed, appended] = numbers
  const named = typeof sizeNamed === 'number' ? { sizeNamed } : {}
  const kind = appended === 1 ? ({ isAppended: true } as const) : {}
  return { partNumberMin, partNumberMax, partSizeMin, partSizeMax, sizeMax, ...named, ...kind }
}
