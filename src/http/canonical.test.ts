import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  canonicalQuery,
  compactUtc,
  equalsConstantTime,
  parseCompactUtc,
  strictEncode,
  strictEncodePath,
} from './canonical.ts'

test('strictEncode keeps the unreserved characters of RFC 3986 and nothing else', () => {
  const unreserved = 'ABCXYZabcxyz0189-_.~'
  assert.equal(strictEncode(unreserved), unreserved)
  assert.equal(strictEncode(" !'()*+/:@&=中\u0000"), '%20%21%27%28%29%2A%2B%2F%3A%40%26%3D%E4%B8%AD%00')
})

test('strictEncode takes text that is not well formed', () => {
  assert.equal(strictEncode('\ud800'), '%EF%BF%BD')
})

test('strictEncodePath keeps slashes, also double ones', () => {
  assert.equal(strictEncodePath('/a b//c%2F*'), '/a%20b//c%252F%2A')
})

test('canonicalQuery sorts by encoded name, then by value', () => {
  assert.equal(
    canonicalQuery([
      ['b', '2'],
      ['a', 'z'],
      ['B', ''],
      ['a', 'y'],
      ['a-', 'x y'],
    ]),
    'B=&a=y&a=z&a-=x%20y&b=2',
  )
})

test('canonicalQuery keeps the order of equal names when asked to', () => {
  const pairs = [
    ['b', '2'],
    ['a', 'z'],
    ['a', 'y'],
  ] as const
  assert.equal(canonicalQuery(pairs, { keepOrderOfEqualNames: true }), 'a=z&a=y&b=2')
})

test('equalsConstantTime tells texts apart, also those that UTF-8 cannot', () => {
  assert.equal(equalsConstantTime('abc', 'abc'), true)
  assert.equal(equalsConstantTime('abc', 'abd'), false)
  assert.equal(equalsConstantTime('abc', 'abcd'), false)
  assert.equal(equalsConstantTime('', ''), true)
  assert.equal(equalsConstantTime('\ud800', '\ud801'), false)
})

test('compact UTC times go both ways and refuse what is no time', () => {
  const time = Date.UTC(2026, 0, 2, 3, 4, 5)
  assert.equal(compactUtc(time), '20260102T030405Z')
  assert.equal(parseCompactUtc('20260102T030405Z'), time)
  for (const text of ['', '20260230T000000Z', '20261301T000000Z', '20260102T240000Z', '20260102T030405']) {
    assert.equal(parseCompactUtc(text), null, text)
  }
  assert.equal(parseCompactUtc('20260102T030405Z\n'), null)
  assert.equal(parseCompactUtc('２0260102T030405Z'), null)
})
