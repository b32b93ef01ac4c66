import { putLatest } from '../../../core/latest.ts'

/** Files that are read at the same time. */
const READERS_MAX = 2
/** Files that may wait to be read; others are left out. */
const QUEUE_MAX = 64
/** So many hashes are remembered, for calls that looked just before a hash was stored. */
const REMEMBERED_MAX = 256

/** Reads few files at a time, and each one once for all who ask meanwhile or soon after. */
export class ReadQueue {
  readonly #readings = new Map<string, Promise<string | null>>()
  readonly #waiting: (() => void)[] = []
  #running = 0

  /** Null: too many wait, or the file cannot be read (it may be gone). Then it counts as another file. */
  run(key: string, read: () => Promise<string>): Promise<string | null> {
    const known = this.#readings.get(key)
    if (known !== undefined) return known
    if (this.#waiting.length >= QUEUE_MAX) return Promise.resolve(null)
    const reading = this.#read(read).then((hash) => {
      if (hash === null) this.#readings.delete(key)
      return hash
    })
    putLatest(this.#readings, key, reading, REMEMBERED_MAX)
    return reading
  }

  async #read(read: () => Promise<string>): Promise<string | null> {
    if (this.#running >= READERS_MAX) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running += 1
    try {
      return await read()
    } catch {
      return null
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#running -= 1
      else next()
    }
  }
}
