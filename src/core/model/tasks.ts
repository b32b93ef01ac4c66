import type { TimeMs } from '../clock.ts'
import type { AccountId } from '../ids.ts'
import type { JsonObject } from './json.ts'

/** Work that goes on after the answer. Another node takes it over if this one dies. */
export interface Task {
  readonly id: number
  readonly account: AccountId
  /** What the task belongs to, e.g. `some-dialect/<space>`. Look-ups are within it. */
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
