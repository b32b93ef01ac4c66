import { randomBytes, randomFillSync } from 'node:crypto'
import type { Random } from './core/random.ts'

const POOL_SIZE = 4096

/** The system's random bytes, taken in larger pieces: to ask it for each id costs far more than the id. What was given out is wiped. */
export class PooledRandom implements Random {
  readonly #pool = Buffer.alloc(POOL_SIZE)
  #at = POOL_SIZE

  bytes(count: number): Uint8Array {
    if (count > POOL_SIZE / 8) return randomBytes(count)
    if (this.#at + count > POOL_SIZE) {
      randomFillSync(this.#pool)
      this.#at = 0
    }
    const taken = this.#pool.subarray(this.#at, this.#at + count)
    const bytes = Uint8Array.from(taken)
    taken.fill(0)
    this.#at += count
    return bytes
  }
}
