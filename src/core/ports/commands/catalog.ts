import type { TimeMs } from '../../clock.ts'
import type { AccountId } from '../../ids.ts'
import type { BucketName } from '../../model/buckets.ts'
import type { StoredObject } from '../../model/objects.ts'

export interface SearchObjects {
  readonly account: AccountId
  readonly bucket: BucketName
  /** Objects of these keys alone; null for any. */
  readonly keys: readonly string[] | null
  /**
   * An object has to have at least one label of each group. A store begins with the group, the statuses or the kinds that
   * fewest objects fit. If very many objects fit each of them, it begins with the first.
   */
  readonly labels: readonly (readonly string[])[]
  /** Objects with one of these statuses alone; null for any. */
  readonly statuses: readonly string[] | null
  /** Objects of one of these kinds alone; null for any. */
  readonly kinds: readonly string[] | null
  /** Part of the text, in any letter case, or one of these labels; null for any. */
  readonly keyword: { readonly text: string; readonly orLabels: readonly string[] } | null
  readonly createdFrom: TimeMs | null
  /** Inclusive. */
  readonly createdUntil: TimeMs | null
  readonly order: 'newest-first' | 'oldest-first'
  readonly limit: number
  readonly offset: number
  /** Matches are counted up to here. */
  readonly countMax: number
}

/** Searches among objects: only those with an index are found. */
export interface CatalogCommands {
  searchObjects(
    query: SearchObjects,
  ): Promise<{ readonly objects: readonly StoredObject[]; readonly total: number }>
}
