import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parameterText, parseParameterised } from './header-params.ts'

const params = (text: string): Record<string, string> | null => {
  const parsed = parseParameterised(text)
  return parsed === null ? null : Object.fromEntries(parsed.params)
}
const filename = (text: string): string | undefined =>
  parameterText(parseParameterised(text)?.params ?? new Map(), 'filename')

test('a value is taken apart into its head and its parameters', () => {
  const parsed = parseParameterised(' Form-Data ; Name="a;b" ; size=12 ;empty=""; last = x y ;')
  assert.equal(parsed?.value, 'form-data')
  assert.deepEqual(Object.fromEntries(parsed?.params ?? []), {
    name: 'a;b',
    size: '12',
    empty: '',
    last: 'x y',
  })
  assert.deepEqual(params('text/plain'), {})
})

test('a backslash escapes quotes and backslashes alone', () => {
  assert.deepEqual(params('a; b="say \\"hi\\""; c="C:\\voice.wav"; d="\\\\"'), {
    b: 'say "hi"',
    c: 'C:\\voice.wav',
    d: '\\',
  })
})

test('what is not of the shape is refused', () => {
  for (const text of ['a; b', 'a; b="c', 'a; b="c"d', 'a; b=c"d"', 'a; =c', 'a; b=1; B=2', 'a; b c=d']) {
    assert.equal(params(text), null, text)
  }
})

test('an extended parameter goes before the plain one, unless it cannot be decoded', () => {
  assert.equal(filename(`f; filename="x"; filename*=UTF-8''%E4%B8%AD%20a.wav`), '中 a.wav')
  assert.equal(filename(`f; filename*=utf-8'en'a%2Fb`), 'a/b')
  assert.equal(filename(`f; filename*=iso-8859-1''caf%E9`), 'café')
  assert.equal(filename(`f; filename="x"; filename*=utf-8''%FF`), 'x')
  assert.equal(filename(`f; filename="x"; filename*=koi8-r''%C1`), 'x')
  assert.equal(filename(`f; filename="x"; filename*=plain`), 'x')
  assert.equal(filename('f; name="x"'), undefined)
})

test('hostile values take time in proportion to their length', () => {
  const long = 100_000
  for (const text of [
    `a; b="${'\\\\'.repeat(long)}`,
    `a; b="${'\\"'.repeat(long)}`,
    `a; ${'b'.repeat(long)}`,
    `a; b${' '.repeat(long)}c`,
    `a; b=${' '.repeat(long)}"`,
    `a${';'.repeat(long)}x`,
  ]) {
    assert.equal(params(text), null)
  }
})
