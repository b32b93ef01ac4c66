import crypto, { type BinaryLike, type ScryptOptions } from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

const { scrypt } = crypto

/**
 * Checking a password takes a tenth of a second of one core on purpose. Where servers run in the tests' own process it takes
 * next to nothing; servers in a process of their own have the full cost, and `src/core/passwords.test.ts` has tests of it.
 */
export function makePasswordsCheap(): void {
  const cheap = (
    password: BinaryLike,
    salt: BinaryLike,
    size: number,
    options: ScryptOptions,
    done: (error: Error | null, key: Buffer) => void,
  ) => scrypt(password, salt, size, { ...options, N: 2 }, done)
  Object.assign(crypto, { scrypt: cheap })
  syncBuiltinESMExports()
}
