import { Worker } from 'node:worker_threads'
import { storageFailed } from './failures.ts'
import type { Job, Outcome, Reply, Request, WorkerSetup } from './jobs.ts'

interface Waiting {
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: Error) => void
}

/** The I/O workers. Each has a lane; what goes into one lane is done in order. */
export class Workers {
  readonly #lanes: readonly Lane[]

  constructor(setup: WorkerSetup, count: number) {
    this.#lanes = Array.from({ length: count }, () => new Lane(setup))
  }

  /** The lane with the fewest segments underway. */
  leastBusy(): Lane {
    return this.#lanes.reduce((best, lane) => (lane.segments < best.segments ? lane : best))
  }

  /** Resolves when all that was asked for is done and the workers are gone. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }
}

/** One worker, replaced when it dies. Keeps the process alive only while something is asked of it. */
export class Lane {
  /** How many segments use the lane; kept by them. */
  segments = 0
  readonly #setup: WorkerSetup
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | null
  #calls = 0
  #isClosed = false

  constructor(setup: WorkerSetup) {
    // Faults are played once: a replacement has none.
    this.#setup = { ...setup, faults: [] }
    this.#worker = this.#start(setup)
  }

  /** Gives the job's buffer away. Fails with `storage-failed` when the worker dies over it or the lane is closed. */
  async call(job: Job): Promise<Outcome> {
    if (this.#isClosed) throw storageFailed('the store is closed')
    this.#worker ??= this.#start(this.#setup)
    const worker = this.#worker
    const call = this.#calls++
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject })
      worker.ref()
      const request: Request = { call, job }
      worker.postMessage(request, job.type === 'write' && job.buffer !== null ? [job.buffer] : [])
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const worker = this.#worker
    if (worker === null) return
    worker.ref()
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    const request: Request = 'stop'
    worker.postMessage(request)
    await gone
  }

  #start(setup: WorkerSetup): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      name: 'disk',
      workerData: setup,
      // Jobs are a few small objects each; the bytes are outside the heap.
      resourceLimits: { maxYoungGenerationSizeMb: 6 },
      // The command's own flags may not suit a worker.
      execArgv: [],
    })
    let cause = 'an I/O worker ended'
    worker.on('message', (reply: Reply) => this.#settle(reply))
    worker.on('error', (error) => {
      cause = `an I/O worker died: ${error instanceof Error ? error.message : String(error)}`
    })
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null
      this.#failAll(cause)
    })
    // Last: listening for messages is what keeps the process alive.
    worker.unref()
    return worker
  }

  #settle({ call, ...outcome }: Reply): void {
    this.#waiting.get(call)?.resolve(outcome)
    this.#waiting.delete(call)
    if (this.#waiting.size === 0 && !this.#isClosed) this.#worker?.unref()
  }

  #failAll(message: string): void {
    const failed = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of failed) reject(storageFailed(message))
  }
}
