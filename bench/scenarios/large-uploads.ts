import { type BodyShape, UPLOADERS, type Uploads } from '../contenders/uploads.ts'
import { inFreshTurns } from '../frame/fresh-rounds.ts'
import type { Scenario } from '../frame/types.ts'

const MIB = 1024 ** 2
const TOTAL = 1024 * MIB
/** Room for the slowest. */
const SECONDS = 600
/** No more rounds than that: each sends 1 GiB to each contender. */
const ROUNDS_MAX = 5

/** Large bodies, by each way in which they come. */
export const largeUploads: Scenario = {
  name: 'large-uploads',
  about:
    'One body of 1 GiB, or four of 256 MiB at once: by length, chunked, as a form with the file last and first. Each round has a fresh server and folder, and a warm-up. Floors take the bytes without looking for a form in them.',
  run: (options) => {
    const shapes: readonly BodyShape[] = ['by length', 'chunked', 'form', 'form, file first']
    const cases = shapes.flatMap((shape) => [1, 4].map((count) => largeUpload(shape, count, options.quick)))
    return inFreshTurns(UPLOADERS, cases, warmUp, {
      ...options,
      rounds: Math.min(options.rounds, ROUNDS_MAX),
    })
  },
}

/** One case: 1 GiB in `count` bodies at once. */
export const largeUpload = (shape: BodyShape, count: number, quick: number): Uploads => ({
  what: `${count} × ${TOTAL / MIB / count} MiB ${shape}`,
  ...{ unit: 'MB/s', shape, connections: count, count, seconds: SECONDS },
  size: Math.max(4 * MIB, Math.floor(TOTAL / count / quick / MIB) * MIB),
})

/** What a fresh server has before it is measured. */
export const warmUp = (one: Uploads): Uploads => ({ ...one, size: Math.min(one.size, 16 * MIB) })
