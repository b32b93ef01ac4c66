import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALL_RIGHTS, type Right, type Rights } from '../model/accounts.ts'
import { may, mayAll, requireRight } from './rights.ts'

const HERE = { bucket: 'one', key: 'in/a.wav' }
const limited = (limits: Partial<Rights>): Rights => ({ ...ALL_RIGHTS, ...limits })

test('a key may do what its rights name, and nothing else', () => {
  const all: readonly Right[] = ALL_RIGHTS.may
  for (const given of all) {
    const may = all.filter((need) => allows({ may: [given] }, need))
    assert.deepEqual(may, [given])
  }
})

test('a key with a list of buckets may do nothing in others, nor for the account as a whole', () => {
  const rights = limited({ buckets: ['one', 'two'] })
  assert.equal(may(rights, 'read', HERE), true)
  assert.equal(may(rights, 'read', { bucket: 'three', key: '' }), false)
  assert.equal(may(rights, 'read', { bucket: null, key: '' }), false)
  assert.equal(may(ALL_RIGHTS, 'read', { bucket: null, key: '' }), true)
})

test('a key with a prefix may do nothing outside of it', () => {
  const rights = limited({ prefix: 'in/' })
  const inBucket = (key: string) => may(rights, 'write', { bucket: 'one', key })
  assert.deepEqual(['in/a.wav', 'in/', 'in/b/c'].map(inBucket), [true, true, true])
  assert.deepEqual(['', 'i', 'in', 'In/a.wav', 'out/in/a.wav', '/in/a'].map(inBucket), Array(6).fill(false))
})

test('all of right, bucket and prefix have to fit', () => {
  const rights = { may: ['read'], buckets: ['one'], prefix: 'in/' } as const
  assert.equal(may(rights, 'read', HERE), true)
  assert.equal(may(rights, 'write', HERE), false)
  assert.equal(may(rights, 'read', { ...HERE, bucket: 'two' }), false)
  assert.equal(may(rights, 'read', { ...HERE, key: 'out/a.wav' }), false)
})

test('what a key may not do is refused, and the log is told which right it needs', () => {
  requireRight(ALL_RIGHTS, 'admin', HERE)
  const refused = { code: 'access-denied', detail: { need: 'delete' } }
  assert.throws(() => requireRight(limited({ may: ['read', 'write'] }), 'delete', HERE), refused)
})

test('a key may do all where nothing limits it', () => {
  assert.equal(mayAll(ALL_RIGHTS), true)
  const limits: readonly Partial<Rights>[] = [
    { may: ['read', 'write', 'delete'] },
    { prefix: '' },
    { buckets: [] },
  ]
  for (const each of limits) assert.equal(mayAll(limited(each)), false)
})

const allows = (limits: Partial<Rights>, need: Right): boolean => may(limited(limits), need, HERE)
