import type { Clock } from '../core/clock.ts'
import type { CoordinationCommands } from '../core/ports/commands/coordination.ts'

/** So long after a node's death others do its jobs. */
const JOB_LEASE_MS = 25_000
/** Nodes whose clocks are farther apart take each other's leases for void. */
export const CLOCKS_APART_MS = 5_000

/** One node's leases of jobs. */
export interface LeaseKeeper {
  /** Whether this node may do the job now. The metadata is asked when less than half of the lease is left. */
  take(job: string): Promise<boolean>
  /** Leaves all jobs to others at once. Never rejects: leases run out by themselves. */
  release(): Promise<void>
}

export function leaseKeeper(metadata: CoordinationCommands, clock: Clock, holder: string): LeaseKeeper {
  const heldUntil = new Map<string, number>()
  return {
    take: async (job) => {
      const now = clock.now()
      const leaseUntil = now + JOB_LEASE_MS
      const held = heldUntil.get(job) ?? 0
      if (held > now + JOB_LEASE_MS / 2 && held <= leaseUntil) return true
      const voidAfter = leaseUntil + CLOCKS_APART_MS
      const isMine = await metadata.leaseJob({ job, holder, now, leaseUntil, voidAfter })
      if (isMine) heldUntil.set(job, leaseUntil)
      else heldUntil.delete(job)
      return isMine
    },
    release: async () => {
      const now = clock.now()
      const held = [...heldUntil].filter(([, until]) => until > now).map(([job]) => job)
      heldUntil.clear()
      await Promise.allSettled(held.map((job) => metadata.leaseJob({ job, holder, now, leaseUntil: now })))
    },
  }
}
