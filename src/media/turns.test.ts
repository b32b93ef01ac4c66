import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTurns } from './turns.ts'

const piece = (whose: string, name: string) => ({ whose, name })

test('one who has much to do keeps nobody waiting for more than one piece', () => {
  const turns = createTurns<ReturnType<typeof piece>>()
  for (const name of ['1', '2', '3']) turns.add(piece('many', name))
  const first = turns.take()
  assert.equal(first?.name, '1')
  assert.equal(turns.take(), null)
  turns.add(piece('other', 'a'))
  const second = turns.take()
  assert.equal(second?.name, 'a')
  turns.done(first)
  assert.equal(turns.take()?.name, '2')
  turns.add(piece('third', 'x'))
  turns.add(piece('third', 'y'))
  assert.equal(turns.take()?.name, 'x')
  assert.deepEqual(
    turns.clear().map(({ name }) => name),
    ['3', 'y'],
  )
})

test('whoever has had a turn is behind the others', () => {
  const turns = createTurns<ReturnType<typeof piece>>()
  for (const name of ['1', '2']) turns.add(piece('many', name))
  turns.add(piece('other', 'a'))
  const first = turns.take()
  assert.ok(first !== null)
  turns.done(first)
  assert.equal(turns.take()?.name, 'a')
})

test('what is nobody’s is done side by side', () => {
  const turns = createTurns<ReturnType<typeof piece>>()
  for (const name of ['1', '2']) turns.add(piece('', name))
  assert.deepEqual([turns.take()?.name, turns.take()?.name, turns.take()], ['1', '2', null])
})
