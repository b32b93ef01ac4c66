import { type Lane, Lanes } from '../lanes.ts'
import type { Job, Outcome, WorkerSetup } from './jobs.ts'

export type DiskLane = Lane<Job, Outcome>
export type DiskLanes = Lanes<Job, Outcome>

/** The I/O workers, which hash and write. */
export function startWorkers(setup: WorkerSetup, count: number): DiskLanes {
  // Faults are played once: a replacement has none.
  const again: WorkerSetup = { ...setup, faults: [] }
  return new Lanes(
    {
      script: new URL('./worker.ts', import.meta.url),
      name: 'disk',
      workerData: setup,
      workerDataAgain: again,
      // What is written lies in memory that both sides share.
      transferOf: () => [],
    },
    count,
  )
}
