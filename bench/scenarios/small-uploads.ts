import { UPLOADERS, type Uploads } from '../contenders/uploads.ts'
import { inTurns } from '../frame/rounds.ts'
import type { Scenario } from '../frame/types.ts'

const KIB = 1024
const SECONDS = 3
/** Uploads that are begun before a round whose bytes can be sent once only. */
const BEGUN = 4000

/** Small bodies, one call each. */
export const smallUploads: Scenario = {
  name: 'small-uploads',
  about:
    'Bodies of 4, 16 and 256 KiB over 1, 16, 64 and 128 connections, each a new object, in one call. COS, OBS and TOS: the PUT alone, of uploads begun before. Floors: the bytes alone.',
  run: (options) => {
    const cases = [4, 16, 256].flatMap((kib) =>
      [1, 16, 64, 128].map((connections) => smallUpload(kib, connections, options.quick)),
    )
    return inTurns(UPLOADERS, cases, options)
  },
}

/** One case: bodies of so many KiB. */
export const smallUpload = (kib: number, connections: number, quick: number): Uploads => ({
  what: `${kib} KiB, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
  ...{ unit: 'requests/s', shape: 'any', size: kib * KIB, connections, seconds: SECONDS / quick },
  count: Math.ceil(BEGUN / quick / (kib > 16 ? 4 : 1)),
})
