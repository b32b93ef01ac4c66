import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseHttpDate } from './http-date.ts'

const NOW = Date.UTC(2026, 0, 2)

test('all three formats of RFC 9110 are understood', () => {
  const time = Date.UTC(1994, 10, 6, 8, 49, 37)
  for (const text of [
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
  ]) {
    assert.equal(parseHttpDate(text, NOW), time, text)
  }
  assert.equal(parseHttpDate('Tue Nov 15 08:49:37 1994', NOW), Date.UTC(1994, 10, 15, 8, 49, 37))
})

test('two digits of a year are not more than 50 years ahead', () => {
  const year = (digits: string): number =>
    new Date(parseHttpDate(`Sunday, 06-Nov-${digits} 08:49:37 GMT`, NOW) ?? 0).getUTCFullYear()
  assert.deepEqual(['26', '76', '77', '00'].map(year), [2026, 2076, 1977, 2000])
})

test('anything else is no date', () => {
  for (const text of [
    '',
    '0',
    '1994-11-06T08:49:37Z',
    'Sun, 06 Nov 1994 08:49:37',
    'Sun, 06 Nov 1994 08:49:37 +0100',
    'Sun, 06 Nov 1994 25:49:37 GMT',
    'Sun, 06 Xyz 1994 08:49:37 GMT',
    'Sun, 6 Nov 1994 08:49:37 GMT',
    'x Sun, 06 Nov 1994 08:49:37 GMT',
  ]) {
    assert.equal(parseHttpDate(text, NOW), null, text)
  }
})
