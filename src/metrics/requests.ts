import type { RequestNotes } from '../http/request-log.ts'
import { Histogram, type Labels, type MetricFamily } from './registry.ts'

/** Seconds. Uploads of gigabytes take long. */
const BOUNDS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600]

/** More would be names that clients make up. */
const CALLS_MAX = 1000
const OTHER = 'other'

/** Counts requests by dialect and call, as the log tells of them. */
export class RequestCounts {
  readonly #calls = new Map<string, Counted>()

  /** Takes the notes of one request. */
  count(notes: RequestNotes): void {
    const { dialect, call, status } = notes
    const counted = this.#of(textOf(dialect), textOf(call))
    const code = numberOf(status)
    counted.statuses.set(code, (counted.statuses.get(code) ?? 0) + 1)
    counted.seconds.add(numberOf(notes.durationMs) / 1000)
    counted.bytesIn += numberOf(notes.bytesIn)
    counted.bytesOut += numberOf(notes.bytesOut)
    if (notes.aborted === true) counted.aborted += 1
  }

  #of(dialect: string, call: string): Counted {
    const key = `${dialect}\n${call}`
    const known = this.#calls.get(key)
    if (known !== undefined) return known
    if (this.#calls.size >= CALLS_MAX && call !== OTHER) return this.#of(dialect, OTHER)
    const counted = fresh(dialect, call)
    this.#calls.set(key, counted)
    return counted
  }

  families(): readonly MetricFamily[] {
    const calls = [...this.#calls.values()]
    const each = (value: (counted: Counted) => number) =>
      calls.map((counted) => ({ labels: counted.labels, value: value(counted) }))
    return [
      {
        ...{ name: 'stowage_requests_total', help: 'Requests that were answered.', type: 'counter' },
        samples: calls.flatMap(({ labels, statuses }) =>
          [...statuses].map(([status, value]) => ({ labels: { ...labels, status }, value })),
        ),
      },
      {
        ...{ name: 'stowage_request_duration_seconds', type: 'histogram' },
        help: 'From the first byte of a request to the last of its answer.',
        samples: calls.flatMap(({ labels, seconds }) => seconds.samples(labels)),
      },
      {
        ...{ name: 'stowage_received_bytes_total', help: 'Bytes of request bodies.', type: 'counter' },
        samples: each(({ bytesIn }) => bytesIn),
      },
      {
        ...{ name: 'stowage_sent_bytes_total', help: 'Bytes of answers.', type: 'counter' },
        samples: each(({ bytesOut }) => bytesOut),
      },
      {
        ...{ name: 'stowage_aborted_requests_total', type: 'counter' },
        help: 'Requests whose clients left before the end.',
        samples: each(({ aborted }) => aborted),
      },
    ]
  }
}

interface Counted {
  readonly labels: Labels
  readonly statuses: Map<number, number>
  readonly seconds: Histogram
  bytesIn: number
  bytesOut: number
  aborted: number
}

const fresh = (dialect: string, call: string): Counted => ({
  ...{ labels: { dialect, call }, statuses: new Map(), seconds: new Histogram(BOUNDS_S) },
  ...{ bytesIn: 0, bytesOut: 0, aborted: 0 },
})

const textOf = (note: unknown): string => (typeof note === 'string' ? note : '')
const numberOf = (note: unknown): number => (typeof note === 'number' ? note : 0)
