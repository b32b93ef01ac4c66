import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { assertHolds, put, rejects } from '../../../test/contracts/blobs.ts'
import { temporaryFolder } from '../../../test/support/folder.ts'
import { type SeededRandom, seeded } from '../../../test/support/seeded.ts'
import { newSegmentName, type SegmentName } from '../../core/ids.ts'
import type { SegmentWriter } from '../../core/ports/blobs.ts'
import { type DiskBlobs, openDiskBlobs, openDiskInventory } from './index.ts'
import type { Fault } from './jobs.ts'
import type { Durability } from './layout.ts'

const MIB = 1024 * 1024

const failures: readonly { readonly fault: Fault; readonly code: 'storage-full' | 'storage-failed' }[] = [
  { fault: { call: 'open', nth: 1, error: 'ENOSPC' }, code: 'storage-full' },
  { fault: { call: 'open', nth: 1, error: 'EIO' }, code: 'storage-failed' },
  { fault: { call: 'write', nth: 1, error: 'ENOSPC' }, code: 'storage-full' },
  { fault: { call: 'write', nth: 3, error: 'EDQUOT' }, code: 'storage-full' },
  { fault: { call: 'write', nth: 4, error: 'EIO' }, code: 'storage-failed' },
  { fault: { call: 'sync', nth: 1, error: 'ENOSPC' }, code: 'storage-full' },
  { fault: { call: 'sync', nth: 1, error: 'EIO' }, code: 'storage-failed' },
  { fault: { call: 'sync', nth: 2, error: 'EIO' }, code: 'storage-failed' },
  { fault: { call: 'open', nth: 1, error: 'crash' }, code: 'storage-failed' },
  { fault: { call: 'write', nth: 2, error: 'crash' }, code: 'storage-failed' },
  { fault: { call: 'sync', nth: 1, error: 'crash' }, code: 'storage-failed' },
]

for (const { fault, code } of failures) {
  const what = `${fault.call} number ${fault.nth} ends in ${fault.error}`
  test(`${what}: the segment fails with ${code}, is removed, and the next one works`, async (t) => {
    await withFaults(t, [fault], 'strict', async (blobs, random) => {
      const { writer, name } = await createOne(blobs, random)
      await rejects(sendAll(writer, random.bytes(3 * MIB)), code)
      await rejects(writer.write(random.bytes(1)), code)
      await rejects(writer.finish(), code)
      await writer.abort()
      assert.deepEqual(await blobs.listSegments(), [])
      const bytes = random.bytes(3 * MIB)
      await assertHolds(blobs, await put(blobs, random, [bytes]), bytes)
      await blobs.remove([name])
    })
  })
}

test('a failure takes the file away at once, before anybody aborts', async (t) => {
  await withFaults(t, [{ call: 'write', nth: 3, error: 'ENOSPC' }], 'strict', async (blobs, random) => {
    const { writer } = await createOne(blobs, random)
    await rejects(sendAll(writer, random.bytes(3 * MIB)), 'storage-full')
    assert.deepEqual(await blobs.listSegments(), [])
  })
})

test('a failed sender gives its memory back: others go on', async (t) => {
  const faults: Fault[] = Array.from({ length: 20 }, (_, index) => ({
    call: 'open',
    nth: index + 1,
    error: 'EIO',
  }))
  await withFaults(t, faults, 'strict', async (blobs, random) => {
    for (let count = 0; count < 20; count++) {
      const { writer } = await createOne(blobs, random)
      await rejects(sendAll(writer, random.bytes(MIB)), 'storage-failed')
    }
    const bytes = random.bytes(3 * MIB)
    await assertHolds(blobs, await put(blobs, random, [bytes]), bytes)
  })
})

test('what a worker has underway fails when it dies; what others have does not', async (t) => {
  const crash: Fault = { call: 'sync', nth: 1, error: 'crash' }
  await withFaults(t, [crash], 'strict', async (blobs, random) => {
    const dying = await Promise.all([1, 2, 3].map(() => createOne(blobs, random)))
    for (const { writer } of dying) await writer.write(random.bytes(200_000))
    const outcomes = await Promise.allSettled(dying.map(({ writer }) => writer.finish()))
    assert.deepEqual(
      outcomes.map((outcome) => outcome.status),
      ['rejected', 'rejected', 'rejected'],
    )
    const bytes = random.bytes(MIB)
    const name = await put(blobs, random, [bytes])
    await Promise.all(dying.map(({ writer }) => writer.abort()))
    assert.deepEqual(await blobs.listSegments(), [name])
    await assertHolds(blobs, name, bytes)
  })
})

test('a worker that died leaves nothing open and does not keep the store from closing', async (t) => {
  const crash: Fault = { call: 'write', nth: 1, error: 'crash' }
  await withFaults(t, [crash], 'strict', async (blobs, random, dir) => {
    const { writer } = await createOne(blobs, random)
    await rejects(sendAll(writer, random.bytes(10)), 'storage-failed')
    await blobs.close()
    await writer.abort()
    assert.deepEqual(await openDiskInventory(dir).listSegments(), [])
  })
})

test('relaxed durability syncs nothing', async (t) => {
  await withFaults(t, [{ call: 'sync', nth: 1, error: 'EIO' }], 'relaxed', async (blobs, random) => {
    await put(blobs, random, [random.bytes(MIB)])
  })
})

test('a full disk: storage-full, nothing left behind, and room again after the abort', async (t) => {
  const random = seeded(t)
  const dir = temporaryFolder()
  const disk = join(dir, 'disk')
  mkdirSync(disk)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'stowage-test', disk])
  try {
    if (mounted.status !== 0) {
      t.skip('a small tmpfs cannot be mounted here (it takes root); the played faults stand in for it')
      return
    }
    await fillDisk(disk, random)
  } finally {
    if (mounted.status === 0) spawnSync('umount', ['-l', disk])
    rmSync(dir, { recursive: true })
  }
})

async function fillDisk(dir: string, random: SeededRandom): Promise<void> {
  const blobs = await openDiskBlobs({ dir, durability: 'strict', reserveBytes: MIB })
  try {
    const bytes = random.bytes(3 * MIB)
    const kept = await put(blobs, random, [bytes])
    await blobs.reserve(3 * MIB)
    await rejects(blobs.reserve(5 * MIB), 'storage-full')
    for (let round = 0; round < 3; round++) {
      const { writer } = await createOne(blobs, random)
      await rejects(sendAll(writer, random.bytes(8 * MIB)), 'storage-full')
      const { bavail, bsize } = statfsSync(dir)
      assert.ok(bavail * bsize >= MIB, 'the reserve was written to')
      await writer.abort()
      assert.deepEqual(await blobs.listSegments(), [kept])
    }
    await assertHolds(blobs, await put(blobs, random, [bytes]), bytes)
    await assertHolds(blobs, kept, bytes)
  } finally {
    await blobs.close()
  }
}

test('a segment whose digest was with a worker that died fails, and has no digest of its end alone', async (t) => {
  const random = seeded(t)
  const dir = temporaryFolder()
  const faults: readonly Fault[] = [{ call: 'sync', nth: 1, error: 'crash' }]
  const blobs = await openDiskBlobs({ dir, durability: 'strict', workers: 2, bufferMax: 2 * MIB, faults })
  try {
    const { writer } = await createOne(blobs, random)
    await writer.write(random.bytes(65_536))
    const [, beside] = [await plain(blobs, random), await plain(blobs, random)]
    await rejects(sendAll(beside, random.bytes(MIB)), 'storage-failed')
    await assert.rejects(async () => {
      for (let count = 0; count < 64; count++) {
        await writer.write(random.bytes(65_536))
        await setImmediate()
      }
    }, /the digest is lost/)
    await writer.abort()
  } finally {
    await blobs.close()
    rmSync(dir, { recursive: true })
  }
})

const plain = (blobs: DiskBlobs, random: SeededRandom): Promise<SegmentWriter> =>
  blobs.create(newSegmentName(random), { digests: [] })

interface Created {
  readonly name: SegmentName
  readonly writer: SegmentWriter
}

async function createOne(blobs: DiskBlobs, random: SeededRandom): Promise<Created> {
  const name = newSegmentName(random)
  return { name, writer: await blobs.create(name, { digests: ['md5'] }) }
}

/** In chunks as they come from a socket. */
async function sendAll(writer: SegmentWriter, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.byteLength; at += 65_536) await writer.write(bytes.subarray(at, at + 65_536))
  await writer.finish()
}

async function withFaults(
  t: TestContext,
  faults: readonly Fault[],
  durability: Durability,
  body: (blobs: DiskBlobs, random: SeededRandom, dir: string) => Promise<void>,
): Promise<void> {
  const dir = temporaryFolder()
  const blobs = await openDiskBlobs({ dir, durability, workers: 1, bufferMax: 2 * MIB, faults })
  try {
    await body(blobs, seeded(t), dir)
  } finally {
    await blobs.close()
    rmSync(dir, { recursive: true })
  }
}
