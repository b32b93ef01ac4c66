import type { TimeMs } from '../../clock.ts'

/** How nodes that share one metadata store keep out of each other's way. */
export interface CoordinationCommands {
  /**
   * Takes or extends a job's lease for `holder`: true if it has it until `leaseUntil`, false while another's lease runs.
   * A holder that dies lets its lease run out.
   */
  leaseJob(command: {
    readonly job: string
    readonly holder: string
    readonly now: TimeMs
    readonly leaseUntil: TimeMs
  }): Promise<boolean>
  /**
   * Ties the facts to the blob store that has their bytes: keeps the first identity it is given, and returns that one ever
   * after, so that a node with another store notices.
   */
  registerBlobs(command: { readonly identity: string }): Promise<string>
}
