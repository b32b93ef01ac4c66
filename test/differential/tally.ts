import type { CoreErrorCode } from '../../src/core/errors.ts'
import type { CommandName, Step } from './commands.ts'
import { isEmpty, type Outcome } from './outcomes.ts'

/** What became of a command: it did or found something, found nothing, or failed. */
type Fate = 'ok' | 'nothing' | CoreErrorCode | 'crashed'

export type Counts = readonly (readonly [CommandName, Fate, number])[]

/** What a run was made of. */
export class Tally {
  readonly #fates = new Map<CommandName, Map<Fate, number>>()
  commands = 0

  add({ name }: Step, outcome: Outcome): void {
    this.#count(name, outcome.ok ? (isEmpty(outcome.answer) ? 'nothing' : 'ok') : outcome.code, 1)
  }

  /** How often each command had each fate. */
  counts(): Counts {
    return [...this.#fates].flatMap(([name, fates]) =>
      [...fates].map(([fate, count]) => [name, fate, count] as const),
    )
  }

  addCounts(counts: Counts): void {
    for (const [name, fate, count] of counts) this.#count(name, fate, count)
  }

  #count(name: CommandName, fate: Fate, count: number): void {
    this.commands += count
    const fates = this.#fates.get(name) ?? new Map<Fate, number>()
    this.#fates.set(name, fates)
    fates.set(fate, (fates.get(fate) ?? 0) + count)
  }

  /** How often a command did or found something. */
  successes(name: CommandName): number {
    return this.#fates.get(name)?.get('ok') ?? 0
  }

  /** How often commands failed with it. */
  errors(code: CoreErrorCode): number {
    return [...this.#fates.values()].reduce((sum, fates) => sum + (fates.get(code) ?? 0), 0)
  }

  /** A line for each command: how often each fate was its own. */
  text(): string {
    const lines = [...this.#fates].map(([name, fates]) => {
      const counts = [...fates].sort(([, a], [, b]) => b - a).map(([fate, count]) => `${fate} ${count}`)
      return `${name}: ${counts.join(', ')}`
    })
    return lines.sort().join('\n')
  }
}
