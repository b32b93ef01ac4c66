import { playFileFaults } from '../faults/files.ts'
import { playStoreFaults } from '../faults/stores.ts'
import type { Proof } from '../proof.ts'

/** Proof 4: whatever fails below a server, it answers with success for what is kept, and with the right bytes. */
export const FAULTS: Proof<'files' | 'stores' | 'damages'> = {
  name: 'faults',
  shows: 'what was answered is there, and right, when the disk and the stores fail in every way',
  sizes: {
    files: { what: 'faults of the file system', full: 200, short: 10 },
    stores: { what: 'faults of PostgreSQL and S3', full: 120, short: 3 },
    damages: { what: 'damaged files', full: 100, short: 4 },
  },
  run: async (run) => {
    if (run.sizes.files > 0) await playFileFaults(run, run.sizes.files, run.sizes.damages)
    if (run.sizes.stores > 0) await playStoreFaults(run, run.sizes.stores)
  },
}
