import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Cutter } from './cutter.ts'

async function* chunks(...sizes: readonly number[]): AsyncIterable<Uint8Array> {
  let value = 0
  for (const size of sizes) yield Uint8Array.from({ length: size }, () => value++ % 256)
}

/** The runs of `size` that a stream is cut into. */
async function cut(bytes: AsyncIterable<Uint8Array>, size: number): Promise<readonly Buffer[]> {
  const cutter = new Cutter(bytes)
  const runs: Buffer[] = []
  while (!(await cutter.isOver())) {
    const pieces: Uint8Array[] = []
    for await (const piece of cutter.take(size)) pieces.push(piece)
    runs.push(Buffer.concat(pieces))
  }
  return runs
}

test('runs have their size, whatever the chunks are, and the last one what is left', async () => {
  const expected = Buffer.from(Uint8Array.from({ length: 250 }, (_, at) => at))
  for (const sizes of [[250], [100, 100, 50], [1, 249], [99, 1, 1, 149], [0, 250, 0], Array(250).fill(1)]) {
    const runs = await cut(chunks(...sizes), 100)
    assert.deepEqual(
      runs.map(({ length }) => length),
      [100, 100, 50],
      String(sizes),
    )
    assert.deepEqual(Buffer.concat(runs), expected)
  }
})

test('a stream that ends with a run has no empty one behind it', async () => {
  assert.deepEqual((await cut(chunks(150, 50), 100)).length, 2)
  assert.deepEqual(await cut(chunks(), 100), [])
  assert.deepEqual(await cut(chunks(0, 0), 100), [])
})

test('an error of the stream is passed on', async () => {
  async function* broken(): AsyncIterable<Uint8Array> {
    yield new Uint8Array(150)
    throw new Error('broke off')
  }
  await assert.rejects(cut(broken(), 100), { message: 'broke off' })
})
