import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createBrief } from './brief.ts'

const KEEP_MS = 1000

function brief(keysMax = 10) {
  let now = 5_000_000
  let asked = 0
  const answers = createBrief<number>({ clock: { now: () => now }, keepMs: KEEP_MS, keysMax })
  return {
    get: (key: string) => answers.get(key, async () => ++asked),
    fail: (key: string) => answers.get(key, () => Promise.reject(new Error('away'))),
    forget: answers.forget,
    advance: (ms: number) => {
      now += ms
    },
  }
}

describe('answers that are kept for a moment', () => {
  test('are asked for once until they are too old', async () => {
    const { get, advance } = brief()
    assert.deepEqual(await Promise.all([get('a'), get('a'), get('b')]), [1, 1, 2])
    advance(KEEP_MS - 1)
    assert.equal(await get('a'), 1)
    advance(1)
    assert.equal(await get('a'), 3)
  })

  test('do not outlive a clock that is set back', async () => {
    const { get, advance } = brief()
    await get('a')
    advance(-1)
    assert.equal(await get('a'), 2)
  })

  test('are none where asking failed, or after they were forgotten', async () => {
    const { get, fail, forget } = brief()
    await assert.rejects(fail('a'), /away/)
    assert.equal(await get('a'), 1)
    forget()
    assert.equal(await get('a'), 2)
  })

  test('are no more than so many', async () => {
    const { get } = brief(2)
    for (const key of ['a', 'b', 'c']) await get(key)
    assert.equal(await get('c'), 3)
    assert.equal(await get('b'), 2)
    assert.equal(await get('a'), 4)
  })
})
