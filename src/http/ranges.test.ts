import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRange } from './ranges.ts'

const WHOLE = 'whole'
const NONE = 'unsatisfiable'

test('ranges of 100 bytes', () => {
  for (const [header, expected] of [
    [undefined, WHOLE],
    ['', WHOLE],
    ['bytes=0-9', '0-10'],
    ['BYTES=0-9', '0-10'],
    ['bytes=0-0', '0-1'],
    ['bytes=99-99', '99-100'],
    ['bytes=10-', '10-100'],
    ['bytes=0-', '0-100'],
    ['bytes=90-1000', '90-100'],
    ['bytes=0-99999999999999999999999999', '0-100'],
    ['bytes=-10', '90-100'],
    ['bytes=-100', '0-100'],
    ['bytes=-1000', '0-100'],
    ['bytes=-99999999999999999999999999', '0-100'],
    ['bytes=-0', NONE],
    ['bytes=100-', NONE],
    ['bytes=100-200', NONE],
    ['bytes=99999999999999999999999999-', NONE],
    ['bytes= 0-9 ', '0-10'],
    ['bytes=,0-9,', '0-10'],
    ['bytes=0-9,20-29', WHOLE],
    ['bytes=0-9,x', WHOLE],
    ['bytes=9-0', WHOLE],
    ['bytes=-', WHOLE],
    ['bytes=', WHOLE],
    ['bytes=5', WHOLE],
    ['bytes=a-b', WHOLE],
    ['bytes=0 - 9', WHOLE],
    ['bytes=0-9-', WHOLE],
    ['bytes=0x1-2', WHOLE],
    ['bytes=1.5-2', WHOLE],
    ['items=0-9', WHOLE],
    ['bytes 0-9', WHOLE],
  ] as const) {
    const answer = parseRange(header, 100)
    assert.equal(
      answer.type === 'part' ? `${answer.start}-${answer.end}` : answer.type,
      expected,
      String(header),
    )
  }
})

test('nothing has no ranges, but its suffix is the whole', () => {
  assert.equal(parseRange('bytes=0-', 0).type, NONE)
  assert.equal(parseRange('bytes=0-0', 0).type, NONE)
  assert.equal(parseRange('bytes=-0', 0).type, NONE)
  assert.equal(parseRange('bytes=-5', 0).type, WHOLE)
})
