import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { assertHolds, blobContract, put, readAll, rejects } from '../../../test/contracts/blobs.ts'
import { diskHarness } from '../../../test/support/blob-stores.ts'
import { cannotListOpenFiles, openFilesIn, temporaryFolder } from '../../../test/support/folder.ts'
import { seeded } from '../../../test/support/seeded.ts'
import { newSegmentName } from '../../core/ids.ts'
import { type DiskBlobs, type DiskBlobsOptions, openDiskBlobs } from './index.ts'

const run = promisify(execFile)
const KIB = 1024
const MIB = 1024 * KIB

blobContract('disk, strict', () => diskHarness('strict'))

test('segments are there when the store is opened again', async (t) => {
  const random = seeded(t)
  await inFolder(async (dir) => {
    const bytes = random.bytes(MIB)
    const first = await openDiskBlobs({ dir, durability: 'strict' })
    const name = await put(first, random, [bytes])
    await first.close()
    await withDisk({ dir }, async (again) => {
      assert.deepEqual(await again.listSegments(), [name])
      await assertHolds(again, name, bytes)
    })
  })
})

test('folders and files are for their owner alone', async (t) => {
  const random = seeded(t)
  await inFolder(async (above) => {
    const dir = join(above, 'new', 'blobs')
    await withDisk({ dir }, async (blobs) => {
      const name = await put(blobs, random, [Buffer.from('bytes')])
      const folder = join(dir, name.slice(0, 2))
      const modes = [join(above, 'new'), dir, folder, join(folder, name)].map(
        (path) => statSync(path).mode & 0o777,
      )
      assert.deepEqual(modes, [0o700, 0o700, 0o700, 0o600])
      assert.equal(readdirSync(dir).length, 256)
    })
  })
})

test('a file that is there already is neither written to nor removed', async (t) => {
  const random = seeded(t)
  await inFolder(async (dir) => {
    await withDisk({ dir }, async (blobs) => {
      const name = await put(blobs, random, [Buffer.from('first')])
      const writer = await blobs.create(name, { digests: [] })
      await writer.write(Buffer.from('second'))
      await rejects(writer.finish(), 'storage-failed')
      await writer.abort()
      await assertHolds(blobs, name, Buffer.from('first'))
    })
  })
})

test('a segment that became shorter on the disk fails where its bytes end', async (t) => {
  const random = seeded(t)
  await inFolder(async (dir) => {
    await withDisk({ dir }, async (blobs) => {
      const name = await put(blobs, random, [random.bytes(2 * MIB)])
      truncateSync(join(dir, name.slice(0, 2), name), MIB + 5)
      assert.equal((await readAll(blobs, name, 0, MIB)).byteLength, MIB)
      await rejects(readAll(blobs, name, 0, 2 * MIB), 'storage-failed')
    })
  })
})

test('a list of segments has no other files in it', async (t) => {
  const random = seeded(t)
  await inFolder(async (dir) => {
    await withDisk({ dir }, async (blobs) => {
      const names = [await put(blobs, random, []), await put(blobs, random, [])].sort()
      writeFileSync(join(dir, '00', 'notes.txt'), '')
      assert.deepEqual(await blobs.listSegments(), names)
    })
  })
})

test('nothing stays open', { skip: cannotListOpenFiles }, async (t) => {
  const random = seeded(t)
  await inFolder(async (dir) => {
    await withDisk({ dir }, async (blobs) => {
      const name = await put(blobs, random, [random.bytes(3 * MIB)])
      for await (const _ of blobs.read(name, 0, 3 * MIB)) break
      await rejects(readAll(blobs, name, 0, 4 * MIB), 'storage-failed')
      const writer = await blobs.create(newSegmentName(random), { digests: [] })
      await writer.write(random.bytes(MIB))
      await writer.abort()
      assert.deepEqual(openFilesIn(dir), [])
    })
  })
})

test('readers that do not go on share one budget of memory, and give it back', async (t) => {
  const random = seeded(t)
  await inFolder(async (dir) => {
    await withDisk({ dir }, async (blobs) => {
      const size = 2 * MIB
      const name = await put(blobs, random, [random.bytes(size)])
      const readers = Array.from({ length: 400 }, () => blobs.read(name, 0, size)[Symbol.asyncIterator]())
      let held = 0
      for (const reader of readers) held += (await reader.next()).value?.byteLength ?? 0
      assert.ok(held <= 64 * MIB, `${held} bytes are held`)
      for (const reader of readers) await reader.return?.()
      for await (const first of blobs.read(name, 0, size)) {
        assert.equal(first.byteLength, 512 * KIB)
        break
      }
    })
  })
})

test('senders that share a tiny budget all arrive', async (t) => {
  const random = seeded(t)
  await inFolder(async (dir) => {
    await withDisk({ dir, durability: 'relaxed', bufferMax: 1000, workers: 3 }, async (blobs) => {
      const bodies = Array.from({ length: 30 }, () => random.bytes(random.int(20_000)))
      const names = await Promise.all(bodies.map((bytes) => put(blobs, random, [bytes])))
      for (const [index, name] of names.entries())
        await assertHolds(blobs, name, bodies[index] ?? Buffer.of())
    })
  })
})

test('an abort while others use up the budget gives back what was taken', async (t) => {
  const random = seeded(t)
  await inFolder(async (dir) => {
    await withDisk({ dir, durability: 'relaxed', bufferMax: MIB }, async (blobs) => {
      for (let round = 0; round < 20; round++) {
        const writers = await Promise.all(
          Array.from({ length: 10 }, () => blobs.create(newSegmentName(random), { digests: [] })),
        )
        const writes = writers.map((writer) => writer.write(random.bytes(random.int(MIB))))
        const settled = Promise.allSettled(writes)
        for (let turns = random.int(4); turns > 0; turns--) await Promise.resolve()
        await Promise.all(writers.map((writer) => writer.abort()))
        await settled
      }
      const bytes = random.bytes(3 * MIB)
      await assertHolds(blobs, await put(blobs, random, [bytes]), bytes)
    })
  })
})

test('room is kept free, and what writers announced counts until it is written or given up', async (t) => {
  const random = seeded(t)
  await inFolder(async (dir) => {
    await withDisk({ dir, reserveBytes: 2 ** 52 }, (blobs) => rejects(blobs.reserve(1), 'storage-full'))
    await withDisk({ dir }, async (blobs) => {
      await rejects(blobs.reserve(2 ** 52), 'storage-full')
      const create = () => blobs.create(newSegmentName(random), { digests: [], sizeExpected: 2 ** 52 })
      const aborted = await create()
      const finished = await create()
      await finished.write(Buffer.from('less than announced'))
      await rejects(blobs.reserve(1), 'storage-full')
      await aborted.abort()
      await rejects(blobs.reserve(1), 'storage-full')
      await finished.finish()
      await blobs.reserve(1)
    })
  })
})

test('a folder that cannot be made fails the opening', async () => {
  await inFolder(async (dir) => {
    writeFileSync(join(dir, 'file'), '')
    await rejects(openDiskBlobs({ dir: join(dir, 'file'), durability: 'strict' }), 'storage-failed')
  })
})

test('an open store that does nothing does not keep a process alive', async () => {
  await inFolder(async (dir) => {
    const index = new URL('./index.ts', import.meta.url).href
    const program = `const { openDiskBlobs } = await import(${JSON.stringify(index)})
      const blobs = await openDiskBlobs({ dir: ${JSON.stringify(dir)}, durability: 'strict' })
      const writer = await blobs.create('${'a'.repeat(32)}', { digests: [] })
      await writer.write(Buffer.from('bytes'))
      console.log((await writer.finish()).size)`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program])
    assert.equal(stdout, '5\n')
  })
})

async function inFolder(body: (dir: string) => Promise<void>): Promise<void> {
  const dir = temporaryFolder()
  try {
    await body(dir)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

async function withDisk(
  options: Partial<DiskBlobsOptions> & { readonly dir: string },
  body: (blobs: DiskBlobs) => Promise<void>,
): Promise<void> {
  const blobs = await openDiskBlobs({ durability: 'strict', ...options })
  try {
    await body(blobs)
  } finally {
    await blobs.close()
  }
}
