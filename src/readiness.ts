import type { Clock, Ticks } from './core/clock.ts'
import { messageOf } from './core/errors.ts'
import type { CoordinationCommands } from './core/ports/commands/coordination.ts'
import type { DamageCommands } from './core/ports/commands/damages.ts'
import type { Check, ReadinessReport } from './http/types.ts'
import { damageLook, type Look, scrubLook } from './scrub-look.ts'
import { STEP_MAX_MS, SteadyClock } from './steady-clock.ts'

export interface Watched {
  readonly stores: {
    readonly metadata: CoordinationCommands & Pick<DamageCommands, 'listDamages'>
    readonly blobs: { probe(): Promise<void>; reserve(size: number): Promise<void> }
    /** A store that others run may not answer for a moment, and do so again by itself. */
    readonly isRemote: { readonly facts: boolean; readonly blobs: boolean }
    requireFolder(): void
  }
  /** What the server goes by. */
  readonly clock: Clock
  /** The machine's own. */
  readonly wall: Clock
  readonly ticks: Ticks
  /** What the stores themselves take away from what is promised, in a line each. It was told when they were opened. */
  readonly problems?: readonly string[]
  /** Hears of each check that changes. */
  readonly tell: (name: string, check: Check) => void
}

export interface Readiness {
  /** What was found last; costs nothing. */
  report(): ReadinessReport
  /** Looks now. Never rejects. */
  look(): Promise<void>
  /** Looks, and then again and again if there are timers. Never rejects. */
  start(options: { readonly hasTimers: boolean }): Promise<void>
  stop(): void
}

const EVERY_MS = 1000
/** So long may a store that others run be away: after five seconds the node is not ready. */
const PATIENCE_MS = 4000

const OK: Check = { state: 'ok' }

/** Looks once a second at what the server needs, so that whoever asks is answered at once. */
export function watchReadiness(watched: Watched): Readiness {
  const { stores, clock, wall, ticks, problems = [] } = watched
  const { metadata, blobs, isRemote } = stores
  let machine: Check = OK
  const readTime = async (): Promise<void> => {
    const asked = ticks()
    const time = await metadata.databaseTime({})
    const isExact = ticks() - asked < STEP_MAX_MS / 2
    if (time === null) machine = followMachine(clock, wall)
    else if (isExact) machine = followDatabase(clock, wall, time)
  }
  const probes: readonly Look[] = [
    new Probe('metadata', readTime, ticks, isRemote.facts ? PATIENCE_MS : 0),
    new Probe('blobs', () => blobs.probe(), ticks, isRemote.blobs ? PATIENCE_MS : 0),
    new Probe('reserve', () => blobs.reserve(0), ticks, isRemote.blobs ? PATIENCE_MS : 0),
    new Probe('data_dir', async () => stores.requireFolder(), ticks, 0),
    damageLook(metadata, ticks),
    scrubLook(metadata, ticks),
  ]
  const durability: Check = problems.length === 0 ? OK : { state: 'warning', reason: problems.join('; ') }
  const told = new Map<string, string>([['durability', durability.state]])
  const report = (): ReadinessReport => {
    const found = probes.map((probe) => [probe.name, probe.check()] as const)
    const checks = { ...Object.fromEntries(found), clock: machine, durability }
    return { isReady: Object.values(checks).every(({ state }) => state !== 'failed'), checks }
  }
  const look = async (): Promise<void> => {
    await Promise.race([Promise.all(probes.map((probe) => probe.look())), after(EVERY_MS)])
    for (const [name, check] of Object.entries(report().checks)) {
      if ((told.get(name) ?? 'ok') !== check.state) watched.tell(name, check)
      told.set(name, check.state)
    }
  }
  let timer: NodeJS.Timeout | null = null
  return {
    report,
    look,
    start: async ({ hasTimers }) => {
      await look()
      if (!hasTimers) return
      timer = setInterval(() => void look(), EVERY_MS)
      timer.unref()
    },
    stop: () => {
      if (timer !== null) clearInterval(timer)
    },
  }
}

/** Where the facts have a time of their own, all nodes go by it from the beginning. Errors: those of the store. */
export async function beginWith(clock: Clock, facts: CoordinationCommands): Promise<void> {
  const time = await facts.databaseTime({})
  if (time !== null && clock instanceof SteadyClock) clock.set(time)
}

/** One thing that is looked at, once at a time. */
class Probe implements Look {
  readonly name: string
  readonly #work: () => Promise<void>
  readonly #ticks: Ticks
  readonly #patienceMs: number
  #running: Promise<void> | null = null
  #failure: string | null = null
  #fineAt: number
  #askedAt: number

  constructor(name: string, work: () => Promise<void>, ticks: Ticks, patienceMs: number) {
    this.name = name
    this.#work = work
    this.#ticks = ticks
    this.#patienceMs = patienceMs
    this.#fineAt = ticks()
    this.#askedAt = this.#fineAt
  }

  look(): Promise<void> {
    this.#running ??= this.#look()
    return this.#running
  }

  check(): Check {
    const now = this.#ticks()
    const isLate = this.#running !== null && now - this.#askedAt > PATIENCE_MS
    const reason = isLate ? 'it does not answer' : this.#failure
    if (reason === null) return OK
    return { state: now - this.#fineAt >= this.#patienceMs ? 'failed' : 'warning', reason }
  }

  async #look(): Promise<void> {
    this.#askedAt = this.#ticks()
    try {
      await this.#work()
      this.#failure = null
      this.#fineAt = this.#ticks()
    } catch (error) {
      this.#failure = messageOf(error)
    } finally {
      this.#running = null
    }
  }
}

/** The machine's own clock, where nothing else has the time. */
const followMachine = (clock: Clock, wall: Clock): Check => follow(clock, wall.now(), "the machine's") ?? OK

/** All nodes go by the time of the database, whatever their own clocks say. */
function followDatabase(clock: Clock, wall: Clock, time: number): Check {
  const jumped = follow(clock, time, "the database's")
  if (jumped !== null) return jumped
  const aheadMs = wall.now() - time
  if (Math.abs(aheadMs) <= STEP_MAX_MS) return OK
  return {
    state: 'warning',
    reason: `this machine's clock differs from the database's: it is ${inWords(aheadMs)}`,
  }
}

/** Brings the clock in line with that one. Null where that one did not jump. */
function follow(clock: Clock, time: number, whose: string): Check | null {
  if (!(clock instanceof SteadyClock)) return null
  clock.follow(time)
  if (clock.jumpMs === null) return null
  const reason = `${whose} clock jumped ${inWords(clock.jumpMs)}; it is followed when it stays there for a minute`
  return { state: 'warning', reason }
}

const inWords = (aheadMs: number): string =>
  `${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs > 0 ? 'ahead' : 'back'}`

const after = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
