import { spreadOf } from './rounds.ts'
import type { CaseResult, Figures, RunOptions, Scenario, ScenarioResult } from './types.ts'

/** One figure that was taken once, with what it is compared to in the same run. */
export interface Row {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly beside?: { readonly what: string; readonly value: number }
  readonly peakMemoryMb?: number
}

/** A scenario whose work no plan of requests can say: it brings its own clients, on Node, and has one round. */
export const scenarioOfRows = (
  name: string,
  about: string,
  run: (options: RunOptions) => Promise<readonly Row[]>,
): Scenario => ({
  ...{ name, about: `${about} Its clients run on Node, and it has one round.` },
  run: async (options): Promise<ScenarioResult> => {
    const rows = await run(options)
    for (const { what, value, unit } of rows) options.say(`${what}: ${value.toFixed(1)} ${unit}`)
    return { cases: rows.map(caseOf), skipped: [], memory: [] }
  },
})

const caseOf = ({ what, unit, value, beside, peakMemoryMb = 0 }: Row): CaseResult => ({
  ...{ what, unit },
  of: [
    { name: 'Stowage', syncs: '', figures: figuresOf(value, peakMemoryMb) },
    ...(beside === undefined ? [] : [{ name: beside.what, syncs: '', figures: figuresOf(beside.value, 0) }]),
  ],
})

function figuresOf(value: number, peakMemoryMb: number): Figures {
  const unknown = spreadOf([Number.NaN])
  const times = { p50Ms: unknown, p99Ms: unknown, cpuUsPerRequest: unknown }
  return {
    value: spreadOf([value]),
    ...times,
    cpuSecondsPerGb: unknown,
    generatorBusy: unknown,
    peakMemoryMb,
  }
}
