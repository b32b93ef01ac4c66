import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { test } from 'node:test'
import { fuzzMedia } from '../fuzz/media.ts'

test('many broken copies of every kept media file end in facts or in media-refused', async (t) => {
  const seed = String(randomInt(2 ** 31))
  t.diagnostic(`seed ${seed}; again: node test/fuzz/media.ts 500 ${seed}`)
  const report = await fuzzMedia({ rounds: 500, seed, timeoutMs: 15_000 })
  assert.deepEqual(report.failures, [], `seed ${seed}`)
  assert.deepEqual(report.slow, [], `seed ${seed}`)
})
