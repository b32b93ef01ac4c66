import { Worker } from 'node:worker_threads'
import { messageOf } from '../core/errors.ts'
import { storageFailed } from './failures.ts'

/** What the workers are and what they are told. */
export interface LaneSetup<Job> {
  /** The worker's module: answers each `{ call, job }` with `{ call, ...outcome }`, and `stop` by ending. */
  readonly script: URL
  readonly name: string
  /** What a worker is started with. */
  readonly workerData: unknown
  /** What the replacement of a worker that died is started with. */
  readonly workerDataAgain: unknown
  /** The buffers that are given away with a job. */
  transferOf(job: Job): ArrayBuffer[]
}

/** Sent to a worker. `stop`: gives up what is unfinished and ends the worker. */
export type Request<Job> = { readonly call: number; readonly job: Job } | 'stop'
/** Sent by a worker, once for each call. */
export type Reply<Outcome> = Outcome & { readonly call: number }

interface Waiting<Outcome> {
  readonly resolve: (outcome: Outcome) => void
  readonly reject: (error: Error) => void
}

/** Worker threads. Each has a lane; what goes into one lane is done in order. */
export class Lanes<Job, Outcome> {
  readonly #lanes: readonly Lane<Job, Outcome>[]

  constructor(setup: LaneSetup<Job>, count: number) {
    this.#lanes = Array.from({ length: count }, () => new Lane<Job, Outcome>(setup))
  }

  /** The lane with the fewest segments underway. */
  leastBusy(): Lane<Job, Outcome>
  /** The same of all but one; null where that is the only one. */
  leastBusy(except: Lane<Job, Outcome>): Lane<Job, Outcome> | null
  leastBusy(except?: Lane<Job, Outcome>): Lane<Job, Outcome> | null {
    let best: Lane<Job, Outcome> | null = null
    for (const lane of this.#lanes) {
      if (lane !== except && (best === null || lane.segments < best.segments)) best = lane
    }
    return best
  }

  /** Resolves when all that was asked for is done and the workers are gone. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()))
  }
}

/** One worker, started when it is first needed and replaced when it dies. Keeps the process alive only while something is asked of it. */
export class Lane<Job, Outcome> {
  /** How many segments use the lane; kept by them. */
  segments = 0
  readonly #setup: LaneSetup<Job>
  readonly #waiting = new Map<number, Waiting<Outcome>>()
  #worker: Worker | null = null
  #workerData: unknown
  #calls = 0
  #isClosed = false

  constructor(setup: LaneSetup<Job>) {
    this.#setup = setup
    this.#workerData = setup.workerData
  }

  /** Gives the job's buffers away. Fails with `storage-failed` when the worker dies over it or the lane is closed. */
  async call(job: Job): Promise<Outcome> {
    if (this.#isClosed) throw storageFailed('the store is closed')
    this.#worker ??= this.#start()
    const worker = this.#worker
    const call = this.#calls++
    return new Promise((resolve, reject) => {
      this.#waiting.set(call, { resolve, reject })
      worker.ref()
      const request: Request<Job> = { call, job }
      worker.postMessage(request, this.#setup.transferOf(job))
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const worker = this.#worker
    if (worker === null) return
    worker.ref()
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    const request: Request<Job> = 'stop'
    worker.postMessage(request)
    await gone
  }

  #start(): Worker {
    const workerData = this.#workerData
    this.#workerData = this.#setup.workerDataAgain
    const worker = new Worker(this.#setup.script, {
      name: this.#setup.name,
      workerData,
      // Jobs are a few small objects each; the bytes are outside the heap.
      resourceLimits: { maxYoungGenerationSizeMb: 6 },
      // The command's own flags may not suit a worker.
      execArgv: [],
    })
    let cause = 'a worker of the store ended'
    worker.on('message', (reply: Reply<Outcome>) => this.#settle(reply))
    worker.on('error', (error) => {
      cause = `a worker of the store died: ${messageOf(error)}`
    })
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = null
      this.#failAll(cause)
    })
    // Last: listening for messages is what keeps the process alive.
    worker.unref()
    return worker
  }

  #settle(reply: Reply<Outcome>): void {
    this.#waiting.get(reply.call)?.resolve(reply)
    this.#waiting.delete(reply.call)
    if (this.#waiting.size === 0 && !this.#isClosed) this.#worker?.unref()
  }

  #failAll(message: string): void {
    const failed = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of failed) reject(storageFailed(message))
  }
}
