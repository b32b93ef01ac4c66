import type { Ticks, TimeMs } from './core/clock.ts'
import type { ScrubState } from './core/model/scrub.ts'
import type { CoordinationCommands } from './core/ports/commands/coordination.ts'
import type { DamageCommands } from './core/ports/commands/damages.ts'
import type { Check } from './http/types.ts'

/** These change slowly: they are asked about more seldom than what a server needs. */
const SCRUB_EVERY_MS = 10_000
const DAMAGES_EVERY_MS = 5000
/** More are not counted, so that the question stays cheap. */
const DAMAGES_MAX = 100

/** One thing that is looked at by its name. */
export interface Look {
  readonly name: string
  /** Never rejects. */
  look(): Promise<void>
  check(): Check
}

/** What the last scrub found, and how far the present one is. All nodes see the same. */
export const scrubLook = (facts: Pick<CoordinationCommands, 'findScrub'>, ticks: Ticks): Look =>
  new SeldomLook('scrub', () => facts.findScrub({}), scrubCheck, { ticks, everyMs: SCRUB_EVERY_MS })

/** Whether bytes are known to be damaged, whoever met them: a read, a commit, fsck or the scrub. All nodes see the same. */
export function damageLook(facts: Pick<DamageCommands, 'listDamages'>, ticks: Ticks): Look {
  const count = async (): Promise<number> =>
    (await facts.listDamages({ after: null, limit: DAMAGES_MAX })).length
  return new SeldomLook('damages', count, damageCheck, { ticks, everyMs: DAMAGES_EVERY_MS })
}

/** Whether the facts can be reached is another look: what was found last still holds while they cannot. */
class SeldomLook<Found> implements Look {
  readonly name: string
  readonly #ask: () => Promise<Found>
  readonly #tell: (found: Found) => Check
  readonly #times: { readonly ticks: Ticks; readonly everyMs: number }
  #nextAt = 0
  #check: Check = { state: 'ok' }

  constructor(
    name: string,
    ask: () => Promise<Found>,
    tell: (found: Found) => Check,
    times: { readonly ticks: Ticks; readonly everyMs: number },
  ) {
    this.name = name
    this.#ask = ask
    this.#tell = tell
    this.#times = times
  }

  async look(): Promise<void> {
    const now = this.#times.ticks()
    if (now < this.#nextAt) return
    this.#nextAt = now + this.#times.everyMs
    try {
      this.#check = this.#tell(await this.#ask())
    } catch {
      // Another look tells.
    }
  }

  check(): Check {
    return this.#check
  }
}

function damageCheck(known: number): Check {
  if (known === 0) return { state: 'ok' }
  const count = known < DAMAGES_MAX ? `${known}` : `${DAMAGES_MAX} or more`
  const places = known === 1 ? 'place is' : 'places are'
  const reason = `${count} damaged ${places} known in stored bytes: stowage fsck tells whose they are, and with --repair it forgets what is good again`
  return { state: 'warning', reason }
}

function scrubCheck(state: ScrubState | null): Check {
  if (state === null) return { state: 'ok' }
  const { run, last, dueAt } = state
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

const timeText = (time: TimeMs | undefined): string | null =>
  time === undefined ? null : new Date(time).toISOString()
