import { type Reads, readersOf } from '../contenders/readers.ts'
import { inTurns } from '../frame/rounds.ts'
import type { Scenario } from '../frame/types.ts'

const KIB = 1024
const MIB = 1024 ** 2
const SECONDS = 3

/** GETs of an object in the page cache. */
export const reads: Scenario = {
  name: 'reads',
  about:
    'GETs of an object of 1 GiB that is in the page cache: whole, and ranges all over it. Stowage and the checked floor compare every block of 64 KiB that they touch with its sum; the others check nothing, Stowage with its checks off among them.',
  run: (options) => {
    const cases = [
      readsOf(null, 1, options.quick),
      readsOf(null, 4, options.quick),
      ...[64 * KIB, 1024 * KIB].flatMap((range) =>
        [1, 64].map((width) => readsOf(range, width, options.quick)),
      ),
    ]
    const size = Math.max(64, Math.floor(1024 / options.quick)) * MIB
    return inTurns(readersOf(size), cases, options)
  },
}

/** One case: the whole, or ranges of so many bytes. */
export const readsOf = (range: number | null, connections: number, quick: number): Reads => ({
  what: `${range === null ? 'whole' : `ranges of ${range / KIB} KiB`}, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
  unit: range === null ? 'MB/s' : 'requests/s',
  ...{ range, connections, seconds: SECONDS / quick },
})
