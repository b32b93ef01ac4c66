import { readFileSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'
import type { Figure, Target } from '../attack.ts'
import { Impossible } from '../attack.ts'
import { ATTACKS } from '../attacks/index.ts'

/** What the process of the hostile clients tells. */
export type Told =
  | { readonly type: 'figures'; readonly figures: readonly Figure[] }
  | { readonly type: 'impossible'; readonly reason: string }
  | { readonly type: 'failed'; readonly reason: string }

/** The process of the hostile clients: the name of the attack, and a file with the target. */
const [name, file = ''] = process.argv.slice(2)
const attack = ATTACKS.find((each) => each.name === name)
const target = JSON.parse(readFileSync(file, 'utf8')) as Target

async function told(): Promise<Told> {
  try {
    if (attack === undefined) throw new Error(`no attack is called ${name}`)
    return { type: 'figures', figures: await attack.run(target) }
  } catch (error) {
    if (error instanceof Impossible) return { type: 'impossible', reason: error.message }
    return { type: 'failed', reason: error instanceof Error ? String(error.stack) : String(error) }
  }
}

// Clients are elsewhere: on the same machine their own work comes after that of the server and of who measures it.
setPriority(Math.min(19, getPriority() + 10))
const result = await told()
process.send?.(result, () => process.exit(0))
