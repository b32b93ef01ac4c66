import type { TimeMs } from '../clock.ts'
import type { JsonObject } from './json.ts'
import type { Entry, EntryAddress, EntryId, EntryKind, EntryOrder } from './trees.ts'

/** Without a time of its own clock, an entry stands where its time here puts it. */
export type SearchOrder = EntryOrder | 'local-modified'

/** Entries of some kinds. Extensions have no dot and are in lower case; directories have none. */
export interface EntryShape {
  readonly kinds: readonly EntryKind[]
  /** One of these; null: any or none. */
  readonly extensions: readonly string[] | null
  /** None of these. */
  readonly notExtensions: readonly string[]
}

/** What is looked for in a volume. All of it has to fit; null and empty lists ask for nothing. */
export interface EntryCriteria {
  /** The name has one of these in it, anywhere. Letter case, and wide or narrow forms of a letter, make no difference. */
  readonly keywords: readonly string[]
  /** The directory that it lies in, at any depth. */
  readonly under: EntryAddress | null
  /** It is of one of these shapes. */
  readonly shapes: readonly EntryShape[] | null
  readonly extensions: readonly string[] | null
  readonly notExtensions: readonly string[]
  /** Bytes, both ends included. With an end, only files and virtual files fit. */
  readonly sizeMin: number | null
  readonly sizeMax: number | null
  /** Both ends included. */
  readonly modifiedFrom: TimeMs | null
  readonly modifiedUntil: TimeMs | null
  /** Of each group: the attribute is one of these texts, or a list that has one of them. */
  readonly attributes: readonly { readonly name: string; readonly anyOf: readonly string[] }[]
}

/** Where a search goes on. It stays valid when entries change, and belongs to one search in one order. */
export interface SearchMarker {
  /** How many keywords the entries have that come next, or negative: how many at most; 0 where the search does not rank. */
  readonly matches: number
  /** The order's value of the last entry that was looked at. */
  readonly value: string | number
  readonly id: EntryId
}

export interface FoundEntries {
  readonly entries: readonly Entry[]
  /** Null at the end. A page may have fewer entries than asked for, or none, and still have a next one. */
  readonly next: SearchMarker | null
}

/** A search that is kept so that it can go on by its id. */
export interface KeptSearch {
  readonly id: EntryId
  readonly state: JsonObject
  readonly expiresAt: TimeMs
}
