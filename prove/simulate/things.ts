import { asAccountId, type UploadId } from '../../src/core/ids.ts'
import type { UploadIn } from '../../src/core/model/addresses.ts'
import { bucketName } from '../../src/core/model/buckets.ts'
import type { ObjectTraits } from '../../src/core/model/objects.ts'
import type { Part, UploadLimits } from '../../src/core/model/uploads.ts'
import { senderOf } from './bytes.ts'

export const ACCOUNT = asAccountId('a')
export const BUCKET = bucketName('x', 'b')
export const LIMITS: UploadLimits = {
  ...{ partNumberMin: 1, partNumberMax: 9, partSizeMin: 0, partSizeMax: 1_000_000, sizeMax: 9_000_000 },
}
export const TRAITS: ObjectTraits = {
  ...{ name: 'n', kind: 'k', status: 's', contentType: null, media: null, attributes: {} },
}

export const keyOf = (upload: number): string => `key${upload}`
export const at = (id: UploadId): UploadIn => ({ account: ACCOUNT, id })

/** Each part's number and the operation that sent it. */
export const textOf = (parts: readonly Part[]): string =>
  parts.map(({ number, facts }) => `${number}:${senderOf(facts)}`).join(' ')
