import { Lanes } from '../lanes.ts'
import type { Job, Outcome } from './jobs.ts'

export type S3Lanes = Lanes<Job, Outcome>

/** The workers, which hash. */
export const startWorkers = (count: number): S3Lanes =>
  new Lanes(
    {
      script: new URL('./worker.ts', import.meta.url),
      name: 's3',
      workerData: null,
      workerDataAgain: null,
      transferOf: (job) => (job.type === 'measure' ? [job.buffer] : []),
    },
    count,
  )
