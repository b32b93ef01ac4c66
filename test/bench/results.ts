import { spreadOf } from '../../bench/frame/rounds.ts'
import type { CaseResult, Figures, KeptResult } from '../../bench/frame/types.ts'

/** Figures whose value has these rounds; what is not given was not measured. */
export function figuresOf(values: readonly number[], more: Partial<Figures> = {}): Figures {
  const unknown = spreadOf([Number.NaN])
  return {
    ...{ value: spreadOf(values), p50Ms: unknown, p99Ms: unknown, cpuUsPerRequest: unknown },
    ...{ cpuSecondsPerGb: unknown, generatorBusy: unknown, peakMemoryMb: 0 },
    ...more,
  }
}

/** A case of one kind of figure, by contender. */
export const caseOf = (unit: string, of: Readonly<Record<string, Figures>>): CaseResult => ({
  ...{ what: '16 KiB', unit },
  of: Object.entries(of).map(([name, figures]) => ({ name, syncs: `${name} syncs`, figures })),
})

/** A scenario's result, as a run leaves it. */
export const resultOf = (cases: readonly CaseResult[], more: Partial<KeptResult> = {}): KeptResult => ({
  ...{ name: 'small', about: 'About it.', cases, skipped: [], memory: [], failures: [] },
  on: {
    ...{ date: '2026-01-01', commit: 'abc', machine: '2 × core', node: '26', disk: 'ext4' },
    ...{ loadBefore: 0, rounds: 3, quick: 1 },
  },
  ...more,
})
