import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { type DiskBlobs, openDiskBlobs } from '../../src/blobs/disk/index.ts'
import { type Core, createCore } from '../../src/core/core.ts'
import { asAccountId } from '../../src/core/ids.ts'
import { bucketName } from '../../src/core/model/buckets.ts'
import type { Staged } from '../../src/core/model/bytes.ts'
import type { StoredObject } from '../../src/core/model/objects.ts'
import type { Upload } from '../../src/core/model/uploads.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import { expiryJob } from '../../src/jobs/expiry.ts'
import { sweepJob } from '../../src/jobs/sweep.ts'
import { openSqliteMetadata } from '../../src/metadata/sqlite/index.ts'
import { systemRandom } from '../../src/system.ts'
import { temporaryFolder } from './folder.ts'

export const account = asAccountId('a')
export const traits = { name: 'n', kind: '0', status: '1', contentType: null, media: null, attributes: {} }
export const signal = new AbortController().signal
const limits = { partNumberMin: 1, partNumberMax: 10, partSizeMin: 0, partSizeMax: 1e9, sizeMax: 1e9 }

/** The stores of a folder, what works on them, and the jobs that most tests run. */
export interface JobsRig {
  readonly folder: string
  readonly clock: { time: number; now(): number }
  readonly metadata: Facts
  readonly blobs: DiskBlobs
  readonly core: Core
  receive(size: number): Promise<Staged>
  begin(ref: string, expiresAt?: number): Promise<Upload>
  put(key: string, size: number): Promise<StoredObject>
  sweep(): Promise<void>
  expire(): Promise<void>
  segments(): Promise<number>
  close(): Promise<void>
  /** How all that was opened on the folder is closed. */
  readonly closing: Set<() => Promise<void>>
}

/** Opens the stores of a new folder, or again those that another rig opened, with its clock. */
export async function openJobs(t: TestContext, earlier?: JobsRig): Promise<JobsRig> {
  const folder = earlier?.folder ?? temporaryFolder()
  const clock = earlier?.clock ?? newClock()
  const metadata = await openSqliteMetadata({ path: join(folder, 'stowage.db'), durability: 'relaxed' })
  const blobs = await openDiskBlobs({ dir: join(folder, 'blobs'), durability: 'relaxed' })
  const media = { probe: () => Promise.reject(new Error('not used')), close: async () => {} }
  const core = createCore({ metadata, blobs, media, clock, random: systemRandom })
  const closing = earlier?.closing ?? new Set()
  const close = async (): Promise<void> => {
    closing.delete(close)
    await blobs.close()
    await metadata.close()
  }
  closing.add(close)
  if (earlier === undefined)
    t.after(async () => {
      for (const end of [...closing]) await end()
      rmSync(folder, { recursive: true })
    })
  const bucket = bucketName('test', 'b')
  const receive = (size: number) => core.staging.receive(body(size), { sizeMax: 1e9 })
  return {
    ...{ folder, clock, metadata, blobs, core, receive, close, closing },
    begin: (ref, expiresAt = clock.time + 60_000) =>
      core.uploads.begin({ account, bucket, ref, key: ref, limits, expiresAt }),
    put: async (key, size) => {
      const staged = await receive(size)
      return core.objects.put({ account, bucket, key, staged, traits, conflict: 'overwrite' })
    },
    sweep: () => sweepJob({ metadata, blobs, clock }, 1).run(signal),
    expire: () => expiryJob({ metadata, clock }, 1).run(signal),
    segments: async () => (await blobs.listSegments()).length,
  }
}

function newClock(): JobsRig['clock'] {
  const clock = { time: 1_700_000_000_000, now: () => clock.time }
  return clock
}

async function* body(size: number): AsyncIterable<Uint8Array> {
  for (let left = size; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536), 7)
}
