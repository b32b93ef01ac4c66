import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BLOCK_SIZE, RUN_BLOCKS, SUM_SIZE } from '../../../src/core/bytes/blocks.ts'
import type { BlobId } from '../../../src/core/ids.ts'
import type { Extent, Staged } from '../../../src/core/model/bytes.ts'
import { begin, slotOf } from './assemblies.ts'
import { freshBench, type OpenMetadata } from './store.ts'
import { LIMITS, NOW, type Tenant } from './tenant.ts'

const RUN_SPAN = RUN_BLOCKS * BLOCK_SIZE
const RUN_SIZE = RUN_BLOCKS * SUM_SIZE
const LARGE = { limits: { ...LIMITS, partSizeMax: 2 ** 42, sizeMax: 2 ** 44 } }

export function blocksContract(open: OpenMetadata): void {
  describe('sums of blocks', () => {
    const bench = freshBench(open)
    const extentsOf = (blob: BlobId, offset: number, sumsUntil: number, limit = 100) =>
      bench.metadata.listExtents({ blob, offset, limit, sumsUntil })

    test('come with extents, those that the wanted bytes lie in', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin(LARGE)
      const size = 3 * RUN_SPAN
      const parts = await Promise.all([1, 2].map(() => guarded(tenant, size)))
      for (const [at, part] of parts.entries()) await tenant.attach(upload, at + 1, part)
      const [one, two] = parts.map(sumsIn)
      for (const isSealed of [false, true]) {
        if (isSealed) await tenant.seal(upload)
        const whole = await extentsOf(upload.blob, 0, 2 * size)
        assert.deepEqual(whole.map(blocksIn), [blocks(0, one), blocks(0, two)])
        const middle = await extentsOf(upload.blob, 2 * RUN_SPAN + 1, size + 1)
        assert.deepEqual(middle.map(blocksIn), [
          blocks(2 * RUN_BLOCKS, one?.subarray(2 * RUN_SIZE)),
          blocks(0, two?.subarray(0, RUN_SIZE)),
        ])
        const first = await extentsOf(upload.blob, RUN_SPAN, RUN_SPAN + 1)
        assert.deepEqual(blocksIn(first[0]), blocks(RUN_BLOCKS, one?.subarray(RUN_SIZE, 2 * RUN_SIZE)))
        assert.equal(blocksIn((await extentsOf(upload.blob, 0, 0))[0]), null)
      }
    })

    test('are given in answers of bounded size, which go on where one ended', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin(LARGE)
      const part = await guarded(tenant, 300 * RUN_SPAN)
      await tenant.attach(upload, 1, part)
      await tenant.attach(upload, 2, await guarded(tenant, RUN_SPAN))
      const pieces: Uint8Array[] = []
      for (let offset = 0; offset < 300 * RUN_SPAN; ) {
        const [extent] = await extentsOf(upload.blob, offset, 301 * RUN_SPAN)
        const sums = extent?.blocks?.sums ?? assert.fail()
        assert.ok(sums.byteLength > 0 && sums.byteLength <= 128 * 1024)
        assert.equal(extent?.blocks?.first, offset / BLOCK_SIZE)
        pieces.push(sums)
        offset += (sums.byteLength / SUM_SIZE) * BLOCK_SIZE
      }
      assert.deepEqual(Buffer.concat(pieces), Buffer.from(sumsIn(part)))
    })

    test('are kept for each part that shares a segment', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin(LARGE)
      const assembly = await begin(tenant, upload, 1)
      await tenant.metadata.claimSlot({
        ...{ account: tenant.account, upload, number: 2, kind: 1, offer: null, now: NOW },
      })
      const parts = [1, 2].map(() => withSums(tenant, slotOf(assembly, 2 * BLOCK_SIZE), 2))
      for (const [at, part] of parts.entries()) await tenant.attach(upload, at + 1, part)
      await tenant.seal(upload)
      const extents = await extentsOf(upload.blob, 0, Number.MAX_SAFE_INTEGER)
      assert.deepEqual(
        extents.map(blocksIn),
        parts.map((part) => blocks(0, sumsIn(part))),
      )
      assert.deepEqual(
        extents.map(({ number, segment }) => [number, segment]),
        [1, 2].map((number) => [number, assembly.name]),
      )
    })

    test('are given to a part that has none, once, while it is there', async () => {
      const tenant = bench.tenant()
      const object = await tenant.put({ staged: await tenant.stored(2 * BLOCK_SIZE) })
      const blob = object.content?.blob ?? assert.fail()
      const [extent] = await extentsOf(blob, 0, 1)
      const { segment, number } = extent ?? assert.fail()
      assert.equal(blocksIn(extent), null)
      const sums = sumsOf(tenant, 2)
      const other = { blob, segment: tenant.newName(), number, sums }
      assert.equal(await tenant.metadata.setBlocks(other), false)
      assert.equal(await tenant.metadata.setBlocks({ blob, segment, number: number + 1, sums }), false)
      assert.equal(await tenant.metadata.setBlocks({ blob, segment, number, sums }), true)
      assert.equal(await tenant.metadata.setBlocks({ blob, segment, number, sums: sumsOf(tenant, 2) }), false)
      assert.deepEqual(blocksIn((await extentsOf(blob, 0, 1))[0]), blocks(0, sums))
      await tenant.delete(object)
      assert.equal(await tenant.metadata.setBlocks({ blob, segment, number, sums }), false)
    })

    test('go with their segment', async () => {
      const tenant = bench.tenant()
      const { blob, segment, number, object } = await guardedPart(tenant)
      const found = { kind: 'bytes', thing: { type: 'unknown' }, finder: 'read', now: NOW } as const
      await tenant.metadata.recordDamage({ blob, segment, number, block: 0, ...found })
      await tenant.delete(object)
      await tenant.metadata.forgetSegments({ names: [segment], now: NOW })
      // The name comes again, as no name does, to see what is left of it.
      await tenant.metadata.reserveSegments({ names: [segment], leaseUntil: NOW + 1 })
      const staged = { where: 'store', name: segment, facts: { size: 10, crc32: 1, digests: {} } } as const
      const again = await tenant.put({ staged, blob })
      assert.equal(blocksIn((await extentsOf(blob, 0, 1))[0]), null)
      assert.equal(again.content?.blob, blob)
      assert.deepEqual(await tenant.metadata.listDamages({ after: null, limit: 10 }), [])
    })
  })
}

/** A part whose blocks have sums, as an object. */
export async function guardedPart(tenant: Tenant) {
  const staged = await guarded(tenant, 2 * BLOCK_SIZE)
  const object = await tenant.put({ staged })
  const blob = object.content?.blob ?? assert.fail()
  return { object, blob, segment: staged.name, number: 1 }
}

const guarded = async (tenant: Tenant, size: number): Promise<Staged> =>
  withSums(tenant, await tenant.stored(size), Math.ceil(size / BLOCK_SIZE))

const withSums = (tenant: Tenant, staged: Staged, count: number): Staged => ({
  ...staged,
  facts: { ...staged.facts, blocks: sumsOf(tenant, count) },
})

/** Names are random: so are the sums. */
const sumsOf = (tenant: Tenant, count: number): Uint8Array => {
  const sums = Array.from({ length: count }, () => Buffer.from(tenant.newName(), 'hex').subarray(0, SUM_SIZE))
  return new Uint8Array(Buffer.concat(sums))
}

const sumsIn = ({ facts }: Staged): Uint8Array => facts.blocks ?? assert.fail('no sums')

const blocks = (first: number, sums: Uint8Array | undefined) => ({ first, sums: Buffer.from(sums ?? []) })

const blocksIn = (extent: Extent | undefined) =>
  extent?.blocks === undefined ? null : blocks(extent.blocks.first, extent.blocks.sums)
