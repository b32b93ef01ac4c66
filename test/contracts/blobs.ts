import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { crc32 } from 'node:zlib'
import xxhash from 'xxhash-wasm'
import { BLOCK_SIZE } from '../../src/core/bytes/blocks.ts'
import { Crc64 } from '../../src/core/bytes/crc64.ts'
import { isCoreError } from '../../src/core/errors.ts'
import { newSegmentName, type SegmentName } from '../../src/core/ids.ts'
import type { BlobStore, SegmentWriter } from '../../src/core/ports/blobs.ts'
import { type SeededRandom, seeded } from '../support/seeded.ts'

/** An empty store to be tested. */
export interface BlobHarness {
  readonly blobs: BlobStore
  /** The names of all segments that the store holds bytes of. */
  list(): Promise<readonly SegmentName[]>
  /** Closes the store and removes what it left. */
  dispose(): Promise<void>
}

export type OpenBlobs = () => Promise<BlobHarness>

type Body = (harness: BlobHarness, random: SeededRandom) => Promise<void>

/** What every BlobStore has to do. Registers the tests; `open` makes a new store for each. */
export function blobContract(name: string, open: OpenBlobs): void {
  const behaves = (behaviour: string, body: Body) =>
    test(behaviour, async (t: TestContext) => {
      const harness = await open()
      try {
        await body(harness, seeded(t))
      } finally {
        await harness.dispose()
      }
    })
  describe(`${name}: blob contract`, () => {
    writing(behaves)
    reading(behaves)
    looking(behaves)
    aborting(behaves)
    removing(behaves)
    misuse(behaves)
  })
}

/** What every BlobStore has to do with little memory: takes a minute. */
export function blobMemoryContract(name: string, open: OpenBlobs): void {
  test(`${name}: writing 1 GiB takes no more memory than writing little`, async (t: TestContext) => {
    const { blobs, dispose } = await open()
    const random = seeded(t)
    const chunk = random.bytes(64 * KIB)
    const writer = await blobs.create(newSegmentName(random), { digests: [] })
    for (let count = 0; count < 512; count++) await writer.write(chunk)
    const before = process.memoryUsage.rss()
    let most = before
    for (let count = 512; count < 16_384; count++) {
      await writer.write(chunk)
      if (count % 64 === 0) most = Math.max(most, process.memoryUsage.rss())
    }
    assert.equal((await writer.finish()).size, 1024 * MIB)
    assert.ok(most - before < 256 * MIB, `grew by ${most - before} bytes`)
    await dispose()
  })
}

const { h64Raw } = await xxhash()

/** XXH64 of each block, little-endian. */
export function sumsOf(bytes: Uint8Array): Uint8Array {
  const sums: Buffer[] = []
  for (let at = 0; at < bytes.byteLength; at += BLOCK_SIZE) {
    const sum = Buffer.alloc(8)
    sum.writeBigUInt64LE(h64Raw(bytes.subarray(at, at + BLOCK_SIZE)))
    sums.push(sum)
  }
  return new Uint8Array(Buffer.concat(sums))
}

type Behaves = (behaviour: string, body: Body) => Promise<void>

const KIB = 1024
const MIB = 1024 * KIB
const SIZES = [
  0,
  1,
  64 * KIB - 1,
  64 * KIB,
  64 * KIB + 1,
  512 * KIB - 1,
  512 * KIB,
  512 * KIB + 1,
  5 * MIB + 3,
]

function writing(behaves: Behaves): void {
  for (const size of SIZES) {
    behaves(`${size} bytes in chunks of any size come back as they were`, async ({ blobs }, random) => {
      const bytes = random.bytes(size)
      const name = await put(blobs, random, pieces(bytes, random))
      await assertHolds(blobs, name, bytes)
    })
  }

  behaves('one chunk may be larger than all buffers', async ({ blobs }, random) => {
    const bytes = Buffer.alloc(40 * MIB, random.bytes(MIB + 1))
    await assertHolds(blobs, await put(blobs, random, [bytes]), bytes)
  })

  behaves('facts: size, crc32, and the digests asked for, no more', async ({ blobs }, random) => {
    const bytes = random.bytes(700_001)
    const crc64 = new Crc64()
    crc64.update(bytes)
    const all = {
      md5: createHash('md5').update(bytes).digest('hex'),
      sha256: createHash('sha256').update(bytes).digest('hex'),
      crc64: crc64.digest(),
    }
    const { md5 } = all
    for (const digests of [{}, { md5 }, all]) {
      const names = Object.keys(digests) as (keyof typeof all)[]
      const writer = await blobs.create(newSegmentName(random), { digests: names })
      for (const piece of pieces(bytes, random)) await writer.write(piece)
      const facts = { size: bytes.byteLength, crc32: crc32(bytes), digests, blocks: sumsOf(bytes) }
      assert.deepEqual(await writer.finish(), facts)
    }
  })

  behaves('the expected size is a hint', async ({ blobs }, random) => {
    const bytes = random.bytes(100)
    for (const sizeExpected of [0, 99, 100, MIB]) {
      const name = newSegmentName(random)
      const writer = await blobs.create(name, { digests: [], sizeExpected })
      await writer.write(bytes)
      assert.equal((await writer.finish()).size, 100)
      await assertHolds(blobs, name, bytes)
    }
  })

  behaves('a chunk may be used again once its write has resolved', async ({ blobs }, random) => {
    const name = newSegmentName(random)
    const writer = await blobs.create(name, { digests: [] })
    const chunk = Buffer.alloc(10_000)
    for (let value = 0; value < 100; value++) await writer.write(chunk.fill(value))
    chunk.fill(255)
    await writer.finish()
    const bytes = await readAll(blobs, name, 0, 1_000_000)
    for (let value = 0; value < 100; value++) assert.equal(bytes[value * 10_000], value)
  })

  behaves('many segments are written at the same time', async ({ blobs, list }, random) => {
    const bodies = Array.from({ length: 60 }, () => random.bytes(random.int(900_000)))
    const names = await Promise.all(bodies.map((bytes) => put(blobs, random, pieces(bytes, random))))
    for (const [index, name] of names.entries()) await assertHolds(blobs, name, bodies[index] ?? Buffer.of())
    assert.deepEqual([...(await list())].sort(), [...names].sort())
  })

  behaves('a little room can be had', ({ blobs }) => blobs.reserve(1))

  behaves('closing waits for what is being finished', async ({ blobs, list }, random) => {
    const name = newSegmentName(random)
    const writer = await blobs.create(name, { digests: ['md5'] })
    await writer.write(random.bytes(3 * MIB))
    const finished = writer.finish()
    await blobs.close()
    assert.equal((await finished).size, 3 * MIB)
    assert.deepEqual(await list(), [name])
  })
}

function reading(behaves: Behaves): void {
  behaves('ranges', async ({ blobs }, random) => {
    const bytes = random.bytes(2 * MIB + 77)
    const size = bytes.byteLength
    const name = await put(blobs, random, pieces(bytes, random))
    const ranges: [number, number][] = [
      [0, 1],
      [size - 1, size],
      [0, size],
      [1, size - 1],
      [7, 7],
      [64 * KIB - 1, 64 * KIB + 1],
      [512 * KIB, MIB],
    ]
    for (let round = 0; round < 30; round++) {
      const start = random.int(size)
      ranges.push([start, start + random.int(size - start + 1)])
    }
    for (const [start, end] of ranges) {
      const read = await readAll(blobs, name, start, end)
      assert.ok(read.equals(bytes.subarray(start, end)), `${start} to ${end}`)
    }
  })

  behaves('in grains, from memory that is lent or that the caller keeps', async ({ blobs }, random) => {
    const bytes = random.bytes(2 * MIB + 77)
    const name = await put(blobs, random, pieces(bytes, random))
    const start = 3 * KIB
    for (const grain of [64 * KIB, 700 * KIB]) {
      for (const lends of [false, true]) {
        const sizes: number[] = []
        const read: Buffer[] = []
        for await (const chunk of blobs.read(name, start, bytes.byteLength, { grain, lends })) {
          sizes.push(chunk.byteLength)
          read.push(
            lends ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength),
          )
        }
        assert.ok(Buffer.concat(read).equals(bytes.subarray(start)), `${grain} ${lends}`)
        const last = sizes.pop() ?? 0
        assert.ok(last > 0 && sizes.every((size) => size > 0 && size % grain === 0), `${sizes}`)
      }
    }
  })

  behaves('many read at the same time, from memory that is lent', async ({ blobs }, random) => {
    const bodies = Array.from({ length: 8 }, () => random.bytes(MIB + random.int(MIB)))
    const names = await Promise.all(bodies.map((bytes) => put(blobs, random, [bytes])))
    const check = async (index: number) => {
      const bytes = bodies[index % 8] ?? Buffer.of()
      let at = 0
      const options = { grain: 64 * KIB, lends: true }
      for await (const chunk of blobs.read(names[index % 8] ?? assert.fail(), 0, bytes.byteLength, options)) {
        await new Promise(setImmediate)
        assert.equal(Buffer.compare(bytes.subarray(at, at + chunk.byteLength), chunk), 0)
        at += chunk.byteLength
        if (index % 5 === 0 && at > MIB / 2) return
      }
      assert.equal(at, bytes.byteLength)
    }
    await Promise.all(Array.from({ length: 40 }, (_, index) => check(index)))
  })

  behaves('many read at the same time', async ({ blobs }, random) => {
    const bytes = random.bytes(MIB + 1)
    const name = await put(blobs, random, [bytes])
    await Promise.all(Array.from({ length: 50 }, () => assertHolds(blobs, name, bytes)))
  })

  behaves(
    'bytes that are not there fail, and so does a segment that is not there',
    async ({ blobs }, random) => {
      const name = await put(blobs, random, [random.bytes(100)])
      await rejects(readAll(blobs, name, 0, 101), 'storage-failed')
      await rejects(readAll(blobs, name, 100, 101), 'storage-failed')
      await rejects(readAll(blobs, name, 5000, 5001), 'storage-failed')
      await rejects(readAll(blobs, newSegmentName(random), 0, 1), 'storage-failed')
    },
  )

  behaves('a reader may leave at any time', async ({ blobs, list }, random) => {
    const bytes = random.bytes(3 * MIB)
    const name = await put(blobs, random, [bytes])
    for await (const chunk of blobs.read(name, 0, bytes.byteLength)) {
      assert.ok(chunk.byteLength > 0)
      break
    }
    await assert.rejects(async () => {
      for await (const _ of blobs.read(name, 0, bytes.byteLength)) throw new Error('the reader fails')
    }, /the reader fails/)
    await assertHolds(blobs, name, bytes)
    await blobs.remove([name])
    assert.deepEqual(await list(), [])
  })
}

const STAGES: readonly {
  readonly stage: string
  readonly reach: (writer: SegmentWriter, random: SeededRandom) => Promise<unknown>
}[] = [
  { stage: 'before the first byte', reach: async () => {} },
  { stage: 'after a few bytes', reach: (writer) => writer.write(Buffer.from('few')) },
  { stage: 'after many bytes', reach: (writer, random) => writer.write(random.bytes(3 * MIB)) },
  {
    stage: 'while a write is underway',
    reach: async (writer, random) => outcome(writer.write(random.bytes(9 * MIB))),
  },
  {
    stage: 'while it is being finished',
    reach: async (writer, random) => {
      await writer.write(random.bytes(2 * MIB))
      return outcome(writer.finish())
    },
  },
  {
    stage: 'after it was finished',
    reach: async (writer, random) => {
      await writer.write(random.bytes(MIB))
      await writer.finish()
    },
  },
]

/** Wrapped, so that awaiting the stage does not await the call that is underway. */
const outcome = (underway: Promise<unknown>) => ({ settled: Promise.allSettled([underway]) })

function looking(behaves: Behaves): void {
  behaves('what is not there with its bytes is told, and nothing else', async ({ blobs }, random) => {
    const names = [
      await put(blobs, random, [random.bytes(100)]),
      await put(blobs, random, [random.bytes(MIB)]),
    ]
    const [small = newSegmentName(random), large = newSegmentName(random)] = names
    const own = { isShared: false }
    const shared = { isShared: true }
    const gone = newSegmentName(random)
    const look = (name: SegmentName, size: number, how: { readonly isShared: boolean }) =>
      blobs.look([{ name, size, ...how }])
    assert.deepEqual(await blobs.look([]), [])
    assert.deepEqual(await look(small, 100, own), [])
    assert.deepEqual(await look(small, 99, shared), [])
    assert.deepEqual(await look(small, 99, own), [{ name: small, kind: 'long' }])
    assert.deepEqual(await look(small, 101, own), [{ name: small, kind: 'short' }])
    assert.deepEqual(await look(small, 101, shared), [{ name: small, kind: 'short' }])
    const all = [
      { name: large, size: MIB, ...own },
      { name: gone, size: 1, ...own },
    ]
    assert.deepEqual(await blobs.look(all), [{ name: gone, kind: 'missing' }])
    await blobs.remove([large])
    assert.deepEqual(await look(large, MIB, own), [{ name: large, kind: 'missing' }])
  })
}

function aborting(behaves: Behaves): void {
  for (const { stage, reach } of STAGES) {
    behaves(`an abort ${stage} leaves nothing`, async ({ blobs, list }, random) => {
      const name = newSegmentName(random)
      const writer = await blobs.create(name, { digests: ['md5'] })
      const underway = await reach(writer, random)
      await writer.abort()
      assert.deepEqual(await list(), [])
      await rejects(readAll(blobs, name, 0, 1), 'storage-failed')
      await rejects(writer.write(Buffer.from('more')), 'storage-failed')
      await rejects(writer.finish(), 'storage-failed')
      await writer.abort()
      await (underway as { settled?: Promise<unknown> } | undefined)?.settled
      assert.deepEqual(await list(), [])
    })
  }

  behaves('aborts of many at the same time leave the others whole', async ({ blobs, list }, random) => {
    const bytes = random.bytes(400_000)
    const kept: SegmentName[] = []
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const name = newSegmentName(random)
        const writer = await blobs.create(name, { digests: [] })
        await writer.write(bytes)
        if (index % 2 === 0) return await writer.abort()
        await writer.finish()
        kept.push(name)
      }),
    )
    assert.deepEqual([...(await list())].sort(), [...kept].sort())
    for (const name of kept) await assertHolds(blobs, name, bytes)
  })
}

function removing(behaves: Behaves): void {
  behaves('removing some keeps the others; removing again is fine', async ({ blobs, list }, random) => {
    const bytes = random.bytes(1000)
    const names = await Promise.all(Array.from({ length: 30 }, () => put(blobs, random, [bytes])))
    const gone = names.slice(0, 20)
    await blobs.remove([])
    await blobs.remove([...gone, newSegmentName(random)])
    await blobs.remove(gone)
    assert.deepEqual([...(await list())].sort(), names.slice(20).sort())
    for (const name of gone) await rejects(readAll(blobs, name, 0, 1000), 'storage-failed')
    for (const name of names.slice(20)) await assertHolds(blobs, name, bytes)
  })
}

function misuse(behaves: Behaves): void {
  behaves('after the finish nothing but an abort is taken', async ({ blobs, list }, random) => {
    const name = newSegmentName(random)
    const writer = await blobs.create(name, { digests: [] })
    await writer.write(Buffer.from('bytes'))
    await writer.finish()
    await rejects(writer.write(Buffer.from('more')), 'storage-failed')
    await rejects(writer.finish(), 'storage-failed')
    await assertHolds(blobs, name, Buffer.from('bytes'))
    assert.deepEqual(await list(), [name])
  })

  behaves('calls that do not wait for each other are refused', async ({ blobs, list }, random) => {
    const writer = await blobs.create(newSegmentName(random), { digests: [] })
    const first = outcome(writer.write(random.bytes(20 * MIB)))
    await rejects(writer.write(Buffer.from('more')), 'storage-failed')
    await rejects(writer.finish(), 'storage-failed')
    await writer.abort()
    await first.settled
    assert.deepEqual(await list(), [])
  })

  behaves('names that are no segment names are refused', async ({ blobs }, random) => {
    const good = newSegmentName(random)
    const names = [
      '',
      '..',
      `../${good}`,
      `${good}/`,
      good.slice(1),
      good.toUpperCase(),
      `${good}\n`,
      'g'.repeat(32),
    ]
    for (const text of names.filter((name) => name !== good)) {
      const name = text as SegmentName
      await rejects(blobs.create(name, { digests: [] }), 'storage-failed')
      await rejects(readAll(blobs, name, 0, 1), 'storage-failed')
      await rejects(blobs.remove([good, name]), 'storage-failed')
    }
  })

  behaves('a closed store refuses everything; closing again is fine', async ({ blobs }, random) => {
    const name = newSegmentName(random)
    const writer = await blobs.create(name, { digests: [] })
    await writer.write(Buffer.from('bytes'))
    await blobs.close()
    await blobs.close()
    await rejects(writer.finish(), 'storage-failed')
    await writer.abort()
    await rejects(blobs.create(name, { digests: [] }), 'storage-failed')
    await rejects(readAll(blobs, name, 0, 1), 'storage-failed')
    await rejects(blobs.remove([name]), 'storage-failed')
    await rejects(blobs.reserve(1), 'storage-failed')
  })
}

/** Writes a segment and returns its name. */
export async function put(
  blobs: BlobStore,
  random: SeededRandom,
  chunks: Iterable<Uint8Array>,
): Promise<SegmentName> {
  const name = newSegmentName(random)
  const writer = await blobs.create(name, { digests: [] })
  for (const chunk of chunks) await writer.write(chunk)
  await writer.finish()
  return name
}

export async function readAll(
  blobs: BlobStore,
  name: SegmentName,
  start: number,
  end: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of blobs.read(name, start, end)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export async function assertHolds(blobs: BlobStore, name: SegmentName, bytes: Uint8Array): Promise<void> {
  const read = await readAll(blobs, name, 0, bytes.byteLength)
  assert.ok(read.equals(bytes), 'the bytes are not those that were written')
}

export const rejects = (underway: Promise<unknown>, code: 'storage-full' | 'storage-failed'): Promise<void> =>
  assert.rejects(underway, (error: unknown) => isCoreError(error, code))

/** Cuts bytes at random places; some pieces are empty. */
function* pieces(bytes: Uint8Array, random: SeededRandom): Generator<Uint8Array> {
  const sizeMax = 1 + random.int(200_000)
  for (let at = 0; at < bytes.byteLength; ) {
    const size = random.int(sizeMax + 1)
    yield bytes.subarray(at, at + size)
    at += size
  }
}
