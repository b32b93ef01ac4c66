import { setTimeout } from 'node:timers/promises'
import { type LoadFigures, runLoad } from '../load/run.ts'
import { cpuSeconds, forgetPeak, memoryMb, withChildren } from './processes.ts'
import type {
  Case,
  CaseResult,
  Contender,
  Figures,
  Opened,
  RunOptions,
  ScenarioMemory,
  ScenarioResult,
  Spread,
  Turn,
} from './types.ts'

/** Servers that had work are left alone for so many seconds before their memory is looked at again. */
const SETTLING_S = 10

/** What one round of one contender showed. */
export interface Round {
  readonly load: LoadFigures
  readonly cpuSeconds: number
}

interface Runner<Of extends Case> {
  readonly contender: Contender<Of>
  readonly server: Opened<Of>
  readonly idleMemoryMb: number
}

/**
 * Runs all contenders side by side: each case has a round to warm up, then `rounds` in which they take turns, in one order and then in
 * the other. All servers stay up meanwhile; one at a time is at work. `settlingS` seconds after the last round their memory is looked at again.
 */
export async function inTurns<Of extends Case>(
  contenders: readonly Contender<Of>[],
  cases: readonly Of[],
  options: RunOptions,
  settlingS = SETTLING_S,
): Promise<ScenarioResult> {
  const { there, skipped } = await chosenContenders(contenders, options)
  const runners = await openAll(there, options)
  try {
    const results: CaseResult[] = []
    for (const one of chosenCases(cases, options)) {
      const result = await runCase(runners, one, options)
      results.push(result)
      for (const { name, figures } of result.of) options.say(lineOf(result, name, figures))
    }
    await setTimeout(settlingS * 1000)
    return { cases: results, skipped, memory: runners.map((runner) => memoryOf(runner, settlingS)) }
  } finally {
    for (const { server } of runners) await server.stop()
  }
}

/** Those of `cases` that the options name. */
export const chosenCases = <Of extends Case>(
  cases: readonly Of[],
  { cases: words }: RunOptions,
): readonly Of[] =>
  cases.filter(({ what }) => words.length === 0 || words.some((word) => what.includes(word)))

/** Those of `contenders` that the options name and that can run here, and why others cannot. */
export async function chosenContenders<Of extends Case>(
  contenders: readonly Contender<Of>[],
  { contenders: words, say }: RunOptions,
): Promise<Pick<ScenarioResult, 'skipped'> & { readonly there: readonly Contender<Of>[] }> {
  const there: Contender<Of>[] = []
  const skipped: { name: string; reason: string }[] = []
  for (const contender of contenders) {
    if (words.length > 0 && !words.some((word) => contender.name.includes(word))) continue
    const reason = await contender.missing()
    if (reason === null) there.push(contender)
    else skipped.push({ name: contender.name, reason })
    if (reason !== null) say(`skipped: ${contender.name}: ${reason}`)
  }
  return { there, skipped }
}

async function openAll<Of extends Case>(
  contenders: readonly Contender<Of>[],
  { failed }: RunOptions,
): Promise<readonly Runner<Of>[]> {
  const runners: Runner<Of>[] = []
  for (const contender of contenders) {
    try {
      const server = await contender.open()
      runners.push({ contender, server, idleMemoryMb: memoryMb(withChildren(server.pids), 'now') })
    } catch (error) {
      failed(`${contender.name} does not start: ${error}`)
    }
  }
  return runners
}

const memoryOf = ({ contender, server, idleMemoryMb }: Runner<never>, settlingS: number): ScenarioMemory => ({
  name: contender.name,
  idleMb: idleMemoryMb,
  settledMb: memoryMb(withChildren(server.pids), 'now'),
  settlingS,
})

async function runCase<Of extends Case>(
  runners: readonly Runner<Of>[],
  one: Of,
  options: RunOptions,
): Promise<CaseResult> {
  const { rounds } = options
  const seen = new Map<Runner<Of>, Round[]>()
  for (const { server } of runners) forgetPeak(withChildren(server.pids))
  for (let round = 0; round <= rounds; round++) {
    const order = round % 2 === 0 ? runners : runners.toReversed()
    for (const runner of order) {
      const measured = await measureOf(runner.contender, runner.server, one, round, options)
      if (measured === null) continue
      if (round > 0 || rounds === 0) seen.set(runner, [...(seen.get(runner) ?? []), measured])
    }
  }
  const of = [...seen].map(([{ contender, server }, all]) => ({
    name: contender.name,
    syncs: contender.syncs,
    figures: figuresOf(one, all, memoryMb(withChildren(server.pids), 'peak')),
  }))
  const order = runners.map(({ contender }) => contender.name)
  return {
    what: one.what,
    unit: one.unit,
    of: of.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name)),
  }
}

async function measure<Of extends Case>(server: Opened<Of>, { load, beside }: Turn): Promise<Round> {
  const used = (): number => cpuSeconds(withChildren(server.pids))
  const other = beside === undefined ? null : runLoad(beside)
  other?.catch(() => {})
  const before = used()
  const figures = await runLoad(load)
  const after = used()
  await other
  return { load: figures, cpuSeconds: after - before }
}

/** Sends a server what it is sent in this case and round, and sees what that cost. Null where it does not take part, or fails, which is told. */
export async function measureOf<Of extends Case>(
  { name }: Contender<Of>,
  server: Opened<Of>,
  one: Of,
  round: number,
  { failed }: Pick<RunOptions, 'failed'>,
): Promise<Round | null> {
  try {
    const turn = await server.turn(one, round)
    return turn === null ? null : await measure(server, turn)
  } catch (error) {
    failed(`${one.what} | ${name}: ${error}`)
    return null
  }
}

/** The figures of a contender in a case. */
export function figuresOf(one: Case, rounds: readonly Round[], peakMemoryMb: number): Figures {
  const spread = (of: (round: Round) => number): Spread => spreadOf(rounds.map(of))
  return {
    value: spread(({ load }) => valueIn(one.unit, load)),
    p50Ms: spread(({ load }) => load.p50Us / 1000),
    p99Ms: spread(({ load }) => load.p99Us / 1000),
    cpuUsPerRequest: spread((round) => (round.cpuSeconds * 1e6) / round.load.requests),
    cpuSecondsPerGb: spread((round) => round.cpuSeconds / (bytesOf(round.load) / 1e9)),
    generatorBusy: spread(({ load }) => load.cpuSeconds / load.seconds),
    peakMemoryMb,
  }
}

const bytesOf = (load: LoadFigures): number => load.bytesOut + load.bytesIn

function valueIn(unit: Case['unit'], load: LoadFigures): number {
  switch (unit) {
    case 'requests/s':
      return load.requests / load.seconds
    case 'MB/s':
      return bytesOf(load) / 1e6 / load.seconds
    case 'ms':
      return load.p50Us / 1000
  }
}

/** Median, least and most. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  const median = ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2
  return { median, least: sorted[0] ?? 0, most: sorted.at(-1) ?? 0 }
}

/** A figure as it is told while the bench runs. */
export function lineOf(
  { what, unit }: CaseResult,
  name: string,
  { value, cpuUsPerRequest, cpuSecondsPerGb }: Figures,
): string {
  const cpu =
    unit === 'MB/s'
      ? `${cpuSecondsPerGb.median.toFixed(2)} CPU s/GB`
      : `${cpuUsPerRequest.median.toFixed(0)} CPU µs`
  return `${what} | ${name}: ${value.median.toFixed(value.median < 100 ? 1 : 0)} ${unit}, ${cpu}`
}
