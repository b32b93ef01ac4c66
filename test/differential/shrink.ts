import type { Step } from './commands.ts'
import { type Difference, differenceOf } from './history.ts'
import type { Pair } from './stores.ts'

/** How many commands shorter histories may take in all. */
const COMMANDS_MAX = 20_000
/** How far the first guess follows ids from command to command. */
const ROUNDS_MAX = 3

/**
 * A shorter history that shows the same difference, found by leaving commands out as long as the stores still part at a
 * command of the same kind: first those that have no id in common with the difference, then runs that get shorter.
 */
export async function shrunk(pair: Pair, difference: Difference): Promise<Difference> {
  let best = difference
  let left = COMMANDS_MAX
  const isShorter = async (steps: readonly Step[]): Promise<boolean> => {
    left -= steps.length
    const again = await differenceOf(pair, steps)
    if (again?.what !== difference.what) return false
    best = again
    return true
  }
  for (let rounds = 1; rounds <= ROUNDS_MAX; rounds++) {
    if (await isShorter(related(difference, rounds))) break
  }
  for (let size = best.steps.length; size >= 1 && left > 0; ) {
    let isDone = true
    for (let end = best.steps.length; end > 0 && left > 0; end -= size) {
      const fewer = [...best.steps.slice(0, Math.max(0, end - size)), ...best.steps.slice(end)]
      if (fewer.length < best.steps.length && (await isShorter(fewer))) isDone = false
    }
    if (size === 1 && isDone) break
    size = Math.min(Math.ceil(size / 2), best.steps.length)
  }
  return best
}

const IDS = /[0-9a-f]{32}/g
const idsOf = (text: string): readonly string[] => text.match(IDS) ?? []

/** The commands that have an id in common with the difference, or with one that has, and so on for some rounds. */
function related({ steps, texts }: Difference, rounds: number): readonly Step[] {
  const idsOfSteps = steps.map((step) => idsOf(JSON.stringify(step)))
  const ids = new Set([...texts.flatMap(idsOf), ...(idsOfSteps.at(-1) ?? [])])
  const isRelated = (own: readonly string[]) => own.some((id) => ids.has(id))
  for (let round = 0; round < rounds; round++) {
    for (const id of idsOfSteps.filter(isRelated).flat()) ids.add(id)
  }
  return steps.filter((step, index) => step === steps.at(-1) || isRelated(idsOfSteps[index] ?? []))
}
