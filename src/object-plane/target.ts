import type { AccountId } from '../core/ids.ts'

/** What a request's host and path mean to the dialect's namespace. */
export interface PlaneTarget {
  readonly account: AccountId
  readonly bucket: string
  readonly key: string
  /** The part of the account it belongs to, for grants that are good for one realm only. */
  readonly realm?: string
}

/** Buckets as clients name them, in a host or first in a path. */
export interface PlaneBuckets {
  /** Whether there is such a bucket, whoever's it is. */
  has(name: string): boolean
  /** Whether the account has a part in it. */
  isOf(name: string, account: AccountId): boolean
  /** Whether requests that name no bucket are about one that everything is in: clients call it by a domain of its own. */
  readonly isImplied: boolean
  /** What that one is called, where it has one name. */
  readonly impliedName?: string
}
