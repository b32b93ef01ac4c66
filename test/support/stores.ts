import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type DiskBlobs, openDiskBlobs } from '../../src/blobs/disk/index.ts'
import type { Fault } from '../../src/blobs/disk/jobs.ts'
import type { Ports } from '../../src/core/ports.ts'
import { openSqliteFacts } from '../contracts/stores/sqlite.ts'
import { temporaryFolder } from './folder.ts'
import { type SeededRandom, seeded } from './seeded.ts'

/** The embedded stores in a folder of their own, with a clock that tests set. */
export interface Stores extends Omit<Ports, 'media'> {
  readonly blobs: DiskBlobs
  readonly random: SeededRandom
  readonly clock: { now(): number; timeMs: number }
  readonly blobsDir: string
  /** The file of the metadata. */
  readonly databasePath: string
}

/**
 * Opens both stores, empty, until the test ends; then the facts have to be in order. `faults` are those of the disk.
 */
export async function openStores(t: TestContext, faults: readonly Fault[] = []): Promise<Stores> {
  const dir = temporaryFolder()
  const blobsDir = join(dir, 'blobs')
  const facts = await openSqliteFacts()
  const blobs = await openDiskBlobs({ dir: blobsDir, durability: 'relaxed', workers: 1, faults })
  const clock = {
    timeMs: 1_750_000_000_000,
    now() {
      return this.timeMs
    },
  }
  t.after(async () => {
    await blobs.close()
    await facts.close()
    rmSync(dir, { recursive: true })
  })
  const { metadata, place } = facts
  return { metadata, blobs, clock, random: seeded(t), blobsDir, databasePath: place.path }
}
