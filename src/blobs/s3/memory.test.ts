import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { isCoreError } from '../../core/errors.ts'
import { Memory } from './memory.ts'

const LONG_MS = 2 ** 30

test('who begins waits for what is not reserved, and who has begun goes first', async () => {
  const memory = new Memory(100, 40, LONG_MS)
  await memory.take(50, true)
  const served: string[] = []
  memory.take(20, true).then(() => served.push('begins'))
  memory.take(60, false).then(() => served.push('large'))
  memory.take(40, false).then(() => served.push('goes on'))
  await setImmediate()
  assert.deepEqual(served, [], 'the small one does not overtake')
  memory.give(50, null)
  await setImmediate()
  assert.deepEqual(served, ['large', 'goes on'])
  memory.give(60, null)
  await setImmediate()
  assert.deepEqual(served, ['large', 'goes on', 'begins'])
  assert.equal(memory.used, 60)
})

test('what is given back is used again, and what is lost is not', async () => {
  const memory = new Memory(100, 0, LONG_MS)
  const first = await memory.take(30, true)
  memory.give(30, first)
  assert.equal(await memory.take(30, true), first)
  memory.give(30, null)
  assert.notEqual(await memory.take(30, true), first)
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
  await memory.take(40, true)
  memory.hold(gatherer('a'))
  await memory.take(40, true)
  memory.hold(gatherer('b'))
  await memory.take(50, true)
  assert.deepEqual(shed, ['a'])
  assert.equal(memory.used, 90)
})
