import type { TimeMs } from '../../clock.ts'
import type { BlobsIdentity } from '../../model/bytes.ts'
import type { ScrubState } from '../../model/scrub.ts'

/** How nodes that share one metadata store keep out of each other's way. */
export interface CoordinationCommands {
  /**
   * Takes or extends a job's lease for `holder`. True: `holder` has it until `leaseUntil`. False: another has it. The lease
   * of a holder that dies runs out.
   */
  leaseJob(command: {
    readonly job: string
    readonly holder: string
    readonly now: TimeMs
    readonly leaseUntil: TimeMs
    /** A lease that ends after this counts for nothing: none lasts so long, so somebody's clock was wrong. Default: none. */
    readonly voidAfter?: TimeMs
  }): Promise<boolean>
  /** The time that all who share the facts go by: the database's own. Null where it has none but its user's. */
  databaseTime(command: Readonly<Record<string, never>>): Promise<TimeMs | null>
  /**
   * Ties the facts to the blob store that has their bytes: to the first `place`, and to the first `mark` that somebody gives
   * with this place. Always returns these, so a node with another store notices. A store with a mark may move: its place does not count then.
   */
  registerBlobs(command: BlobsIdentity): Promise<BlobsIdentity>
  /** How far the scrub is, as it was saved last; null where it never was. */
  findScrub(query: Readonly<Record<string, never>>): Promise<ScrubState | null>
  saveScrub(command: { readonly state: ScrubState }): Promise<void>
}
