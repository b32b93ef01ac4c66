import type { AccountId } from '../core/ids.ts'

/** What a request's host and path mean to the dialect's namespace. */
export interface PlaneTarget {
  readonly account: AccountId
  readonly bucket: string
  readonly key: string
  /** The part of the account it belongs to, for grants that are good for one realm only. */
  readonly realm?: string
}
