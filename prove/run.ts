import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SeededRandom } from '../test/support/seeded.ts'
import { Impossible, type Proof, type Run } from './proof.ts'

export interface RunOptions {
  readonly seed: number
  readonly isShort: boolean
  /** Sizes that were asked for; the others are the full or short ones. */
  readonly sizes: Readonly<Record<string, number>>
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

export interface Failure {
  readonly what: string
  readonly details: Readonly<Record<string, unknown>>
}

export interface Result {
  readonly name: string
  readonly verdict: 'passed' | 'FAILED' | 'not made' | 'stopped'
  readonly seed: number
  readonly seconds: number
  readonly counts: Readonly<Record<string, number>>
  /** The first ones, with what finds their cause. */
  readonly failures: readonly Failure[]
  readonly failureCount: number
  /** Why it was not made. */
  readonly reason?: string
}

/** As many failures are kept: the same cause often makes thousands. */
const FAILURES_MAX = 50

/** What came of a proof so far. Its `result` may be asked for at any time. */
export class Running {
  readonly #proof: Proof
  readonly #options: RunOptions
  readonly #startedAt = performance.now()
  readonly #counts: Record<string, number> = {}
  readonly #failures: Failure[] = []
  #failureCount = 0
  #reason: string | null = null

  constructor(proof: Proof, options: RunOptions) {
    this.#proof = proof
    this.#options = options
  }

  /** Makes the proof. Never throws. */
  async toEnd(): Promise<Result> {
    const folder = mkdtempSync(join(tmpdir(), `stowage-${this.#proof.name}-`))
    try {
      await settled(() => this.#proof.run(this.#runIn(folder)))
    } catch (error) {
      if (error instanceof Impossible) this.#reason = error.message
      else if (!this.#options.signal.aborted) this.#fail('the proof broke off', { error: textOf(error) })
    }
    if (this.#failureCount === 0) rmSync(folder, { recursive: true, force: true })
    else this.#options.say(`what was there is left in ${folder}`)
    return this.result()
  }

  result(): Result {
    const { seed } = this.#options
    const seconds = Math.round((performance.now() - this.#startedAt) / 1000)
    return {
      ...{ name: this.#proof.name, verdict: this.#verdict(), seed, seconds },
      ...{ counts: this.#counts, failures: this.#failures, failureCount: this.#failureCount },
      ...(this.#reason === null ? {} : { reason: this.#reason }),
    }
  }

  #verdict(): Result['verdict'] {
    if (this.#failureCount > 0) return 'FAILED'
    if (this.#reason !== null) return 'not made'
    return this.#options.signal.aborted ? 'stopped' : 'passed'
  }

  #runIn(folder: string): Run {
    const { seed, isShort, signal, say } = this.#options
    const entries = Object.entries(this.#proof.sizes).map(([name, size]) => {
      return [name, this.#options.sizes[name] ?? (isShort ? size.short : size.full)] as const
    })
    return {
      ...{ random: new SeededRandom(seed), isShort, sizes: Object.fromEntries(entries), signal, folder },
      count: (what, by = 1) => {
        this.#counts[what] = (this.#counts[what] ?? 0) + by
      },
      // What ends by order, ends everywhere: servers that are gone then show nothing.
      fail: (what, details = {}) => signal.aborted || this.#fail(what, details),
      say: (line) => say(`${this.#proof.name}: ${line}`),
    }
  }

  #fail(what: string, details: Readonly<Record<string, unknown>>): void {
    this.#failureCount += 1
    if (this.#failures.length < FAILURES_MAX) this.#failures.push({ what, details })
  }
}

/**
 * What `work` gives. Throws for what nobody waits for when it fails, too, and where `work` waits for something that cannot come any
 * more: nothing is left that this process would do.
 */
async function settled<Value>(work: () => Promise<Value>): Promise<Value> {
  const { promise: broken, reject } = Promise.withResolvers<never>()
  const stuck = (): void => reject(new Error('it waits for something that does not come any more'))
  process.on('beforeExit', stuck).on('unhandledRejection', reject)
  try {
    return await Promise.race([work(), broken])
  } finally {
    process.off('beforeExit', stuck).off('unhandledRejection', reject)
  }
}

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)
