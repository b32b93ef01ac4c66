import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GrowingBytes } from './growing-bytes.ts'

test('pieces of any size come out in their order', () => {
  const growing = new GrowingBytes()
  const pieces = ['', 'a', 'bc', '', 'x'.repeat(1000), 'd'].map((text) => Buffer.from(text))
  for (const piece of pieces) growing.add(piece)
  assert.deepEqual(growing.bytes(), Buffer.concat(pieces))
  assert.equal(growing.size, 1004)
  growing.add(Buffer.from('e'))
  assert.equal(growing.bytes().subarray(-2).toString(), 'de')
})

test('nothing at all is no bytes', () => {
  assert.deepEqual(new GrowingBytes().bytes(), Buffer.alloc(0))
})

test('the pieces may be used again by whoever gave them', () => {
  const growing = new GrowingBytes()
  const piece = Buffer.from('kept')
  growing.add(piece)
  piece.fill(0)
  assert.equal(growing.bytes().toString(), 'kept')
})

test('the room is at most twice the bytes', () => {
  const growing = new GrowingBytes()
  const piece = Buffer.from('1')
  for (let count = 1; count <= 70_000; count++) {
    growing.add(piece)
    assert.ok(growing.bytes().buffer.byteLength <= 2 * count)
  }
})

test('memory is given back as soon as it is not needed', () => {
  const growing = new GrowingBytes(10)
  const before = growing.bytes().buffer
  growing.add(Buffer.alloc(11))
  const after = growing.bytes().buffer
  assert.deepEqual([before.detached, after.detached], [true, false])
  growing.free()
  assert.deepEqual([after.detached, growing.size, growing.bytes().byteLength], [true, 0, 0])
})
