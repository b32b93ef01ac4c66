import { openBarePair } from './bare.ts'
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
  /** On what the histories run: `bare` (the default) is fast, `whole` has all that the stores are made of. */
  readonly stores?: keyof typeof STORES
  /** What is done to each pair first. */
  readonly changed?: (pair: Pair) => Pair
  /** Only each history whose number has this remainder by `of`. */
  readonly share?: { readonly remainder: number; readonly of: number }
  /** Whether somebody else found a difference. */
  readonly isOver?: () => boolean
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

const STORES = { bare: openBarePair, whole: openPair } satisfies Record<string, OpenPair>

/** Long enough for things to pile up, short enough that facts are compared often. */
const COMMANDS_PER_HISTORY = 2_500
const OPENED_ONE_IN = 3
const SIDE_BY_SIDE = 4

/** Runs random histories against both stores, one at a time for each pair of databases. Stops at the first difference. */
export async function runDifferential(options: RunOptions): Promise<RunResult> {
  const { sideBySide = SIDE_BY_SIDE, isOver = () => false, onProgress } = options
  const tally = new Tally()
  const left = historiesOf(options).filter(({ history }) => isAsked(history, options))
  const found: Found[] = []
  const next = () => (found.length > 0 || isOver() ? undefined : left.shift())
  const lane = (): Promise<void> =>
    withPair(options, async (pair) => {
      for (let plan = next(); plan !== undefined; plan = next()) {
        const difference = await differenceIn(pair, plan, tally)
        if (difference !== null) found.push({ history: plan.history, difference })
        onProgress?.(tally.commands)
      }
    })
  await Promise.all(Array.from({ length: Math.min(sideBySide, left.length) }, lane))
  return { tally, found: found[0] ?? null }
}

const isAsked = (history: number, { only, share }: RunOptions): boolean =>
  (only === undefined || history === only) && (share === undefined || history % share.of === share.remainder)

export async function withPair<Result>(
  { stores = 'bare', changed = (pair) => pair }: RunOptions,
  work: (pair: Pair) => Promise<Result>,
): Promise<Result> {
  const pair = await STORES[stores]()
  try {
    return await work(changed(pair))
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
