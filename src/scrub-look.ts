import type { Ticks, TimeMs } from './core/clock.ts'
import type { ScrubState } from './core/model/scrub.ts'
import type { CoordinationCommands } from './core/ports/commands/coordination.ts'
import type { Check } from './http/types.ts'

/** The scrub goes on for hours: it is asked about more seldom than what a server needs. */
const EVERY_MS = 10_000

/** What the last scrub found, and how far the present one is. All nodes see the same. */
export class ScrubLook {
  readonly #facts: Pick<CoordinationCommands, 'findScrub'>
  readonly #ticks: Ticks
  #nextAt = 0
  #state: ScrubState | null = null

  constructor(facts: Pick<CoordinationCommands, 'findScrub'>, ticks: Ticks) {
    this.#facts = facts
    this.#ticks = ticks
  }

  /** Never rejects: whether the facts can be reached is another look. */
  async look(): Promise<void> {
    const now = this.#ticks()
    if (now < this.#nextAt) return
    this.#nextAt = now + EVERY_MS
    try {
      this.#state = await this.#facts.findScrub({})
    } catch {
      // What was found last still holds.
    }
  }

  check(): Check {
    if (this.#state === null) return { state: 'ok' }
    const { run, last, dueAt } = this.#state
    const known = run?.phase === 'database' ? null : run
    const damage = known === null ? (last?.databaseDamage ?? null) : known.databaseDamage
    const findings = Math.max(run?.findings ?? 0, last?.findings ?? 0)
    const details = {
      ...{ last_ended_at: timeText(last?.endedAt), last_findings: last?.findings ?? null },
      ...{ started_at: timeText(run?.startedAt), phase: run?.phase ?? null, parts: run?.parts ?? null },
      ...{ findings: run?.findings ?? null, next_at: run === null ? timeText(dueAt) : null },
    }
    if (damage !== null) return { state: 'failed', reason: `the database is damaged: ${damage}`, details }
    if (findings === 0) return { state: 'ok', details }
    const reason = `the scrub found ${findings} things amiss: the log and stowage fsck tell which`
    return { state: 'warning', reason, details }
  }
}

const timeText = (time: TimeMs | undefined): string | null =>
  time === undefined ? null : new Date(time).toISOString()
