import assert from 'node:assert/strict'
import { test } from 'node:test'
import { RequestFault, type RequestFaultCode } from './faults.ts'
import { parseJsonObject } from './json.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)
const fails = (input: Uint8Array | string, code: RequestFaultCode): void =>
  assert.throws(
    () => parseJsonObject(typeof input === 'string' ? bytes(input) : input),
    (error) => error instanceof RequestFault && error.code === code,
    typeof input === 'string' ? input.slice(0, 60) : 'bytes',
  )

test('JSON of every kind comes out as JSON.parse gives it', () => {
  for (const text of [
    '{}',
    ' \t\r\n{ "a" : [ ] , "b" : { } } \n',
    '{"a":[1,-0,0.5,1e3,1E-2,-12.25e+1],"b":true,"c":false,"d":null,"":"empty key"}',
    '{"s":"\\"\\\\\\/\\b\\f\\n\\r\\t\\u4e2d\\ud83d\\ude00 中😀"}',
    '{"backslashes":"\\\\\\\\","next":"\\\\\\""}',
    '{"a":{"b":{"c":[[{"d":1}]]}}}',
  ]) {
    assert.deepEqual(parseJsonObject(bytes(text)), JSON.parse(text), text)
  }
})

test('a byte order mark is accepted, once', () => {
  assert.deepEqual(parseJsonObject(bytes('\ufeff{"a":1}')), { a: 1 })
  fails('\ufeff\ufeff{}', 'malformed-json')
})

test('whatever is no JSON object is refused', () => {
  for (const text of ['', ' ', 'null', '[]', '"a"', '1', '{', '}', '{}{}', '{} x', '{a:1}', "{'a':1}"]) {
    fails(text, 'malformed-json')
  }
})

test('what JSON does not allow is refused', () => {
  for (const text of [
    '{"a":1,}',
    '{,}',
    '{"a"}',
    '{"a":}',
    '{"a" 1}',
    '{"a":1 "b":2}',
    '{"a":[1,]}',
    '{"a":[1 2]}',
    '{"a":[1}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":1.}',
    '{"a":1e}',
    '{"a":-}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":1e999}',
    '{"a":tru}',
    '{"a":"\n"}',
    '{"a":"\\x41"}',
    '{"a":"\\u12"}',
    '{"a":"open}',
    '{"a":"open\\"}',
    '{"a":/* no */1}',
    '{"a":\u00a01}',
  ]) {
    fails(text, 'malformed-json')
  }
})

test('a key that stands twice is refused, also when written differently, but not in two objects', () => {
  fails('{"a":1,"a":1}', 'malformed-json')
  fails('{"a":1,"\\u0061":1}', 'malformed-json')
  fails('{"x":[{"__proto__":1,"__proto__":2}]}', 'malformed-json')
  assert.deepEqual(parseJsonObject(bytes('{"a":{"a":1},"b":{"a":2}}')), { a: { a: 1 }, b: { a: 2 } })
})

test('__proto__ is a key like any other', () => {
  const object = parseJsonObject(bytes('{"__proto__":{"admin":true},"constructor":1}'))
  assert.equal(Object.getPrototypeOf(object), Object.prototype)
  assert.equal(Object.hasOwn(object, '__proto__'), true)
  assert.equal(object.admin, undefined)
})

test('bytes that are not UTF-8 and halves of surrogate pairs are refused', () => {
  fails(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'malformed-json')
  fails(Buffer.concat([bytes('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), bytes('"}')]), 'malformed-json')
  fails('{"a":"\\ud83d"}', 'malformed-json')
})

test('levels beyond the limit are refused before they cost anything', () => {
  const nested = (depth: number): string => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
  assert.doesNotThrow(() => parseJsonObject(bytes(nested(32))))
  fails(nested(33), 'too-complex')
  fails(`{"a":${'['.repeat(1_000_000)}`, 'too-complex')
  assert.throws(() => parseJsonObject(bytes('{"a":{}}'), { depthMax: 1 }), RequestFault)
  assert.doesNotThrow(() => parseJsonObject(bytes('{"a":{}}'), { depthMax: 2 }))
})

test('values beyond the limit are refused, however they stand', () => {
  const listed = (count: number): string => `{"a":[${Array(count).fill('1').join(',')}]}`
  // The list is a value too.
  assert.doesNotThrow(() => parseJsonObject(bytes(listed(15_999))))
  fails(listed(16_000), 'too-complex')
  const members = Array.from({ length: 16_001 }, (_, index) => `"${index}":[]`)
  fails(`{${members.join(',')}}`, 'too-complex')
  fails(`{"a":[${'[],'.repeat(1_000_000)}`, 'too-complex')
  assert.throws(() => parseJsonObject(bytes('{"a":[{}]}'), { valuesMax: 1 }), RequestFault)
  assert.doesNotThrow(() => parseJsonObject(bytes('{"a":[{}]}'), { valuesMax: 2 }))
})
