import type { TimeMs } from '../clock.ts'
import type { AccountId } from '../ids.ts'
import type { JsonObject } from './json.ts'

/** Work that goes on after the answer, and is not lost with the node. */
export interface Task {
  readonly id: number
  readonly account: AccountId
  /** What they belong to, e.g. `smh/<library>/<space>`; look-ups are within it. */
  readonly scope: string
  readonly topic: string
  readonly input: JsonObject
  readonly state: 'running' | 'done'
  /** In the dialect's words; null while running. */
  readonly result: JsonObject | null
  /** How often it failed so far. */
  readonly attempts: number
  readonly createdAt: TimeMs
}
