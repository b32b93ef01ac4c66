import { perform } from './acts.ts'
import type { Database } from './database.ts'
import { disorderOf } from './linear.ts'
import { OPS_MAX, type Op, type Plan } from './plan.ts'
import { nameOf } from './seat.ts'
import { Segments } from './segments.ts'
import { createStation, type Station } from './station.ts'
import { Timeline } from './timeline.ts'
import { HOUR_MS, START_MS } from './times.ts'
import type { World } from './world.ts'

/** What is wrong with a history, and what it had. */
export interface Outcome {
  readonly faults: readonly string[]
  readonly calls: number
}

const EPILOGUE_MS = 100 * HOUR_MS

/** Runs histories, one at a time, on one database. */
export class Histories {
  readonly #database: Database
  readonly #stations: readonly Station[] = Array.from({ length: OPS_MAX }, createStation)

  constructor(database: Database) {
    this.#database = database
  }

  /** `listen` hears what happens. */
  async run(plan: Plan, listen: ((line: string) => void) | null = null): Promise<Outcome> {
    const timeline = new Timeline(START_MS)
    const world: World = {
      ...{ seed: plan.seed, timeline, database: this.#database, segments: new Segments() },
      ...{ uploads: new Map(), entries: [], pending: new Set(), moment: 0, faults: [], calls: 0 },
      hasSlots: plan.ops.some(({ act }) => act.do === 'send' && act.size === 'slot'),
      tell: (line) => listen?.(`${String(timeline.now() - START_MS).padStart(9)} ms  ${line()}`),
    }
    this.#database.begin()
    try {
      for (const op of plan.ops) timeline.after(op.atMs, () => this.#begin(world, op))
      await timeline.run()
      await this.#end(world)
      this.#judge(world)
    } catch (error) {
      world.faults.push(`it broke off: ${error instanceof Error ? error.stack : String(error)}`)
    } finally {
      this.#database.end()
    }
    return { faults: world.faults, calls: world.calls }
  }

  #begin(world: World, op: Op): void {
    const station = this.#stations[op.id]
    if (station === undefined) throw new RangeError('a history is too long')
    world.tell(() => `${nameOf(op)} begins on node ${op.node}: ${JSON.stringify(op.act)}`)
    station.take(world, op)
    if (op.act.do === 'crash') this.#crash(world, op)
    else
      void perform(station, op.act).catch(
        (error) => void world.faults.push(`${nameOf(op)} broke: ${error.stack}`),
      )
  }

  /** Whatever the node was doing, it never goes on. */
  #crash(world: World, { node }: Op): void {
    for (const { seat } of this.#stations) if (seat.isOf(world) && seat.op.node === node) seat.leave()
  }

  /** All is read; then all time is over, and what nothing points to is swept. */
  async #end(world: World): Promise<void> {
    for (const upload of world.uploads.keys()) {
      await this.#calmly(world, { do: 'read', upload })
      await this.#calmly(world, { do: 'parts', upload })
    }
    world.timeline.after(EPILOGUE_MS, () => {})
    await world.timeline.run()
    await this.#calmly(world, { do: 'expire' })
    await this.#calmly(world, { do: 'sweep' })
    // What no part ever had is removed once more.
    world.timeline.after(EPILOGUE_MS, () => {})
    await world.timeline.run()
    await this.#calmly(world, { do: 'sweep' })
  }

  async #calmly(world: World, act: Op['act']): Promise<void> {
    this.#begin(world, { id: OPS_MAX - 1, atMs: 0, node: -1, mood: 'calm', act })
    await world.timeline.run()
  }

  #judge(world: World): void {
    const { database, segments, faults } = world
    const live = new Set(database.segments('live'))
    for (const name of live) if (!segments.bytes.has(name)) faults.push(`the segment ${name} has no bytes`)
    for (const name of segments.bytes.keys()) {
      if (!live.has(name)) faults.push(`the bytes of ${name} are left, and nothing points to them`)
    }
    const left = database.segments('garbage').length + database.segments('reserved').length
    if (left > 0) faults.push(`${left} names of segments are left`)
    for (const { op, did, begins, from } of world.pending) {
      const maybe = did()
      if (maybe === null) continue
      const never = { begins, ends: Number.POSITIVE_INFINITY, from, until: Number.POSITIVE_INFINITY }
      world.entries.push({ op, did: maybe, refused: null, isUnsure: true, ...never })
    }
    const disorder = disorderOf(world.entries)
    if (disorder === null) return
    const lines = disorder.next.map((entry) => `  ${JSON.stringify(entry)}`)
    faults.push(
      [
        'no order explains what was answered; after',
        ...disorder.done.map((entry) => `  ${JSON.stringify(entry)}`),
        `the model has ${JSON.stringify(disorder.state)}, and none of these can follow:`,
        ...lines,
      ].join('\n'),
    )
  }
}
