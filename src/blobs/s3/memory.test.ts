import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { isCoreError } from '../../core/errors.ts'
import { Memory } from './memory.ts'

const LONG_MS = 2 ** 30

test('who has begun goes first, and who begins waits for what is not reserved', async () => {
  const memory = new Memory(100, 40, LONG_MS)
  await memory.begin(50)
  const served: string[] = []
  memory.begin(20).then(() => served.push('begins'))
  memory.grow(60, 60).then(() => served.push('large'))
  memory.grow(40, 40).then(() => served.push('goes on'))
  await setImmediate()
  assert.deepEqual(served, [], 'the small ones do not overtake')
  memory.give(50, null)
  await setImmediate()
  assert.deepEqual(served, ['large', 'goes on'])
  memory.give(60, null)
  await setImmediate()
  assert.deepEqual(served, ['large', 'goes on', 'begins'])
  assert.equal(memory.used, 60)
})

test('those who wait with half a part never hold up each other: one has a whole part from the reserve', async () => {
  const memory = new Memory(100, 40, LONG_MS)
  for (let count = 0; count < 6; count++) await memory.begin(10)
  const first = await memory.grow(20, 40)
  assert.equal(first.byteLength, 40)
  let isServed = false
  memory.grow(20, 40).then(() => {
    isServed = true
  })
  await setImmediate()
  assert.equal(isServed, false)
  memory.give(40, first)
  await setImmediate()
  assert.equal(isServed, true)
})

test('what is given back is used again, and what is lost is not', async () => {
  const memory = new Memory(100, 0, LONG_MS)
  const first = await memory.begin(30)
  memory.give(30, first)
  assert.equal(await memory.begin(30), first)
  memory.give(30, null)
  assert.notEqual(await memory.begin(30), first)
})

test('while somebody waits, those who stand still are shed, the longest first and no more than needed', async () => {
  const memory = new Memory(100, 0, 5)
  const shed: string[] = []
  const gatherer = (name: string) => ({
    shed: (error: Error) => {
      assert.ok(isCoreError(error, 'unavailable'))
      shed.push(name)
      memory.give(40, null)
    },
  })
  await memory.begin(40)
  memory.hold(gatherer('a'))
  await memory.begin(40)
  memory.hold(gatherer('b'))
  await memory.begin(50)
  assert.deepEqual(shed, ['a'])
  assert.equal(memory.used, 90)
})
