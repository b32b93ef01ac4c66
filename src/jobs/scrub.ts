import type { Clock, Ticks } from '../core/clock.ts'
import { isCoreError } from '../core/errors.ts'
import { damageOf, type Finding } from '../core/fsck/findings.ts'
import { Fsck } from '../core/fsck/fsck.ts'
import type { ScrubPhase, ScrubRun, ScrubState } from '../core/model/scrub.ts'
import type { BlobInventory } from '../core/ports/blobs.ts'
import type { Facts } from '../core/ports/facts.ts'
import type { CheckedPart, FactsChecker } from '../core/ports/facts-checker.ts'
import type { Job } from './scheduler.ts'

export interface ScrubPorts {
  readonly metadata: Pick<Facts, 'findScrub' | 'saveScrub' | 'recordDamage' | 'forgetDamages' | 'setBlocks'>
  readonly blobs: BlobInventory
  readonly clock: Clock
  readonly ticks: Ticks
  readonly openChecker: () => Promise<FactsChecker>
  /** Waits; rejects when the signal is given. */
  readonly wait: (signal: AbortSignal) => (ms: number) => Promise<void>
  /** Whether the job is still this node's, for a while. */
  readonly keepLease: () => Promise<boolean>
}

export interface ScrubOptions {
  /** From the end of one run to the beginning of the next. */
  readonly everyMs: number
  /** Bytes a second. */
  readonly rateMax: number
  readonly onFinding: (finding: Finding) => void
  /** A turn ends so long after its beginning, once it got somewhere. Shorter than the job's lease. Default: ten seconds. */
  readonly turnMs?: number
}

const DAY_MS = 24 * 3600_000
export const scrubEvery = (days: number): number => days * DAY_MS

const TURN_MS = 10_000
/** How often it is looked whether a run is due. */
const LOOK_MS = 60_000
const FINDINGS_MAX = 10_000
const NEXT: Readonly<Record<ScrubPhase, ScrubPhase | null>> = {
  ...{ database: 'facts', facts: 'names', names: 'bytes', bytes: null },
}

/**
 * Looks at everything in the background, as fsck does: a turn of some seconds at a time, from where the last one ended; a part is never left in
 * the middle but at a stop. Damaged bytes are written down; those that are good again by the end of a run are forgotten.
 */
export function scrubJob(ports: ScrubPorts, options: ScrubOptions): Job {
  const { metadata, clock } = ports
  let looksAt = 0
  let isFirst = true
  return {
    name: 'scrub',
    everyMs: 1000,
    run: async (signal) => {
      const now = clock.now()
      if (now < looksAt && now > looksAt - LOOK_MS) return
      // After a failure as well.
      looksAt = now + LOOK_MS
      const state = (await metadata.findScrub({})) ?? { run: null, dueAt: now + options.everyMs, last: null }
      // Somebody may have mended the database: what it says of itself is asked again at a start.
      const isDue = now >= state.dueAt || (isFirst && state.last?.databaseDamage != null)
      isFirst = false
      const run = state.run ?? (isDue ? begun(now) : null)
      if (run === null) {
        await metadata.saveScrub({ state })
        return
      }
      await metadata.saveScrub({ state: await turn(ports, options, { ...state, run }, signal) })
      looksAt = 0
    },
  }
}

const begun = (startedAt: number): ScrubRun => ({
  ...{ startedAt, phase: 'database', place: null, parts: 0, findings: 0, databaseDamage: null },
})

async function turn(
  ports: ScrubPorts,
  options: ScrubOptions,
  state: ScrubState & { readonly run: ScrubRun },
  stopping: AbortSignal,
): Promise<ScrubState> {
  const ending = new AbortController()
  const signal = AbortSignal.any([stopping, ending.signal])
  const checker = await ports.openChecker()
  let { run } = state
  const fsck = new Fsck(
    { checker, blobs: ports.blobs, ticks: ports.ticks, wait: ports.wait(signal) },
    {
      ...{ depth: 'full', rateMax: options.rateMax, signal, findingsMax: FINDINGS_MAX },
      ...{ from: run.place, only: run.phase, onUnsummed: keepSums(ports) },
    },
  )
  const isFurther = (): boolean => fsck.progress.place !== state.run.place
  // What takes longer than a turn is looked at whole: a large part, or all names. The lease goes on meanwhile.
  const endOrKeep = async (): Promise<void> => {
    if (isFurther() || !(await ports.keepLease().catch(() => false))) ending.abort()
  }
  const timer = setInterval(() => void endOrKeep(), options.turnMs ?? TURN_MS)
  try {
    for await (const finding of fsck.run()) run = await noted(ports, options, run, finding)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    clearInterval(timer)
    await checker.close()
  }
  const { phase, place, parts } = fsck.progress
  // Neither done nor cut off: too much was found, or the database is damaged, and the same look would end there again.
  if (phase !== 'done' && (signal.aborted || isFurther()))
    return { ...state, run: { ...run, place, parts: run.parts + parts } }
  const next = NEXT[run.phase]
  if (next !== null) return { ...state, run: { ...run, phase: next, place: null } }
  return await ended(ports, options, run)
}

async function ended(
  { metadata, clock }: ScrubPorts,
  { everyMs }: ScrubOptions,
  { startedAt, findings, databaseDamage }: ScrubRun,
): Promise<ScrubState> {
  // Where the database is damaged not everything could be looked at.
  if (databaseDamage === null) await metadata.forgetDamages({ seenBefore: startedAt })
  const endedAt = clock.now()
  return { run: null, dueAt: endedAt + everyMs, last: { endedAt, findings, databaseDamage } }
}

/** Gives sums to the blocks of a part that has none, so that ranges of it are checked. Without room for them the next run does it. */
const keepSums =
  ({ metadata }: ScrubPorts) =>
  async ({ blob, number, segment }: CheckedPart, sums: Uint8Array): Promise<void> => {
    try {
      await metadata.setBlocks({ blob, number, segment, sums })
    } catch (error) {
      if (!isCoreError(error, 'storage-full')) throw error
    }
  }

/** A turn that is cut off does what it found again: damages are written down once. */
async function noted(
  { metadata, clock }: ScrubPorts,
  { onFinding }: ScrubOptions,
  run: ScrubRun,
  finding: Finding,
): Promise<ScrubRun> {
  onFinding(finding)
  const damage = damageOf(finding, 'scrub')
  if (damage !== null) await metadata.recordDamage({ ...damage, now: clock.now() })
  const databaseDamage = finding.problem === 'database' ? finding.detail : run.databaseDamage
  return { ...run, findings: run.findings + 1, databaseDamage }
}
