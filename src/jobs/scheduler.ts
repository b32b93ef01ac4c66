import type { Job } from '../core/ports/background.ts'

export type { Job } from '../core/ports/background.ts'

export interface Scheduler {
  /** Runs every job once, now, and resolves when all are done. */
  runAll(): Promise<void>
  /** Starts no more work and waits for what runs. */
  stop(): Promise<void>
}

export interface SchedulerOptions {
  onFailure(job: string, error: unknown): void
  /** Whether this node may do the job now. False: another node has its lease. */
  mayRun(job: string): Promise<boolean>
  /** Default true. False: jobs run when `runAll` says so, and not by themselves. */
  readonly hasTimers?: boolean
}

/** Runs jobs side by side, but no job beside itself. A failure is reported, and the job runs again at its next time. */
export function startJobs(jobs: readonly Job[], options: SchedulerOptions): Scheduler {
  const stopping = new AbortController()
  const turns = jobs.map((job) => new Turns(job, options, stopping.signal))
  if (options.hasTimers !== false) for (const turn of turns) turn.schedule()
  return {
    runAll: async () => {
      for (const turn of turns) await turn.run()
    },
    stop: async () => {
      stopping.abort()
      await Promise.all(turns.map((turn) => turn.stop()))
    },
  }
}

class Turns {
  readonly #job: Job
  readonly #options: SchedulerOptions
  readonly #signal: AbortSignal
  #timer: NodeJS.Timeout | null = null
  #last: Promise<void> = Promise.resolve()

  constructor(job: Job, options: SchedulerOptions, signal: AbortSignal) {
    this.#job = job
    this.#options = options
    this.#signal = signal
  }

  schedule(): void {
    if (this.#signal.aborted) return
    this.#timer = setTimeout(() => void this.run().then(() => this.schedule()), this.#job.everyMs)
    this.#timer.unref()
  }

  run(): Promise<void> {
    this.#last = this.#last.then(async () => {
      if (this.#signal.aborted) return
      try {
        if (await this.#options.mayRun(this.#job.name)) await this.#job.run(this.#signal)
      } catch (error) {
        this.#options.onFailure(this.#job.name, error)
      }
    })
    return this.#last
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#last
  }
}
