import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePairs } from './body.ts'
import {
  canonicalQuery,
  compactUtc,
  deriveKey,
  equalsConstantTime,
  hmacSha256,
  parseCompactUtc,
  sha256Hex,
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

test('the parts together give the Go TOS SDK test vector', () => {
  const credential = 'AKIAIOSFODNN7EXAMPLE/20210721/cn-north-1/tos/request'
  const query = canonicalQuery(
    parsePairs(
      `X-Tos-Algorithm=TOS4-HMAC-SHA256&X-Tos-Credential=${encodeURIComponent(credential)}` +
        '&X-Tos-Date=20210721T104454Z&X-Tos-Expires=3600&X-Tos-SignedHeaders=host',
    ),
  )
  const canonical = `GET\n/test.txt\n${query}\nhost:test.tos.com:8080\n\nhost\nUNSIGNED-PAYLOAD`
  const scope = ['20210721', 'cn-north-1', 'tos', 'request']
  const toSign = `TOS4-HMAC-SHA256\n20210721T104454Z\n${scope.join('/')}\n${sha256Hex(canonical)}`
  const key = deriveKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', scope)
  assert.equal(
    hmacSha256(key, toSign).toString('hex'),
    'decc75e2b2d453117f81e53954eb2cd3a2f56db2951e9b2257863db4c4921111',
  )
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
