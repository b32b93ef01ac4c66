import type { Ticks } from '../core/clock.ts'
import type { Job } from '../core/ports/background.ts'
import type { GuessCounts } from '../http/guessing/guesses.ts'
import type { RequestNotes } from '../http/request-log.ts'
import type { ReadinessReport } from '../http/types.ts'
import { JobCounts } from './jobs.ts'
import { ProcessGauges } from './process.ts'
import { type MetricFamily, renderMetrics, type Sample } from './registry.ts'
import { RequestCounts } from './requests.ts'

/** What is counted elsewhere, and asked for when somebody looks. */
export interface MetricSources {
  readonly version: string
  readonly guesses: GuessCounts
  readonly readiness: () => ReadinessReport | null
  readonly ticks: Ticks
}

/** All that a server counts and measures of itself. */
export interface Metrics {
  /** Takes the notes of one request. */
  count(notes: RequestNotes): void
  /** The same job, counted. */
  watch(job: Job): Job
  /** As Prometheus reads it (text format 0.0.4). */
  text(): string
  stop(): void
}

export function createMetrics(sources: MetricSources): Metrics {
  const requests = new RequestCounts()
  const gauges = new ProcessGauges()
  const jobs = new JobCounts(sources.ticks)
  return {
    count: (notes) => requests.count(notes),
    watch: (job) => jobs.watch(job),
    text: () =>
      renderMetrics([
        {
          ...{ name: 'stowage_info', help: 'The version that runs.', type: 'gauge' },
          samples: [{ labels: { version: sources.version }, value: 1 }],
        },
        ...requests.families(),
        guessFamily(sources.guesses),
        ...checkFamilies(sources.readiness()),
        ...jobs.families(),
        ...gauges.families(),
      ]),
    stop: () => gauges.stop(),
  }
}

const guessFamily = ({ wrong, throttled }: GuessCounts): MetricFamily => ({
  ...{ name: 'stowage_wrong_secrets_total', type: 'counter' },
  help: 'Secrets that were wrong, or were not looked at because there had been too many wrong ones.',
  samples: [...guessSamples('wrong', wrong), ...guessSamples('throttled', throttled)],
})

const guessSamples = (result: string, counts: GuessCounts['wrong']): readonly Sample[] =>
  Object.entries(counts).map(([kind, value]) => ({ labels: { kind, result }, value }))

function checkFamilies(report: ReadinessReport | null): readonly MetricFamily[] {
  const checks = Object.entries(report?.checks ?? {})
  return [
    {
      ...{ name: 'stowage_ready', help: 'Whether the server should be given work.', type: 'gauge' },
      samples: [{ value: report?.isReady === true ? 1 : 0 }],
    },
    {
      ...{ name: 'stowage_check', type: 'gauge' },
      help: 'What the server found when it looked at what it needs: 0 fine, 1 a warning, 2 failed.',
      samples: checks.map(([check, { state }]) => ({ labels: { check }, value: STATES[state] })),
    },
  ]
}

const STATES = { ok: 0, warning: 1, failed: 2 } as const
