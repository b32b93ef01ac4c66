import type { Clock } from '../core/clock.ts'
import { CoreError } from '../core/errors.ts'
import { SWEEP_PAUSE, SWEEP_PAUSE_MAX_MS, SWEEP_PAUSE_MS } from '../core/model/sweep-pause.ts'
import type { CoordinationCommands } from '../core/ports/commands/coordination.ts'
import { type Random, randomHex } from '../core/random.ts'

const RENEW_MS = 20_000

/** Keeps the sweep from removing bytes. */
export interface SweepPause {
  /** Fails with `unavailable` when the pause was not there all the time: bytes that are needed may be gone. */
  require(): void
  /** Lets the sweep go on. Never rejects: the pause runs out by itself. */
  end(): Promise<void>
}

type Leases = Pick<CoordinationCommands, 'leaseJob'>

/**
 * Pauses the sweep, on all nodes, until `end`; the pause is renewed meanwhile, and runs out when this process dies. What facts named
 * after this resolved keeps its bytes. Errors: `unavailable` when another one has the pause.
 */
export async function pauseSweep(facts: Leases, clock: Clock, random: Random): Promise<SweepPause> {
  const holder = randomHex(random, 16)
  let until = 0
  let isLost = false
  const renew = async (): Promise<boolean> => {
    const now = clock.now()
    if (until !== 0 && now >= until) isLost = true
    const leaseUntil = now + SWEEP_PAUSE_MS
    const voidAfter = now + SWEEP_PAUSE_MAX_MS
    const isMine = await facts.leaseJob({ job: SWEEP_PAUSE, holder, now, leaseUntil, voidAfter })
    if (isMine) until = leaseUntil
    return isMine
  }
  if (!(await renew())) {
    throw new CoreError(
      'unavailable',
      'another backup or export is going on; one that was killed ends after five minutes',
    )
  }
  const timer = setInterval(() => {
    // A renewal that fails is tried again. What counts is that none came too late.
    renew().then(
      (isMine) => {
        if (!isMine) isLost = true
      },
      () => {},
    )
  }, RENEW_MS)
  timer.unref()
  return {
    require: () => {
      if (isLost || clock.now() >= until)
        throw new CoreError('unavailable', 'the sweep was not held back all the time; begin again')
    },
    end: async () => {
      clearInterval(timer)
      const now = clock.now()
      await facts.leaseJob({ job: SWEEP_PAUSE, holder, now, leaseUntil: now }).catch(() => {})
    },
  }
}
