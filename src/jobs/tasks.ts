import type { Clock, TimeMs } from '../core/clock.ts'
import { CoreError, isCoreError, isRetryable } from '../core/errors.ts'
import type { JsonObject } from '../core/model/json.ts'
import type { Task } from '../core/model/tasks.ts'
import type { TaskRunner } from '../core/ports/background.ts'
import type { TaskCommands } from '../core/ports/commands/tasks.ts'
import { CLOCKS_APART_MS } from './lease-keeper.ts'
import type { Job } from './scheduler.ts'

export interface TaskEvents {
  failed(task: Task, error: unknown, givenUp: boolean): void
}

interface Stores {
  readonly metadata: TaskCommands
  readonly clock: Clock
}

/** How many tasks go on side by side. As many long ones go on beside them. */
const LANES = 3
const LEASE_MS = 60_000
const KEEP_EVERY_MS = 15_000
/** A task that could not be kept for so long is about to be somebody else's. */
const UNKEPT_MAX_MS = 45_000
const FIRST_DELAY_MS = 5_000
const DELAY_MAX_MS = 600_000
/** About half an hour of tries. */
const ATTEMPTS_MAX = 10

/**
 * Does the tasks that dialects add, several side by side, long ones beside the others, and those of a runner with lanes of its own beside
 * all. A task that fails is tried again after 5 s, 10 s, 20 s, … up to ten minutes; after ten failures, or one that no repetition mends, it
 * is done with the result that its runner has for that.
 */
export function taskJobs(
  stores: Stores,
  runners: readonly TaskRunner[],
  events: TaskEvents,
  everyMs: number,
): readonly Job[] {
  const sharing = runners.filter(({ lanes }) => lanes === undefined)
  const short = sharing.filter(({ isLong = false }) => !isLong)
  const long = sharing.filter(({ isLong = false }) => isLong)
  const lanes = { stores, events, everyMs, count: LANES }
  const own = runners.flatMap((runner) =>
    lanesOf(runner.topic, [runner], { ...lanes, count: runner.lanes ?? 0 }),
  )
  return [...lanesOf('tasks', short, lanes), ...lanesOf('long-tasks', long, lanes), ...own]
}

interface Lanes {
  readonly stores: Stores
  readonly events: TaskEvents
  readonly everyMs: number
  readonly count: number
}

function lanesOf(
  name: string,
  runners: readonly TaskRunner[],
  { stores, events, everyMs, count }: Lanes,
): readonly Job[] {
  const byTopic = new Map(runners.map((runner) => [runner.topic, runner]))
  if (byTopic.size === 0) return []

  const runAll = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      const now = stores.clock.now()
      const lease = {
        ...{ topics: [...byTopic.keys()], now, leaseUntil: now + LEASE_MS, limit: 1 },
        voidAfter: now + DELAY_MAX_MS + CLOCKS_APART_MS,
      }
      const [task] = await stores.metadata.leaseTasks(lease)
      const runner = byTopic.get(task?.topic ?? '')
      if (task === undefined || runner === undefined) return
      await attempt(new Turn(stores, task, lease.leaseUntil, signal), runner, events)
    }
  }
  return Array.from({ length: count }, (_, lane) => ({ name: `${name}-${lane + 1}`, everyMs, run: runAll }))
}

async function attempt(turn: Turn, runner: TaskRunner, events: TaskEvents): Promise<void> {
  const { signal } = turn
  let result: JsonObject
  try {
    result = await runner.run(turn.task, {
      save: (input) => turn.save(input),
      whileKept: (work) => turn.whileKept(work),
      signal,
    })
  } catch (error) {
    if (signal.aborted) return turn.release()
    const { task } = turn
    const isLast = task.attempts + 1 >= ATTEMPTS_MAX
    const givenUp = !turn.isLost && (isLast || (isCoreError(error) && !isRetryable(error.code)))
    events.failed(task, error, givenUp)
    return givenUp ? turn.finish(runner.giveUp(task, error)) : turn.postpone()
  }
  await turn.finish(result)
}

/** One taker's time with a task. When the lease is over, the task is somebody else's. */
class Turn {
  readonly signal: AbortSignal
  readonly #stores: Stores
  #task: Task
  #leaseUntil: TimeMs

  constructor(stores: Stores, task: Task, leaseUntil: TimeMs, signal: AbortSignal) {
    this.#stores = stores
    this.#task = task
    this.#leaseUntil = leaseUntil
    this.signal = signal
  }

  /** With the input that was saved last. */
  get task(): Task {
    return this.#task
  }

  get isLost(): boolean {
    return this.#stores.clock.now() >= this.#leaseUntil
  }

  async save(input: JsonObject): Promise<void> {
    if (this.isLost) throw new CoreError('unavailable', `the lease of task ${this.#task.id} is over`)
    const leaseUntil = this.#stores.clock.now() + LEASE_MS
    await this.#stores.metadata.saveTask({ id: this.#task.id, input, leaseUntil })
    this.#task = { ...this.#task, input }
    this.#leaseUntil = leaseUntil
  }

  /** As `whileKept` of the port. */
  async whileKept<Value>(work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const { clock } = this.#stores
    const lost = new AbortController()
    let keptAt = clock.now()
    const keep = async (): Promise<void> => {
      try {
        await this.save(this.#task.input)
        keptAt = clock.now()
      } catch (error) {
        if (clock.now() - keptAt > UNKEPT_MAX_MS) lost.abort(error)
      }
    }
    let keeping = Promise.resolve()
    const timer = setInterval(() => {
      keeping = keeping.then(keep)
    }, KEEP_EVERY_MS)
    try {
      return await work(AbortSignal.any([this.signal, lost.signal]))
    } finally {
      clearInterval(timer)
      await keeping
    }
  }

  async finish(result: JsonObject): Promise<void> {
    await this.#stores.metadata.finishTask({ id: this.#task.id, result })
  }

  async postpone(): Promise<void> {
    if (this.isLost) return
    const { id, attempts } = this.#task
    const nextAttemptAt = this.#stores.clock.now() + delayMs(attempts)
    await this.#stores.metadata.postponeTask({ id, nextAttemptAt })
  }

  /** Another taker may have it at once. */
  async release(): Promise<void> {
    if (this.isLost) return
    const { id, input } = this.#task
    await this.#stores.metadata.saveTask({ id, input, leaseUntil: this.#stores.clock.now() })
  }
}

const delayMs = (attempts: number): number =>
  Math.min(FIRST_DELAY_MS * 2 ** Math.min(attempts, 20), DELAY_MAX_MS)
