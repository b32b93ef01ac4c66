/** What Prometheus knows of a metric (its text format 0.0.4). */
export interface MetricFamily {
  /** `stowage_requests_total`. */
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly samples: readonly Sample[]
}

export interface Sample {
  /** What follows the family's name: `_bucket`, `_sum`, `_count`; default nothing. */
  readonly suffix?: string
  readonly labels?: Labels
  readonly value: number
}

export type Labels = Readonly<Record<string, string | number>>

/** Families as Prometheus reads them. */
export const renderMetrics = (families: readonly MetricFamily[]): string =>
  families.map((family) => `${linesOf(family).join('\n')}\n`).join('')

const linesOf = ({ name, help, type, samples }: MetricFamily): readonly string[] => [
  `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
  `# TYPE ${name} ${type}`,
  ...samples.map(
    ({ suffix = '', labels = {}, value }) => `${name}${suffix}${labelText(labels)} ${shown(value)}`,
  ),
]

function labelText(labels: Labels): string {
  const texts = Object.entries(labels).map(([name, value]) => `${name}="${escaped(String(value))}"`)
  return texts.length === 0 ? '' : `{${texts.join(',')}}`
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

const shown = (value: number): string =>
  value === Infinity ? '+Inf' : value === -Infinity ? '-Inf' : String(value)

/** Counts values into buckets, each up to and with its bound. */
export class Histogram {
  readonly #bounds: readonly number[]
  readonly #counts: number[]
  #sum = 0

  /** `bounds` rise. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds
    this.#counts = [...bounds, Infinity].map(() => 0)
  }

  add(value: number): void {
    const at = this.#bounds.findIndex((bound) => value <= bound)
    const bucket = at === -1 ? this.#bounds.length : at
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#sum += value
  }

  samples(labels: Labels): readonly Sample[] {
    let count = 0
    const buckets = [...this.#bounds, Infinity].map((bound, at) => {
      count += this.#counts[at] ?? 0
      return { suffix: '_bucket', labels: { ...labels, le: shown(bound) }, value: count }
    })
    return [
      ...buckets,
      { suffix: '_sum', labels, value: this.#sum },
      { suffix: '_count', labels, value: count },
    ]
  }
}
