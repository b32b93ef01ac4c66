import type { Clock } from '../core/clock.ts'
import type { CoordinationCommands } from '../core/ports/commands/coordination.ts'

/** A node that dies leaves its jobs to others after this long. */
const JOB_LEASE_MS = 25_000

/** Asks for a job's lease only when less than half of it is left: an idle node writes little. */
export function leaseKeeper(
  metadata: CoordinationCommands,
  clock: Clock,
  holder: string,
): (job: string) => Promise<boolean> {
  const heldUntil = new Map<string, number>()
  return async (job) => {
    const now = clock.now()
    if ((heldUntil.get(job) ?? 0) > now + JOB_LEASE_MS / 2) return true
    const leaseUntil = now + JOB_LEASE_MS
    const isMine = await metadata.leaseJob({ job, holder, now, leaseUntil })
    if (isMine) heldUntil.set(job, leaseUntil)
    return isMine
  }
}
