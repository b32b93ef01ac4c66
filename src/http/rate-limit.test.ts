import assert from 'node:assert/strict'
import { test } from 'node:test'
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
