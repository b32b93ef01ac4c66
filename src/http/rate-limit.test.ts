import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRateLimit } from './rate-limit.ts'

const clock = { time: 0, now: () => clock.time }

test('a key has its burst, then what comes back in time', () => {
  clock.time = 1000
  const limit = createRateLimit({ clock, perSecond: 5, burst: 2 })
  const take = (): boolean => limit.take('a').allowed
  assert.deepEqual([take(), take(), take()], [true, true, false])
  assert.deepEqual(limit.take('a'), { allowed: false, retryAfterMs: 200 })
  clock.time += 199
  assert.deepEqual(limit.take('a'), { allowed: false, retryAfterMs: 1 })
  clock.time += 1
  assert.deepEqual([take(), take()], [true, false])
  clock.time += 3_600_000
  assert.deepEqual([take(), take(), take()], [true, true, false])
})

test('keys do not share, and a rate below one still lets one through', () => {
  const limit = createRateLimit({ clock, perSecond: 0.5 })
  assert.equal(limit.take('a').allowed, true)
  assert.deepEqual(limit.take('a'), { allowed: false, retryAfterMs: 2000 })
  assert.equal(limit.take('b').allowed, true)
})

test('a clock that goes back gives nothing and takes nothing', () => {
  const limit = createRateLimit({ clock, perSecond: 1, burst: 2 })
  limit.take('a')
  clock.time -= 10_000
  assert.deepEqual([limit.take('a').allowed, limit.take('a').allowed], [true, false])
})

test('the key unused for longest is forgotten first', () => {
  const limit = createRateLimit({ clock, perSecond: 1, burst: 1, keysMax: 2 })
  for (const key of ['a', 'b', 'a', 'c']) limit.take(key)
  assert.equal(limit.take('a').allowed, false)
  assert.equal(limit.take('b').allowed, true)
})

describe('what is spent without being asked for', () => {
  const open = (keysMax = 10) => {
    const clock = { timeMs: 0, now: () => clock.timeMs }
    return { clock, limit: createRateLimit({ clock, burst: 2, everyMs: 2000, keysMax }) }
  }

  test('comes back with time, never above the burst', () => {
    const { clock, limit } = open()
    limit.spend('a')
    limit.spend('a')
    assert.deepEqual([limit.has('a'), limit.left('a'), limit.waitMs('a')], [false, 0, 2000])
    clock.timeMs += 2000
    assert.deepEqual([limit.has('a'), limit.waitMs('a')], [true, 0])
    clock.timeMs += 100_000
    assert.equal(limit.left('a'), 2)
    limit.spend('a')
    clock.timeMs -= 50_000
    assert.equal(limit.left('a'), 1)
  })

  test('comes back in its time after the clock was set back', () => {
    const { clock, limit } = open()
    clock.timeMs = 3_600_000
    limit.spend('a')
    limit.spend('a')
    clock.timeMs = 0
    assert.equal(limit.waitMs('a'), 2000)
    clock.timeMs += 2000
    assert.equal(limit.waitMs('a'), 0)
  })

  test('is remembered of so many keys, and of those alone that spend', () => {
    const { limit } = open(2)
    for (let index = 0; index < 100; index++) assert.ok(limit.has(`asked ${index}`))
    limit.spend('a')
    limit.spend('a')
    limit.spend('b')
    assert.equal(limit.left('a'), 0)
    limit.spend('c')
    assert.deepEqual([limit.left('a'), limit.left('b'), limit.left('c')], [2, 1, 1])
  })
})
