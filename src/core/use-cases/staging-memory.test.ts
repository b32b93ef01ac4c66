import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { crc32 } from 'node:zlib'
import { openStores, type Stores } from '../../../test/support/stores.ts'
import { INLINE_SIZE_MAX } from '../model/bytes.ts'
import { createStaging, type Staging } from './staging.ts'

const NO_LIMIT = { sizeMax: Number.MAX_SAFE_INTEGER }

test('of bodies that have grown large nothing stays in memory, however many come at once', async (t) => {
  const { staging, stores } = await open(t)
  const bytes = stores.random.bytes(INLINE_SIZE_MAX + 10_000)
  const count = 50
  const before = process.memoryUsage().arrayBuffers
  let grown = Number.NaN
  let arrived = 0
  const all = Promise.withResolvers<void>()
  const source = async function* () {
    yield* chunks(bytes, 10_000)
    arrived += 1
    if (arrived === count) {
      grown = process.memoryUsage().arrayBuffers - before
      all.resolve()
    }
    await all.promise
  }
  const received = await Promise.all(Array.from({ length: count }, () => staging.receive(source(), NO_LIMIT)))
  assert.ok(received.every(({ facts }) => facts.crc32 === crc32(bytes)))
  assert.ok(grown < (count * INLINE_SIZE_MAX) / 4, `${grown} bytes are held`)
})

for (const [sizeAtMost, where] of [
  [1024 * 1024, 'inline'],
  [20 * 1024 * 1024, 'store'],
] as const) {
  test(`a body of at most ${sizeAtMost} bytes begins in the ${where === 'inline' ? 'memory' : 'store'}`, async (t) => {
    const { staging, stores } = await open(t)
    const bytes = stores.random.bytes(1000)
    const staged = await staging.receive(chunks(bytes), { ...NO_LIMIT, sizeAtMost })
    assert.deepEqual([staged.where, staged.facts.crc32], [where, crc32(bytes)])
  })
}

test('small pieces are let go as they come: only their bytes are held', async (t) => {
  const { staging } = await open(t)
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const pieces: WeakRef<Uint8Array>[] = []
  let held = 0
  const source = async function* () {
    while (pieces.length < 1000) {
      const piece = new Uint8Array(1)
      pieces.push(new WeakRef(piece))
      yield piece
    }
    await nextTurn()
    collectGarbage()
    held = pieces.filter((piece) => piece.deref() !== undefined).length
  }
  const { facts } = await staging.receive(source(), NO_LIMIT)
  assert.equal(facts.size, 1000)
  assert.ok(held < 10, `${held} pieces are held`)
})

async function open(t: TestContext): Promise<{ readonly staging: Staging; readonly stores: Stores }> {
  const stores = await openStores(t)
  const media = { probe: () => assert.fail('no media here'), close: async () => {} }
  return { staging: createStaging({ ...stores, media }), stores }
}

async function* chunks(bytes: Uint8Array, size = bytes.byteLength): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size)
}
