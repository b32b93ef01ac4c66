import type { AssetStatus } from './asset.ts'
import { SNAPSHOT_STATUSES } from './snapshots.ts'

/** How `/list` calls the states of an asset. */
export type ListStatus = 'CREATING' | 'FAILED' | 'CREATED' | 'PUBLISHED' | 'DELETED'

interface Naming {
  readonly list: ListStatus
  /** What `/info` tells as description. */
  readonly description: string
}

/** The status names of reference §1.18. */
export const STATUSES: Readonly<Record<AssetStatus, Naming>> = {
  CREATING: { list: 'CREATING', description: 'Asset meta is creating' },
  CREATED: { list: 'CREATED', description: 'Asset meta is created' },
  PUBLISHED: { list: 'PUBLISHED', description: 'Asset meta is published' },
  UPLOAD_FAILED: { list: 'FAILED', description: 'Asset upload failed' },
  CANCELLED: { list: 'FAILED', description: 'Asset upload is cancelled' },
  DELETED: { list: 'DELETED', description: 'Asset is deleted' },
  SERVER_ERROR: { list: 'FAILED', description: 'Asset creation failed' },
}

const ALL = Object.keys(STATUSES) as readonly AssetStatus[]

/** The answer for an id that no asset has. */
export const NO_ASSET = { status: 'UNCREATED', description: 'no asset' } as const

/** How an asset tells that transcoding, snapshots and reviews did not happen. */
export const NOT_RUN = {
  transcode: 'UN_TRANSCODE',
  thumbnail: 'UN_THUMBNAIL',
  review: 'UN_REVIEW',
} as const

/** States that transcoding would give an asset. No asset has them. */
const TRANSCODE = ['WAITING_TRANSCODE', 'TRANSCODING', 'TRANSCODE_FAILED', 'TRANSCODE_SUCCEED'] as const

/** Values of `/info`'s parameters `status`, `transcodeStatus` and `assetStatus` (reference §1.9). */
export const INFO_STATUSES = [
  'UNCREATED',
  'DELETED',
  'CANCELLED',
  'SERVER_ERROR',
  'UPLOAD_FAILED',
  'CREATING',
  'PUBLISHED',
  'CREATED',
  ...TRANSCODE,
] as const
export const TRANSCODE_STATUSES = [NOT_RUN.transcode, ...TRANSCODE] as const
export const PUBLISH_STATUSES = ['PUBLISHED', 'CREATED'] as const

/** Values of `/list`'s parameter `status` (reference §1.8). */
export const LIST_STATUSES = [
  'CREATING',
  'FAILED',
  'CREATED',
  'PUBLISHED',
  ...TRANSCODE,
  ...SNAPSHOT_STATUSES,
  NOT_RUN.review,
  'REVIEWING',
  'REVIEW_SUSPICIOUS',
  'REVIEW_PASSED',
  'REVIEW_FAILED',
  'REVIEW_BLOCKED',
] as const

/** The states that a value of `/list`'s `status` means. */
export const listStates = (value: (typeof LIST_STATUSES)[number]): readonly AssetStatus[] =>
  value === NOT_RUN.review ? ALL : ALL.filter((status) => STATUSES[status].list === value)

/** The states that a value of `/info`'s parameters means. */
export const infoStates = (
  value: (typeof INFO_STATUSES | typeof TRANSCODE_STATUSES)[number],
): readonly AssetStatus[] => (value === NOT_RUN.transcode ? ALL : ALL.filter((status) => status === value))
