import { Lanes } from '../lanes.ts'
import type { Job, Outcome } from './jobs.ts'

/** The workers, which hash. */
export const startWorkers = (count: number): Lanes<Job, Outcome> =>
  new Lanes<Job, Outcome>(
    {
      script: new URL('./worker.ts', import.meta.url),
      name: 's3',
      workerData: null,
      workerDataAgain: null,
      transferOf: (job) => (job.type === 'measure' ? [job.buffer] : []),
    },
    count,
  )
