import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { fuzzMedia } from './media.ts'

test('broken copies of every fixture end in facts or in media-refused', async (t) => {
  const seed = String(randomInt(2 ** 31))
  t.diagnostic(`seed ${seed}; again: node test/fuzz/media.ts 40 ${seed}`)
  const report = await fuzzMedia({ rounds: 40, seed, timeoutMs: 10_000 })
  assert.deepEqual(report.failures, [], `seed ${seed}`)
  assert.deepEqual(report.slow, [], `seed ${seed}`)
  assert.ok(report.measured > 0 && report.refused > 0)
})
