import { availableParallelism } from 'node:os'
import { type Difference, differenceIn, type HistoryPlan } from './history.ts'
import { shrunk } from './shrink.ts'
import { type OpenPair, openPair, type Pair } from './stores.ts'
import { Tally } from './tally.ts'

export interface RunOptions {
  readonly seed: number
  /** How many commands in all. */
  readonly commands: number
  /** How many commands a history has, at the end of which all facts are compared. */
  readonly perHistory?: number
  /** Only the history of this number. */
  readonly only?: number
  readonly open?: OpenPair
  /** Looks for a shorter history that shows the same difference: the default. */
  readonly shrinks?: boolean
  /** Hears, after each history, how many commands were done. */
  readonly onProgress?: (done: number) => void
}

export interface RunResult {
  readonly tally: Tally
  /** What went wrong, for people to read; null where the stores did the same throughout. */
  readonly report: string | null
  /** The shortest history found that shows it. */
  readonly difference: Difference | null
}

/** Long enough for things to pile up, short enough that one has its end compared often. */
const COMMANDS_PER_HISTORY = 2_500
const OPENED_ONE_IN = 3
/** Histories that run at the same time: while one waits for an answer, others go on. */
const SIDE_BY_SIDE = Math.min(4, availableParallelism() * 2)

/** Runs random histories against both stores, each on databases of its own. Stops at the first difference. */
export async function runDifferential(options: RunOptions): Promise<RunResult> {
  const { only, open = openPair, shrinks = true, onProgress } = options
  const tally = new Tally()
  const left = historiesOf(options).filter(({ index }) => only === undefined || index === only)
  let found: { readonly index: number; readonly difference: Difference } | null = null
  const lane = (): Promise<void> =>
    withPair(open, async (pair) => {
      for (let next = left.shift(); next !== undefined && found === null; next = left.shift()) {
        const difference = await differenceIn(pair, next, tally)
        if (difference !== null) found ??= { index: next.index, difference }
        onProgress?.(tally.commands)
      }
    })
  await Promise.all(Array.from({ length: Math.min(SIDE_BY_SIDE, left.length) }, lane))
  // Lanes set it: the compiler does not see that they have run.
  const first = found as { readonly index: number; readonly difference: Difference } | null
  if (first === null) return { tally, report: null, difference: null }
  const short = shrinks ? await withPair(open, (pair) => shrunk(pair, first.difference)) : first.difference
  return { tally, report: reportOf(options, first.index, first.difference, short), difference: short }
}

async function withPair<Result>(open: OpenPair, work: (pair: Pair) => Promise<Result>): Promise<Result> {
  const pair = await open()
  try {
    return await work(pair)
  } finally {
    await Promise.all(pair.map((store) => store.close()))
  }
}

/** Histories differ with the run's seed and with their number. */
function historiesOf(options: RunOptions): (HistoryPlan & { readonly index: number })[] {
  const { seed, commands, perHistory = COMMANDS_PER_HISTORY } = options
  const count = Math.ceil(commands / perHistory)
  return Array.from({ length: count }, (_, index) => ({
    index,
    seed: (seed ^ Math.imul(index, 0x9e3779b9)) >>> 0,
    commands: Math.min(perHistory, commands - index * perHistory),
    hasOpening: index % OPENED_ONE_IN === 0,
  }))
}

function reportOf(
  { seed, commands }: RunOptions,
  index: number,
  { what, steps, texts }: Difference,
  short: Difference,
): string {
  const history = short.steps.map(({ at, name, command }) => `${at} ${name} ${JSON.stringify(command)}`)
  return [
    `the stores part over ${what}, at command ${steps.length} of history ${index}`,
    `replay: node test/differential/main.ts --seed ${seed} --commands ${commands} --only ${index}`,
    `one:   ${texts[0]}`,
    `other: ${texts[1]}`,
    `the same in ${history.length} commands:`,
    ...history,
    `one:   ${short.texts[0]}`,
    `other: ${short.texts[1]}`,
  ].join('\n')
}
