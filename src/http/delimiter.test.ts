import assert from 'node:assert/strict'
import { test } from 'node:test'
import { seeded } from '../../test/support/seeded.ts'
import { Delimiter } from './delimiter.ts'

test('a delimiter is found where it first stands as a whole, whatever begins like it', (t) => {
  const random = seeded(t)
  for (let round = 0; round < 2000; round++) {
    const bytes = Buffer.from(`\r\n--${'ab'.repeat(random.int(20))}`.slice(0, 3 + random.int(40)))
    const pieces = Array.from({ length: random.int(60) }, () =>
      random.int(8) === 0 ? bytes : bytes.subarray(0, random.int(bytes.length)),
    )
    const content = Buffer.concat(pieces)
    assert.equal(new Delimiter(bytes).indexIn(content), content.indexOf(bytes), `round ${round}`)
  }
})
