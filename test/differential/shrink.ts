import type { Step } from './commands.ts'
import { type Difference, differenceOf } from './history.ts'
import type { Pair } from './stores.ts'

/** How often a shorter history is tried. */
const TRIES_MAX = 200

/**
 * A shorter history that shows the same difference: commands are left out in runs that get shorter, as long as the stores
 * still part at a command of the same kind.
 */
export async function shrunk(pair: Pair, difference: Difference): Promise<Difference> {
  let best = difference
  let tries = 0
  for (let size = runOf(best.steps); size >= 1 && tries < TRIES_MAX; ) {
    let isShorter = false
    for (let end = best.steps.length; end > 0 && tries < TRIES_MAX; end -= size) {
      const fewer = [...best.steps.slice(0, Math.max(0, end - size)), ...best.steps.slice(end)]
      if (fewer.length === best.steps.length) continue
      tries += 1
      const again = await differenceOf(pair, fewer)
      if (again?.what !== difference.what) continue
      best = again
      isShorter = true
    }
    if (size === 1 && !isShorter) break
    size = Math.min(Math.ceil(size / 2), Math.max(1, runOf(best.steps)))
  }
  return best
}

const runOf = (steps: readonly Step[]): number => Math.ceil(steps.length / 2)
