import { seededRandom } from '../contracts/metadata/random.ts'
import { type CommandName, type Step, stepOf } from './commands.ts'
import { differenceAtEnd } from './ends.ts'
import type { Generator } from './generators/generator.ts'
import { COMMAND_NAMES, GENERATORS } from './generators/index.ts'
import { opening } from './opening.ts'
import { ask, begin } from './pair.ts'
import type { Pair } from './stores.ts'
import { Tally } from './tally.ts'
import { World } from './world.ts'

/** Where two stores part. */
export interface Difference {
  /** All commands up to there. */
  readonly steps: readonly Step[]
  /** What they differ in: a command, or the facts at the end. */
  readonly what: CommandName | 'facts'
  /** What each said. */
  readonly texts: readonly [string, string]
}

/** Commands that may be sent again after a lost answer: their second answer has to be the same in both stores, too. */
const REPEATED: readonly CommandName[] = [
  ...(['attachPart', 'renewUpload', 'sealUpload', 'commitUpload', 'abortUpload', 'failUpload'] as const),
  ...(['appendPart', 'joinParts'] as const),
  ...(['claimSlot', 'settleAssemblies', 'reserveSegments', 'forgetSegments'] as const),
  ...(['continueCopy', 'removeEntry', 'moveEntry', 'restoreRecycled', 'createQuota', 'createToken'] as const),
  ...(['finishTask', 'settleDelivery', 'leaseJob', 'deleteVolume', 'deleteObject'] as const),
]
/** One command in so many is the last one again. */
const REPEATED_ONE_IN = 16

/** What a random history is made of. */
export interface HistoryPlan {
  readonly seed: number
  readonly commands: number
  readonly hasOpening: boolean
}

/** Makes a random history and has both stores do it. Null where they never differ. */
export function differenceIn(
  pair: Pair,
  { seed, commands, hasOpening }: HistoryPlan,
  tally: Tally,
): Promise<Difference | null> {
  const world = new World(seededRandom(seed))
  const first = hasOpening ? opening(world) : []
  const next = (at: number, last: Step | undefined) => {
    const opened = first[at - 1]
    if (opened !== undefined) return { ...opened, at }
    return at > commands ? undefined : nextStep(world, at, last)
  }
  return differenceAlong(pair, world, next, tally)
}

/** Has both stores do a history again; null where they do not differ this time. */
export function differenceOf(pair: Pair, steps: readonly Step[]): Promise<Difference | null> {
  return differenceAlong(pair, new World(seededRandom(0)), (at) => steps[at - 1], new Tally())
}

async function differenceAlong(
  pair: Pair,
  world: World,
  next: (at: number, last: Step | undefined) => Step | undefined,
  tally: Tally,
): Promise<Difference | null> {
  const asked = await begin(pair)
  const steps: Step[] = []
  for (let step = next(1, undefined); step !== undefined; step = next(steps.length + 1, step)) {
    steps.push(step)
    const { outcome, texts, isSame } = await ask(asked, step)
    tally.add(step, outcome)
    if (!isSame) return { steps, what: step.name, texts }
    if (outcome.ok) learn(world, step, outcome.answer)
  }
  const texts = await differenceAtEnd(asked, world.known)
  return texts === null ? null : { steps, what: 'facts', texts }
}

const TOTAL_WEIGHT = COMMAND_NAMES.reduce((sum, name) => sum + GENERATORS[name].weight, 0)

function nextStep(world: World, at: number, last: Step | undefined): Step {
  if (last !== undefined && REPEATED.includes(last.name) && world.random.below(REPEATED_ONE_IN) === 0) {
    return { ...last, at }
  }
  world.next()
  let left = world.random.below(TOTAL_WEIGHT)
  const name = COMMAND_NAMES.find((candidate) => {
    left -= GENERATORS[candidate].weight
    return left < 0
  })
  if (name === undefined) throw new Error('the weights do not add up')
  return stepOf(name, GENERATORS[name].make(world), at)
}

function learn(world: World, { name, command }: Step, answer: unknown): void {
  const generator: Pick<Generator<never>, 'learn'> = GENERATORS[name]
  generator.learn?.(world, answer as never, command as never)
}
