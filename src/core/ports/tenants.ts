import type { AccountId, BlobId, SegmentName } from '../ids.ts'
import type { Digests, Staged } from '../model/bytes.ts'

/** A value of a fact. Times are milliseconds since the epoch, sizes bytes. */
export type FactValue = string | number | Uint8Array | null

/** A fact as its store keeps it: values by the names of columns. */
export type FactRow = Readonly<Record<string, FactValue>>

/** The sorts of facts that an account has and that can be moved, each after those that it refers to. */
export const TENANT_TABLES = [
  'realms',
  'volumes',
  'buckets',
  'quotas',
  'quota_volumes',
  'objects',
  'object_texts',
  'object_labels',
  'entries',
  'recycled',
  'fingerprints',
] as const

export type TenantTable = (typeof TENANT_TABLES)[number]

/** A stretch of bytes of some content. */
export interface TenantPart {
  readonly number: number
  readonly size: number
  readonly crc32: number
  readonly digests: Digests
  readonly writtenAt: number
}

/** A part with the place of its bytes. */
export interface StoredTenantPart extends TenantPart {
  readonly segment: SegmentName
  /** Offset of its first byte in the segment. */
  readonly place: number
  /** The bytes, where they are kept with the facts. */
  readonly inline: Uint8Array | null
}

/** Bytes that objects or files have, in parts in order. */
export interface TenantContent {
  readonly blob: BlobId
  readonly size: number
  readonly parts: readonly StoredTenantPart[]
}

/** What one account has at a moment, but for what goes on: uploads, tasks, messages, tokens. */
export interface TenantFacts {
  /** Each object and file that has bytes, with the way to it: names for people, from the outside in. */
  ways(): AsyncIterable<{ readonly blob: BlobId; readonly way: readonly string[] }>
  contents(): AsyncIterable<TenantContent>
  rows(table: TenantTable): AsyncIterable<FactRow>
}

/** A part whose bytes are in the store of bytes, and belong to nothing yet. */
export interface NewTenantPart extends TenantPart {
  readonly staged: Staged
}

/**
 * A store of facts that takes an account's facts from another one. Each call is one step that happens as a whole or not at all. What a call
 * before an interruption has added is passed over. Errors: `name-conflict` for what is there and is not of this import; those of `Facts`.
 */
export interface TenantTarget {
  /** Fails with `name-conflict` when the account has something, unless an import of the same `source` has brought it. */
  begin(account: AccountId, source: string): Promise<'begun' | 'goes-on' | 'done'>
  hasContent(blob: BlobId): Promise<boolean>
  /** Adds bytes that `references` objects and files will have. */
  addContent(content: {
    readonly blob: BlobId
    readonly size: number
    readonly references: number
    readonly parts: readonly NewTenantPart[]
  }): Promise<void>
  /** `givesNumbers`: things whose number another account has get a new one. Otherwise that is a `name-conflict`. */
  add(
    table: TenantTable,
    rows: readonly FactRow[],
    options: { readonly givesNumbers: boolean },
  ): Promise<void>
  /** All is there. */
  end(): Promise<void>
  close(): Promise<void>
}
