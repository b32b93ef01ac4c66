import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, type TestContext, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { isCoreError } from '../../src/core/errors.ts'
import { newSegmentName, type SegmentName } from '../../src/core/ids.ts'
import type { Assembly, OpenAssembly, SlotFacts } from '../../src/core/ports/assembly.ts'
import type { BlobStore } from '../../src/core/ports/blobs.ts'
import { type SeededRandom, seeded } from '../support/seeded.ts'
import { assertHolds, readAll, rejects, sumsOf } from './blobs.ts'

type AssemblingBlobs = BlobStore & { readonly assembly: Assembly }

/** An empty store to be tested. */
export interface AssemblyHarness {
  readonly blobs: AssemblingBlobs
  /** Another node's way into the same store; closed by `dispose`. */
  readonly other: AssemblingBlobs
  /** The names of all segments that the store holds bytes of. */
  list(): Promise<readonly SegmentName[]>
  /** The store does not tell all assemblies that are not over: `listOpen` has none then. */
  readonly hidesOpen: boolean
  /** The names of all assemblies that are not over. */
  listOpen(): Promise<readonly SegmentName[]>
  /** Closes the store and removes what it left. */
  dispose(): Promise<void>
}

type Body = (harness: AssemblyHarness, random: SeededRandom) => Promise<void>
type Behaves = (behaviour: string, body: Body) => Promise<void>

/** What a store that puts parts together has to do. Registers the tests; `open` makes a new store for each. */
export function assemblyContract(name: string, open: () => Promise<AssemblyHarness>): void {
  const behaves = inStores(open)
  describe(`${name}: assembly contract`, () => {
    completing(behaves)
    slots(behaves)
    ending(behaves)
  })
}

/** The same with many bytes: takes some ten seconds. */
export function largeSlotsContract(name: string, open: () => Promise<AssemblyHarness>): void {
  describe(`${name}: large slots`, () => largeSlots(inStores(open)))
}

/** How a test with a store of its own is registered. */
function inStores(open: () => Promise<AssemblyHarness>): Behaves {
  return (behaviour, body) =>
    test(behaviour, async (t: TestContext) => {
      const harness = await open()
      try {
        await body(harness, seeded(t))
      } finally {
        await harness.dispose()
      }
    })
}

const MIB = 1024 * 1024
const SIZE = 5 * MIB

function completing(behaves: Behaves): void {
  behaves(
    'slots of any order, and of several nodes, become one segment in order of slot',
    async (h, random) => {
      const assembly = await begin(h, random)
      const bodies = [SIZE, SIZE + 1, 7 * MIB, SIZE + 3].map((size) => patterned(random, size))
      const receipts: string[] = []
      await Promise.all(
        [7, 3, 9, 1].map(async (slot, index) => {
          const blobs = index % 2 === 0 ? h.blobs : h.other
          receipts[slot] = receiptOf(await write(blobs, assembly, slot, bodies[index] ?? assert.fail()))
        }),
      )
      const inOrder = [3, 1, 0, 2].map((index) => bodies[index] ?? assert.fail())
      const whole = Buffer.concat(inOrder)
      await h.other.assembly.complete(assembly, receipts.filter(Boolean), whole.byteLength)
      await assertHolds(h.blobs, assembly.name, whole)
      const border = inOrder[0]?.byteLength ?? 0
      const across = await readAll(h.blobs, assembly.name, border - 10, border + 10)
      assert.ok(across.equals(whole.subarray(border - 10, border + 10)))
      assert.deepEqual(await h.list(), [assembly.name])
      assert.deepEqual(await h.listOpen(), [])
    },
  )

  behaves('slots whose receipt is not given are left out', async (h, random) => {
    const assembly = await begin(h, random)
    const bodies = [1, 2, 3].map(() => patterned(random, SIZE))
    const receipts: string[] = []
    for (const [index, bytes] of bodies.entries()) {
      receipts.push(receiptOf(await write(h.blobs, assembly, index + 1, bytes)))
    }
    const [first = '', , third = ''] = receipts
    await h.blobs.assembly.complete(assembly, [first, third], 2 * SIZE)
    await assertHolds(
      h.blobs,
      assembly.name,
      Buffer.concat([bodies[0] ?? Buffer.of(), bodies[2] ?? Buffer.of()]),
    )
    assert.deepEqual(await h.listOpen(), [])
  })

  behaves('what is not complete is no segment and cannot be read', async (h, random) => {
    const assembly = await begin(h, random)
    await write(h.blobs, assembly, 1, patterned(random, SIZE))
    assert.deepEqual(await h.list(), [])
    assert.deepEqual(await h.listOpen(), h.hidesOpen ? [] : [assembly.name])
    await rejects(readAll(h.blobs, assembly.name, 0, 1), 'storage-failed')
  })

  behaves('completing again, and side by side, is fine', async (h, random) => {
    const assembly = await begin(h, random)
    const bytes = patterned(random, SIZE)
    const receipts: string[] = []
    for (const slot of [1, 2, 3, 4]) receipts.push(receiptOf(await write(h.blobs, assembly, slot, bytes)))
    const complete = (blobs: AssemblingBlobs) => blobs.assembly.complete(assembly, receipts, 4 * SIZE)
    await Promise.all([h.blobs, h.other, h.blobs, h.other].map(complete))
    await complete(h.blobs)
    await complete(h.other)
    await assertHolds(h.blobs, assembly.name, Buffer.concat([bytes, bytes, bytes, bytes]))
  })
}

function slots(behaves: Behaves): void {
  behaves('a slot has the facts that a segment has', async (h, random) => {
    const assembly = await begin(h, random)
    const bytes = patterned(random, SIZE + 77)
    const { facts, receipt } = await write(h.blobs, assembly, 2, bytes)
    const md5 = createHash('md5').update(bytes).digest('hex')
    const wanted = { size: bytes.byteLength, crc32: crc32(bytes), digests: { md5 }, blocks: sumsOf(bytes) }
    assert.deepEqual(facts, wanted)
    await h.blobs.assembly.complete(assembly, [receipt ?? ''], bytes.byteLength)
    await assertHolds(h.blobs, assembly.name, bytes)
  })

  behaves('fewer bytes than were announced may be enough', async (h, random) => {
    for (const [announced, size] of [
      [9 * MIB, SIZE],
      [16 * MIB + 2, 16 * MIB],
      [16 * MIB + 2, 16 * MIB + 1],
      [40 * MIB, 38 * MIB],
    ] as const) {
      const assembly = await begin(h, random)
      const bytes = patterned(random, size)
      const slot = await write(h.blobs, assembly, 1, bytes, announced)
      await h.blobs.assembly.complete(assembly, [receiptOf(slot)], size)
      await assertHolds(h.blobs, assembly.name, bytes)
    }
  })

  behaves('bytes that are too few for a slot go elsewhere', async (h, random) => {
    const assembly = await begin(h, random)
    const name = newSegmentName(random)
    for (const size of [0, 1, SIZE - 1]) {
      const bytes = patterned(random, size)
      const slot = await write(h.blobs, assembly, 1, bytes, SIZE, name)
      assert.deepEqual([slot.receipt, slot.facts.size], [null, size])
      await assertHolds(h.blobs, name, bytes)
      await h.blobs.remove([name])
    }
  })

  behaves('far too few bytes, or too many, fail', async (h, random) => {
    const assembly = await begin(h, random)
    for (const [announced, size] of [
      [40 * MIB, 14 * MIB],
      [SIZE, 4 * SIZE],
    ] as const) {
      await rejects(write(h.blobs, assembly, 1, patterned(random, size), announced), 'storage-failed')
    }
    assert.deepEqual(await h.list(), [])
  })

  behaves('sizes and slots that no assembly takes have no kind, and there are few kinds', async (h) => {
    const { assembly } = h.blobs
    for (const size of [0, 1, SIZE - 1, 5 * 1024 * MIB + 1]) assert.equal(assembly.kindOf(1, size), null)
    for (const slot of [-1, 0, 10_001]) assert.equal(assembly.kindOf(slot, SIZE), null)
    assert.notEqual(assembly.kindOf(10_000, SIZE), null)
    const kinds = new Set<number | null>()
    for (let size = SIZE; size <= 5 * 1024 * MIB; size += 5 * MIB) kinds.add(assembly.kindOf(1, size))
    assert.ok(!kinds.has(null) && kinds.size <= 16, `${kinds.size} kinds`)
  })

  behaves('an abort of a slot leaves the others', async (h, random) => {
    const assembly = await begin(h, random)
    const bytes = patterned(random, SIZE)
    const kept = await write(h.blobs, assembly, 2, bytes)
    for (const size of [0, 3 * MIB, 20 * MIB]) {
      const options = { digests: [], sizeExpected: 40 * MIB, elsewhere: () => assert.fail() }
      const writer = await h.blobs.assembly.createSlot(assembly, 1, options)
      await writer.write(Buffer.alloc(size))
      await writer.abort()
      await rejects(writer.finish(), 'storage-failed')
    }
    await h.blobs.assembly.complete(assembly, [receiptOf(kept)], SIZE)
    await assertHolds(h.blobs, assembly.name, bytes)
  })

  behaves('an abort after the finish leaves nothing elsewhere', async (h, random) => {
    const assembly = await begin(h, random)
    const name = newSegmentName(random)
    const options = { digests: [], sizeExpected: SIZE, elsewhere: async () => name }
    const writer = await h.blobs.assembly.createSlot(assembly, 1, options)
    await writer.write(Buffer.from('few'))
    await writer.finish()
    assert.deepEqual(await h.list(), [name])
    await writer.abort()
    assert.deepEqual(await h.list(), [])
  })
}

function largeSlots(behaves: Behaves): void {
  behaves('a slot may be large', async (h, random) => {
    const sizes = [41 * MIB + 1, 33 * MIB, 64 * MIB]
    const kinds = sizes.map((size, index) => h.blobs.assembly.kindOf(index + 1, size))
    assert.ok(kinds.every((kind) => kind !== null && kind === kinds[0]))
    const assembly = await begin(h, random)
    const bodies = sizes.map((size) => patterned(random, size))
    const written = await Promise.all(
      bodies.map((bytes, index) => write(h.blobs, assembly, index + 1, bytes)),
    )
    const whole = Buffer.concat(bodies)
    await h.blobs.assembly.complete(assembly, written.map(receiptOf), whole.byteLength)
    await assertHolds(h.blobs, assembly.name, whole)
  })
}

function ending(behaves: Behaves): void {
  behaves('an abort leaves nothing; a repeat is fine', async (h, random) => {
    const assembly = await begin(h, random)
    const slot = await write(h.blobs, assembly, 1, patterned(random, SIZE))
    await h.blobs.assembly.abort(assembly)
    await h.other.assembly.abort(assembly)
    assert.deepEqual(await h.listOpen(), [])
    assert.deepEqual(await h.list(), [])
    await rejects(h.blobs.assembly.complete(assembly, [receiptOf(slot)], SIZE), 'storage-failed')
    // A store that refuses before it has read the bytes may break the connection off.
    const late = write(h.blobs, assembly, 2, patterned(random, SIZE))
    await assert.rejects(
      late,
      (error) => isCoreError(error, 'storage-failed') || isCoreError(error, 'unavailable'),
    )
  })

  behaves('an abort of what is complete does it no harm', async (h, random) => {
    const assembly = await begin(h, random)
    const bytes = patterned(random, SIZE)
    const slot = await write(h.blobs, assembly, 1, bytes)
    await h.blobs.assembly.complete(assembly, [receiptOf(slot)], SIZE)
    await h.blobs.assembly.abort(assembly)
    await assertHolds(h.blobs, assembly.name, bytes)
  })

  behaves('a closed store refuses everything', async (h, random) => {
    const assembly = await begin(h, random)
    await h.blobs.close()
    const options = { digests: [], sizeExpected: SIZE, elsewhere: () => assert.fail() }
    await rejects(h.blobs.assembly.begin(newSegmentName(random)), 'storage-failed')
    await rejects(h.blobs.assembly.createSlot(assembly, 1, options), 'storage-failed')
    await rejects(h.blobs.assembly.complete(assembly, [], 0), 'storage-failed')
    await rejects(h.blobs.assembly.abort(assembly), 'storage-failed')
  })
}

async function begin({ blobs }: AssemblyHarness, random: SeededRandom): Promise<OpenAssembly> {
  const name = newSegmentName(random)
  return { name, token: await blobs.assembly.begin(name) }
}

/** Writes a slot, or aborts it and fails. */
async function write(
  { assembly }: AssemblingBlobs,
  open: OpenAssembly,
  slot: number,
  bytes: Uint8Array,
  announced = bytes.byteLength,
  elsewhere?: SegmentName,
): Promise<SlotFacts> {
  const writer = await assembly.createSlot(open, slot, {
    digests: ['md5'],
    sizeExpected: announced,
    elsewhere: async () => elsewhere ?? assert.fail('the bytes are enough for a slot'),
  })
  try {
    for (let at = 0; at < bytes.byteLength; at += 777_777)
      await writer.write(bytes.subarray(at, at + 777_777))
    return await writer.finish()
  } catch (error) {
    await writer.abort()
    throw error
  }
}

const receiptOf = ({ receipt }: SlotFacts): string => receipt ?? assert.fail('the bytes are in no slot')

/** Bytes that repeat, but not in step with anything. */
const patterned = (random: SeededRandom, size: number): Buffer => Buffer.alloc(size, random.bytes(99_991))
