import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Pace } from './pace.ts'

/** A time that goes on only by waiting, and as the test says. */
function paceOf(bytesPerS: number | null) {
  const time = { now: 0 }
  const wait = async (ms: number): Promise<void> => {
    time.now += ms
  }
  return { time, pace: new Pace(bytesPerS, () => time.now, wait) }
}

describe('a pace', () => {
  test('lets no more bytes through in a time than its rate, whatever their amounts', async () => {
    const { time, pace } = paceOf(1_000_000)
    for (const bytes of [1, 999_999, 64_000, 3_936_000]) await pace.took(bytes)
    assert.equal(time.now, 5_000)
  })

  test('counts the time that reading itself takes, and saves up none', async () => {
    const { time, pace } = paceOf(1_000_000)
    await pace.took(1_000_000)
    time.now += 400
    await pace.took(500_000)
    assert.equal(time.now, 1_900)
    time.now += 60_000
    await pace.took(1_000_000)
    assert.equal(time.now, 62_900)
  })

  test('waits for nothing without a rate', async () => {
    const { time, pace } = paceOf(null)
    await pace.took(1e12)
    assert.equal(time.now, 0)
  })
})
