import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { BLOCK_SIZE, SUM_SIZE } from '../bytes/blocks.ts'
import type { BlobId, SegmentName } from '../ids.ts'
import type { Extent } from '../model/bytes.ts'
import type { SegmentCommands } from '../ports/commands/segments.ts'
import { KeptExtents } from './extents.ts'

const MIB = 1024 * 1024
const BLOB = 'blob' as BlobId

describe('the extents of what is read again', () => {
  test('are asked for twice, and then known, page by page', async () => {
    const { extents, asked } = over([part(0, 40 * MIB)])
    for (let count = 0; count < 5; count++) await extents.list(BLOB, 5 * MIB + count, 6 * MIB)
    assert.deepEqual(asked, [
      [5 * MIB, 6 * MIB],
      [0, 16 * MIB],
    ])
    await extents.list(BLOB, 17 * MIB, 18 * MIB)
    assert.equal(asked.length, 3)
  })

  test('come with the sums of all that is asked for', async () => {
    const { extents } = over([part(0, 10 * MIB), part(10 * MIB, 30 * MIB)])
    for (const offset of [9, 12, 9, 12, 15, 1]) {
      const found = await extents.list(BLOB, offset * MIB, (offset + 1) * MIB)
      const at = found.find(({ start, size }) => start <= offset * MIB && offset * MIB < start + size)
      const block = Math.floor((offset * MIB - (at?.start ?? 0)) / BLOCK_SIZE)
      assert.ok(at?.blocks !== undefined && at.blocks.first <= block)
      assert.ok(block < at.blocks.first + at.blocks.sums.byteLength / SUM_SIZE)
    }
  })

  for (const [what, extent] of [
    ['a large part has no sums', { ...part(0, MIB), blocks: undefined }],
    ['their bytes lie with the facts', { ...part(0, 10), inline: new Uint8Array(10) }],
  ] as const) {
    test(`are not kept where ${what}`, async () => {
      const { blocks, ...rest } = extent
      const { extents, asked } = over([blocks === undefined ? rest : extent])
      for (let count = 0; count < 4; count++) await extents.list(BLOB, 0, 10)
      // The page as a whole is tried once.
      assert.equal(asked.length, 5)
    })
  }

  test('of very small parts are asked for as they are needed', async () => {
    const { extents, asked } = over(Array.from({ length: 1000 }, (_, index) => part(index * 100, 100)))
    for (let count = 0; count < 3; count++) {
      const found = await extents.list(BLOB, 90_000, 90_100)
      assert.ok(found.some(({ start }) => start === 90_000))
    }
    assert.equal(asked.length, 4)
  })
})

/** Kept extents of a blob of these parts, and what was asked of the metadata: from where to where. */
function over(parts: readonly Extent[]) {
  const asked: [number, number][] = []
  const listExtents: SegmentCommands['listExtents'] = async ({ offset, limit, sumsUntil = 0 }) => {
    asked.push([offset, sumsUntil])
    return parts
      .filter(({ start, size }) => start + size > offset && start < sumsUntil)
      .slice(0, limit)
      .map((extent) => cut(extent, offset, sumsUntil))
  }
  return { extents: new KeptExtents({ listExtents }), asked }
}

/** With the sums of the blocks from one offset to another alone. */
function cut(extent: Extent, offset: number, until: number): Extent {
  if (extent.blocks === undefined) return extent
  const first = Math.floor(Math.max(0, offset - extent.start) / BLOCK_SIZE)
  const last = Math.ceil((Math.min(until, extent.start + extent.size) - extent.start) / BLOCK_SIZE)
  return { ...extent, blocks: { first, sums: new Uint8Array((last - first) * SUM_SIZE) } }
}

function part(start: number, size: number): Extent {
  return {
    segment: `segment at ${start}` as SegmentName,
    ...{ number: 1, offset: 0, start, size, crc32: 0, inline: null },
    blocks: { first: 0, sums: new Uint8Array(Math.ceil(size / BLOCK_SIZE) * SUM_SIZE) },
  }
}
