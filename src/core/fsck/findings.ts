import type { SegmentName } from '../ids.ts'
import type { Damage, DamagedThing, DamageFinder } from '../model/damages.ts'
import type { BlobOwner, FactRule, PartPlace } from '../ports/facts-checker.ts'

/**
 * What is wrong with the bytes of a part. `missing`: there are none. `short` and `long`: fewer or more than were stored. `bytes`: others
 * than were stored. `unreadable`: the store has them and does not give them. `block-sums`: they are as they were stored, and what tells it
 * of each block is lost or changed.
 */
export type BytesProblem = 'missing' | 'short' | 'long' | 'bytes' | 'unreadable' | 'block-sums'

/** Something that is not as it should be. It was looked at twice, so that nothing that goes on beside is one. */
export type Finding =
  | BytesFinding
  /** Stored bytes that the facts know nothing of. */
  | { readonly problem: 'orphan'; readonly segment: SegmentName; readonly size: number }
  /** Something else lies where only segments, or only the server's own files, should be. */
  | { readonly problem: 'unknown-file'; readonly path: string }
  /** A row that breaks a rule which all rows keep. */
  | {
      readonly problem: 'broken-rule'
      readonly rule: FactRule
      readonly subject: string
      readonly owners: readonly BlobOwner[]
    }
  /** The database says that its own files are damaged. */
  | { readonly problem: 'database'; readonly detail: string }

export interface BytesFinding extends PartPlace {
  readonly problem: BytesProblem
  readonly segment: SegmentName
  /** The first block that is wrong, counted from 0 in the part; null where it is not known which. */
  readonly block: number | null
  /** Of the part. */
  readonly size: number
  /** What was met, in words. */
  readonly detail: string
  readonly owners: readonly BlobOwner[]
}

/** The damage to be written down for a finding; null where it is not about the bytes of a part. */
export function damageOf(finding: Finding, finder: DamageFinder): Damage | null {
  if (finding.problem === 'database' || !('detail' in finding)) return null
  const { problem, segment, number, block, blob, owners } = finding
  const kind = problem === 'block-sums' ? 'unknown' : problem
  return { segment, number, block, blob, kind, finder, thing: thingOf(owners[0]) }
}

function thingOf(owner: BlobOwner | undefined): DamagedThing {
  if (owner === undefined) return { type: 'unknown' }
  const { kind, account, id, dialect, bucket, key, realm } = owner
  if (kind !== 'file') return { type: kind, account, bucket: `${dialect}:${bucket}`, key }
  return { type: 'file', account, realm: realm ?? '', volume: bucket, id, path: key }
}
