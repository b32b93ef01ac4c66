import { type Difference, differenceIn, type HistoryPlan } from './history.ts'
import { type OpenPair, openPair, type Pair } from './stores.ts'
import { Tally } from './tally.ts'

export interface RunOptions {
  readonly seed: number
  /** How many commands in all. */
  readonly commands: number
  /** How many commands a history has, at the end of which all facts are compared. */
  readonly perHistory?: number
  /** Histories that run at the same time: while one waits for an answer, others go on. */
  readonly sideBySide?: number
  /** Only the history of this number. */
  readonly only?: number
  readonly open?: OpenPair
  /** Hears, after each history, how many commands were done. */
  readonly onProgress?: (done: number) => void
}

/** A difference, and the number of the history that came upon it. */
export interface Found {
  readonly history: number
  readonly difference: Difference
}

export interface RunResult {
  readonly tally: Tally
  /** Null where the stores did the same throughout. */
  readonly found: Found | null
}

/** Long enough for things to pile up, short enough that facts are compared often. */
const COMMANDS_PER_HISTORY = 2_500
const OPENED_ONE_IN = 3
const SIDE_BY_SIDE = 4

/** Runs random histories against both stores, one at a time for each pair of databases. Stops at the first difference. */
export async function runDifferential(options: RunOptions): Promise<RunResult> {
  const { only, open = openPair, sideBySide = SIDE_BY_SIDE, onProgress } = options
  const tally = new Tally()
  const left = historiesOf(options).filter(({ history }) => only === undefined || history === only)
  const found: Found[] = []
  const lane = (): Promise<void> =>
    withPair(open, async (pair) => {
      for (let next = left.shift(); next !== undefined && found.length === 0; next = left.shift()) {
        const difference = await differenceIn(pair, next, tally)
        if (difference !== null) found.push({ history: next.history, difference })
        onProgress?.(tally.commands)
      }
    })
  await Promise.all(Array.from({ length: Math.min(sideBySide, left.length) }, lane))
  return { tally, found: found[0] ?? null }
}

export async function withPair<Result>(
  open: OpenPair,
  work: (pair: Pair) => Promise<Result>,
): Promise<Result> {
  const pair = await open()
  try {
    return await work(pair)
  } finally {
    await Promise.all(pair.map((store) => store.close()))
  }
}

/** Histories differ with the run's seed and with their number. */
function historiesOf({ seed, commands, perHistory = COMMANDS_PER_HISTORY }: RunOptions) {
  const count = Math.ceil(commands / perHistory)
  return Array.from({ length: count }, (_, history): HistoryPlan & { readonly history: number } => ({
    history,
    seed: (seed ^ Math.imul(history, 0x9e3779b9)) >>> 0,
    commands: Math.min(perHistory, commands - history * perHistory),
    hasOpening: history % OPENED_ONE_IN === 0,
  }))
}
