import type { Ticks } from '../core/clock.ts'
import type { Job } from '../core/ports/background.ts'
import type { MetricFamily } from './registry.ts'

interface Counted {
  runs: number
  failures: number
  seconds: number
}

/** Counts what is done in the background. */
export class JobCounts {
  readonly #ticks: Ticks
  readonly #jobs = new Map<string, Counted>()

  constructor(ticks: Ticks) {
    this.#ticks = ticks
  }

  /** The same job, counted. */
  watch(job: Job): Job {
    const counted: Counted = { runs: 0, failures: 0, seconds: 0 }
    this.#jobs.set(job.name, counted)
    return {
      ...job,
      run: async (signal) => {
        const startedAt = this.#ticks()
        counted.runs += 1
        try {
          await job.run(signal)
        } catch (error) {
          counted.failures += 1
          throw error
        } finally {
          counted.seconds += (this.#ticks() - startedAt) / 1000
        }
      },
    }
  }

  families(): readonly MetricFamily[] {
    const each = (value: (counted: Counted) => number) =>
      [...this.#jobs].map(([job, counted]) => ({ labels: { task: job }, value: value(counted) }))
    return [
      {
        ...{ name: 'stowage_job_runs_total', help: 'Runs of work in the background.', type: 'counter' },
        samples: each(({ runs }) => runs),
      },
      {
        ...{ name: 'stowage_job_failures_total', help: 'Those that failed.', type: 'counter' },
        samples: each(({ failures }) => failures),
      },
      {
        ...{ name: 'stowage_job_seconds_total', help: 'Time that they took.', type: 'counter' },
        samples: each(({ seconds }) => seconds),
      },
    ]
  }
}
