import { seededRandom } from '../contracts/metadata/random.ts'
import type { CommandName, Step } from './commands.ts'
import { differenceAtEnd } from './ends.ts'
import type { Generator } from './generators/generator.ts'
import { COMMAND_NAMES, GENERATORS } from './generators/index.ts'
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
const REPEATABLE: readonly CommandName[] = [
  ...(['attachPart', 'renewUpload', 'sealUpload', 'commitUpload', 'abortUpload', 'failUpload'] as const),
  ...([
    'fillObject',
    'commitFile',
    'claimSlot',
    'settleAssemblies',
    'reserveSegments',
    'forgetSegments',
  ] as const),
  ...(['continueCopy', 'removeEntry', 'moveEntry', 'restoreRecycled', 'createQuota', 'createToken'] as const),
  ...(['finishTask', 'settleDelivery', 'leaseJob', 'deleteVolume', 'deleteObject'] as const),
]
/** One command in so many is the last one again. */
const REPEATED_ONE_IN = 16

/** Makes a random history of so many commands and has both stores do it. Null where they never differ. */
export function differenceIn(
  pair: Pair,
  seed: number,
  commands: number,
  tally: Tally,
): Promise<Difference | null> {
  const world = new World(seededRandom(seed))
  const next = (at: number, last: Step | undefined) => (at > commands ? undefined : nextStep(world, at, last))
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
  if (last !== undefined && REPEATABLE.includes(last.name) && world.random.below(REPEATED_ONE_IN) === 0) {
    return { ...last, at }
  }
  world.next()
  let left = world.random.below(TOTAL_WEIGHT)
  const name = COMMAND_NAMES.find((candidate) => {
    left -= GENERATORS[candidate].weight
    return left < 0
  })
  if (name === undefined) throw new Error('the weights do not add up')
  // Name and command belong together; the compiler does not follow a name that is one of many.
  return { at, name, command: GENERATORS[name].make(world) } as Step
}

function learn(world: World, { name, command }: Step, answer: unknown): void {
  const generator: Pick<Generator<never>, 'learn'> = GENERATORS[name]
  generator.learn?.(world, answer as never, command as never)
}
