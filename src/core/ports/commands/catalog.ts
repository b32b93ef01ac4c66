import type { TimeMs } from '../../clock.ts'
import type { AccountId } from '../../ids.ts'
import type { ObjectAddress, UploadAddress } from '../../model/addresses.ts'
import type { NewDelivery } from '../../model/deliveries.ts'
import type { ObjectFields, ObjectIndex, StoredObject } from '../../model/objects.ts'

export interface SearchObjects {
  readonly account: AccountId
  readonly bucket: string
  /** Objects of these keys alone; null for any. */
  readonly keys: readonly string[] | null
  /**
   * Of each group an object has to have at least one label. Stores begin with what fewest objects fit, of these groups, the
   * statuses and the kinds; where very many fit each of them, with the first.
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

/** An object that was there before its bytes gets them. */
export interface FillObject {
  readonly account: AccountId
  readonly upload: UploadAddress
  readonly object: ObjectAddress
  /** Fail with `object-changed` unless the object still has this version. */
  readonly ifVersion: number
  readonly change: Partial<ObjectFields>
  /** In place of the index before; without, that stays. */
  readonly index?: ObjectIndex
  readonly deliveries: readonly NewDelivery[]
  readonly now: TimeMs
}

/** Objects that are records first and have bytes later. Only objects with an index are found by `searchObjects`. */
export interface CatalogCommands {
  searchObjects(
    query: SearchObjects,
  ): Promise<{ readonly objects: readonly StoredObject[]; readonly total: number }>
  /**
   * Commits an upload into an object that is there: its bytes take the place of those before. Seals first when the upload is
   * open. Errors: those of `commitUpload`, `object-not-found`, `object-changed`.
   */
  fillObject(command: FillObject): Promise<StoredObject>
}
