import type { CoreErrorCode } from '../../src/core/errors.ts'
import type { CommandName, Step } from './commands.ts'
import { isEmpty, type Outcome } from './outcomes.ts'

/** What a run was made of. */
export class Tally {
  readonly #commands = new Map<CommandName, { count: number; successes: number; empty: number }>()
  readonly #codes = new Map<string, number>()
  commands = 0

  add({ name }: Step, outcome: Outcome): void {
    this.commands += 1
    const counts = this.#commands.get(name) ?? { count: 0, successes: 0, empty: 0 }
    this.#commands.set(name, counts)
    counts.count += 1
    if (!outcome.ok) this.#codes.set(outcome.code, (this.#codes.get(outcome.code) ?? 0) + 1)
    else if (isEmpty(outcome.answer)) counts.empty += 1
    else counts.successes += 1
  }

  /** How often a command found or did something. */
  successes(name: CommandName): number {
    return this.#commands.get(name)?.successes ?? 0
  }

  errors(code: CoreErrorCode): number {
    return this.#codes.get(code) ?? 0
  }

  /** A line for each command and each code. */
  text(): string {
    const lines = [...this.#commands]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { count, successes, empty }]) => {
        const failures = count - successes - empty
        return `${name}: ${count} (${successes} did something, ${empty} found nothing, ${failures} failed)`
      })
    const codes = [...this.#codes].sort(([, a], [, b]) => b - a).map(([code, count]) => `${code}: ${count}`)
    return [...lines, ...codes].join('\n')
  }
}
