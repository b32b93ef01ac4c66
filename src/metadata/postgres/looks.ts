import { abreast, type Script } from '../commands/script.ts'
import type { Guesses } from './guesses.ts'
import type { Pool } from './pool.ts'
import { runScript } from './run-script.ts'

/** So many go in one round trip. */
const TOGETHER_MAX = 16

interface Look {
  make(): Script<unknown>
  readonly resolve: (result: unknown) => void
  readonly reject: (error: unknown) => void
}

/** Look-ups that are asked for in the same turn of the event loop go to the server in one round trip. */
export class Looks {
  readonly #pool: Pool
  readonly #guesses: Guesses
  #waiting: Look[] = []

  constructor(pool: Pool, guesses: Guesses) {
    this.#pool = pool
    this.#guesses = guesses
  }

  /** `make` is called more than once where the look-up has to be made again. Errors: those of the pool and the script. */
  add<Result>(make: () => Script<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) setImmediate(() => this.#go())
      this.#waiting.push({ make, resolve: (result) => resolve(result as Result), reject })
    })
  }

  #go(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (let at = 0; at < waiting.length; at += TOGETHER_MAX) {
      void this.#look(waiting.slice(at, at + TOGETHER_MAX))
    }
  }

  /** Where one of several fails, each is made alone, so that nobody has another's failure. */
  async #look(looks: readonly Look[]): Promise<void> {
    const [only] = looks
    if (only !== undefined && looks.length === 1) {
      await this.#run(only.make).then(only.resolve, only.reject)
      return
    }
    try {
      const results = await this.#run(() => abreast(...looks.map(({ make }) => make())))
      for (const [at, { resolve }] of looks.entries()) resolve(results[at])
    } catch {
      await Promise.all(looks.map((look) => this.#look([look])))
    }
  }

  #run<Result>(make: () => Script<Result>): Promise<Result> {
    return this.#pool.read((db) => runScript(db, make(), this.#guesses))
  }
}
