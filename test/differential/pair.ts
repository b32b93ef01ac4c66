import { perform, type Step } from './commands.ts'
import { Numbers } from './numbers.ts'
import { type Outcome, outcomeOf, textOf } from './outcomes.ts'
import { compared, received, sent } from './rules.ts'
import type { Pair, Store } from './stores.ts'

/** Failures of a store itself: no command may end in one of these, in whatever store. */
const STORE_FAILURES: readonly string[] = ['metadata-failed', 'unavailable', 'storage-full', 'crashed']

/** What both stores answered. */
export interface Answers {
  /** The first store's, with the history's numbers. */
  readonly outcome: Outcome
  readonly texts: readonly [string, string]
  /** Both mean the same, and are no failure of a store. */
  readonly isSame: boolean
}

/** Two stores in the middle of a history, each with its own numbers. */
export type Asked = readonly [AskedStore, AskedStore]
type AskedStore = Store & { readonly numbers: Numbers }

/** Begins a history: both stores are empty. */
export async function begin([one, other]: Pair): Promise<Asked> {
  await Promise.all([one.empty(), other.empty()])
  return [
    { ...one, numbers: new Numbers() },
    { ...other, numbers: new Numbers() },
  ]
}

/** Has both stores do a command. */
export async function ask([one, other]: Asked, step: Step): Promise<Answers> {
  const [first, second] = await Promise.all([outcomeIn(one, step), outcomeIn(other, step)])
  const texts = [comparedText(step, first), comparedText(step, second)] as const
  const isFailure = !first.ok && STORE_FAILURES.includes(first.code)
  return { outcome: first, texts, isSame: texts[0] === texts[1] && !isFailure }
}

async function outcomeIn({ facts, numbers }: AskedStore, step: Step): Promise<Outcome> {
  const outcome = await outcomeOf(() => perform(facts, step.name, sent(step, numbers)))
  return outcome.ok ? { ok: true, answer: received(step, outcome.answer, numbers) } : outcome
}

const comparedText = ({ name }: Step, outcome: Outcome): string =>
  textOf(outcome.ok ? { ok: true, answer: compared(name, outcome.answer) } : outcome)
