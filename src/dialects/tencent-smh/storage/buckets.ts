import { type BucketName, bucketName, innerBucket } from '../../../core/model/buckets.ts'
import type { VolumeAddress } from '../../../core/model/trees.ts'

type Space = Pick<VolumeAddress, 'realm' | 'volume'>

/** The only space of a single-tenant library. */
export const ONLY_SPACE = '-'

const OWNER = 'tencent-smh'

/** What a space is as a bucket: `smh-<library>`, or `smh-<library>-<space>`. No library has a hyphen in its id. */
export const treeBucket = ({ realm, volume }: Space): BucketName =>
  bucketName(OWNER, volume === ONLY_SPACE ? `smh-${realm}` : `smh-${realm}-${volume}`)

/** The bucket of a space's uploads. */
export const uploadsBucket = ({ realm, volume }: Space): BucketName =>
  innerBucket(OWNER, `uploads/${realm}/${volume}`)
