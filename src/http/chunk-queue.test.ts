import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ChunkQueue } from './chunk-queue.ts'

/** Everything in the queue, as it comes out. */
function drain(queue: ChunkQueue): Buffer[] {
  const chunks: Buffer[] = []
  for (let chunk = queue.take(); chunk !== null; chunk = queue.take()) chunks.push(Buffer.from(chunk))
  return chunks
}

test('single bytes come out joined, in their order', () => {
  const queue = new ChunkQueue()
  const bytes = Buffer.from(Array.from({ length: 40_000 }, (_, at) => at % 251))
  for (let at = 0; at < bytes.length; at += 1) queue.add(bytes.subarray(at, at + 1))
  assert.deepEqual([queue.size, queue.length], [40_000, 3])
  const chunks = drain(queue)
  assert.deepEqual(
    chunks.map((chunk) => chunk.length),
    [16_384, 16_384, 7232],
  )
  assert.ok(Buffer.concat(chunks).equals(bytes))
  assert.deepEqual([queue.size, queue.length], [0, 0])
})

test('a large chunk goes through as it is, between small ones', () => {
  const queue = new ChunkQueue()
  const large = Buffer.alloc(65_536, 'x')
  for (const piece of ['a', 'b']) queue.add(Buffer.from(piece))
  queue.add(large)
  queue.add(Buffer.from('c'))
  assert.deepEqual([queue.take()?.byteLength, queue.take() === large, queue.take()?.byteLength], [2, true, 1])
})

test('what was taken does not change when more comes', () => {
  const queue = new ChunkQueue()
  for (const piece of ['a', 'b']) queue.add(Buffer.from(piece))
  const taken = queue.take()
  for (const piece of ['c', 'd']) queue.add(Buffer.from(piece))
  assert.equal(Buffer.from(taken ?? []).toString(), 'ab')
  assert.equal(Buffer.concat(drain(queue)).toString(), 'cd')
})
