import { setImmediate } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { Database } from './database.ts'
import { Histories } from './history.ts'
import { planOf } from './plan.ts'

/** Which histories this thread runs. */
export interface Share {
  readonly seed: number
  readonly from: number
  readonly until: number
  readonly step: number
}

/** What it tells: how much was done since the last time, and what failed. */
export interface Done {
  readonly histories: number
  readonly operations: number
  readonly calls: number
  readonly failed: readonly number[]
}

const TOLD_EVERY = 50

if (parentPort !== null) await runShare(workerData as Share, (done) => parentPort?.postMessage(done))

async function runShare({ seed, from, until, step }: Share, tell: (done: Done) => void): Promise<void> {
  // Refusals are thrown by the thousand, and nobody reads where.
  Error.stackTraceLimit = 0
  const database = new Database()
  const histories = new Histories(database)
  for (let first = from; first < until; first += TOLD_EVERY * step) {
    const done = { histories: 0, operations: 0, calls: 0, failed: [] as number[] }
    for (let number = first; number < Math.min(until, first + TOLD_EVERY * step); number += step) {
      const plan = planOf(seed, number)
      const { faults, calls } = await histories.run(plan)
      done.histories += 1
      done.operations += plan.ops.length
      done.calls += calls
      if (faults.length > 0) done.failed.push(number)
    }
    tell(done)
    await setImmediate()
  }
  database.close()
}
