import { createReadStream, readdirSync, rmSync } from 'node:fs'
import { appendFile, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What a file of a day is called. */
const DAY_FILE = /^(\d{4}-\d\d-\d\d)\.jsonl$/

/** Lines of JSON by day, in a folder: the oldest days go first. */
export class DayFiles {
  readonly #dir: string
  readonly #daysMax: number
  readonly #sizeMax: number

  /** `sizeMax`: bytes of one day; what comes behind them is left out. */
  constructor(dir: string, { daysMax, sizeMax }: { readonly daysMax: number; readonly sizeMax: number }) {
    this.#dir = dir
    this.#daysMax = daysMax
    this.#sizeMax = sizeMax
  }

  /** Adds lines to the file of a day (`2026-01-31`), and removes what is too old. False: the day has no room. Errors: those of files. */
  async add(day: string, lines: string): Promise<boolean> {
    await mkdir(this.#dir, { recursive: true, mode: 0o700 })
    const file = join(this.#dir, `${day}.jsonl`)
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    )
    if (size + Buffer.byteLength(lines) > this.#sizeMax) return false
    if (size === 0) this.#removeOld()
    await appendFile(file, lines, { mode: 0o600 })
    return true
  }

  /** The lines of each day, the newest day first. */
  async *lines(): AsyncGenerator<string> {
    for (const day of this.#days().reverse()) {
      yield* createInterface({ input: createReadStream(join(this.#dir, day)), crlfDelay: Infinity })
    }
  }

  /** Names of files, the oldest first. */
  #days(): string[] {
    try {
      return readdirSync(this.#dir)
        .filter((name) => DAY_FILE.test(name))
        .sort()
    } catch {
      return []
    }
  }

  #removeOld(): void {
    const days = this.#days()
    for (const day of days.slice(0, Math.max(0, days.length + 1 - this.#daysMax)))
      rmSync(join(this.#dir, day), { force: true })
  }
}
