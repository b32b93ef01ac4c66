import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { PictureSize } from '../../../core/ports/pictures.ts'

/** What a request says of snapshots: the vendor's `thumbnail` (page vod_04_0196). */
export interface Thumbnail {
  readonly type: 'time' | 'dots' | 'quantity'
  /** Seconds between two of them. */
  readonly time: number | null
  /** Seconds from the beginning. */
  readonly dots: readonly number[] | null
  readonly quantity: number | null
  readonly quantity_time: number | null
  /** Which of them becomes the cover, from 1 on; 0 none. */
  readonly cover_position: number
  readonly format: number
  /** 1 for pictures of 16:9. */
  readonly aspect_ratio: number | null
  /** Pixels of the longer side. */
  readonly max_length: number
}

/** How answers name the states of snapshots (reference §1.8). */
export const SNAPSHOT_STATUSES = ['THUMBNAILING', 'THUMBNAIL_SUCCEED', 'THUMBNAIL_FAILED'] as const
export type SnapshotStatus = (typeof SNAPSHOT_STATUSES)[number]

/** The lists of `thumbnail_info`. */
export const SNAPSHOT_LISTS = ['sample', 'dots', 'quantity'] as const
export type SnapshotList = (typeof SNAPSHOT_LISTS)[number]

/** Snapshots that a request asks for: whole seconds from the beginning, in order. */
export interface SnapshotPlan {
  readonly list: SnapshotList
  readonly offsets: readonly number[]
}

/** Snapshots of an asset's video. */
export interface Snapshots {
  /** A fresh one for each request: work for an earlier one ends. */
  readonly request: string
  readonly status: SnapshotStatus
  readonly plan: SnapshotPlan
  /** What was made so far, by this request and those before. */
  readonly made: Readonly<Record<SnapshotList, readonly number[]>>
  /** Why there are none; null where nothing is wrong. */
  readonly reason: string | null
}

/** Of one request: the first ones are made. */
const COUNT_MAX = 100
const TIME_S_DEFAULT = 12
const QUANTITY_DEFAULT = 10
const NONE: Snapshots['made'] = { sample: [], dots: [], quantity: [] }

/** What a request comes to for a video of this length; null: it is not known, and the first frame is all. */
export function planOf(thumbnail: Thumbnail, durationMs: number | null): SnapshotPlan {
  const list = ({ time: 'sample', dots: 'dots', quantity: 'quantity' } as const)[thumbnail.type]
  const isWithin = (offset: number) => offset === 0 || offset * 1000 < (durationMs ?? 0)
  const offsets = [...new Set(wantedOf(thumbnail, durationMs ?? 0))].filter(isWithin)
  return { list, offsets: offsets.sort((a, b) => a - b).slice(0, COUNT_MAX) }
}

/** Whole seconds, some of which may lie behind the end. */
function wantedOf({ type, time, dots, ...even }: Thumbnail, durationMs: number): readonly number[] {
  const steps = (count: number, seconds: number) =>
    Array.from({ length: count }, (_, step) => Math.floor(step * seconds))
  switch (type) {
    case 'time':
      return steps(COUNT_MAX, time || TIME_S_DEFAULT)
    case 'dots':
      return dots ?? []
    case 'quantity': {
      const count = even.quantity ?? QUANTITY_DEFAULT
      return steps(count, even.quantity_time || durationMs / 1000 / count)
    }
  }
}

/** How large the pictures become. */
export function sizeOf({ aspect_ratio, max_length }: Thumbnail): PictureSize {
  if (aspect_ratio !== 1) return { fit: 'within', width: max_length, height: max_length }
  return { fit: 'filled', width: max_length, height: Math.max(1, Math.round((max_length * 9) / 16)) }
}

/** Snapshots that are to be made, beside those that were. */
export const begunSnapshots = (before: Snapshots | null, request: string, plan: SnapshotPlan): Snapshots => ({
  request,
  status: 'THUMBNAILING',
  plan,
  made: before?.made ?? NONE,
  reason: null,
})

/** Those of the request are made: they take the place of the earlier ones of their list. */
export const madeSnapshots = (snapshots: Snapshots, offsets: readonly number[]): Snapshots => ({
  ...snapshots,
  status: 'THUMBNAIL_SUCCEED',
  made: { ...snapshots.made, [snapshots.plan.list]: offsets },
})

/** All that there are, or may be. */
export const allSnapshots = ({ plan, made }: Snapshots): readonly SnapshotPlan[] => [
  ...SNAPSHOT_LISTS.map((list) => ({ list, offsets: made[list] })),
  plan,
]

/** As part of an object's attributes. */
export const snapshotsJson = (snapshots: Snapshots | null): Json =>
  snapshots === null ? null : { ...snapshots, plan: { ...snapshots.plan }, made: { ...snapshots.made } }

/** As part of an object's attributes. */
export const thumbnailJson = (thumbnail: Thumbnail | null): JsonObject | null =>
  thumbnail === null ? null : { ...thumbnail }
