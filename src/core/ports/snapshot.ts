import type { AccountId, SegmentName } from '../ids.ts'
import type { TenantFacts } from './tenants.ts'

/** What a stretch of a segment has to come to. */
export interface KeptExtent {
  /** In bytes. */
  readonly size: number
  readonly crc32: number
}

/** A segment that facts name, with its extents in order: together they are all its bytes. */
export interface KeptSegment {
  readonly name: SegmentName
  readonly extents: readonly KeptExtent[]
}

/** A step of the schema that a database has. */
export interface KeptStep {
  readonly version: number
  readonly name: string
  readonly checksum: string | null
}

/** Which store keeps the facts. What one has written, the other does not take. */
export type FactsKind = 'sqlite' | 'postgres'

/** All facts as they were at one moment. Nobody waits for it. Errors: `metadata-failed`, `unavailable`, `storage-full`. */
export interface FactsSnapshot {
  readonly kind: FactsKind
  readonly steps: readonly KeptStep[]
  /** The facts, in the form that a restore into a store of the same kind takes. */
  bytes(): AsyncIterable<Uint8Array>
  /**
   * Every segment that these facts need bytes of, in order of name. Not those that a store is still putting together: nobody can read
   * them yet.
   */
  segments(): AsyncIterable<KeptSegment>
  /** What one account has. */
  tenant(account: AccountId): TenantFacts
  close(): Promise<void>
}

/** A store of facts that is to be filled with those of a snapshot. Errors: as of `FactsSnapshot`. */
export interface FactsRestore {
  readonly kind: FactsKind
  /** Whether nothing is there. */
  isEmpty(): Promise<boolean>
  /** Fails with `metadata-failed`, and says what to do, where this program does not know these steps. */
  requireKnown(steps: readonly KeptStep[]): void
  /** Fills an empty store with what `bytes` of a snapshot gave: all of it or nothing. */
  fill(bytes: AsyncIterable<Uint8Array>, steps: readonly KeptStep[]): Promise<void>
  close(): Promise<void>
}
