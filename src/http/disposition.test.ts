import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentDisposition } from './disposition.ts'
import { parameterText, parseParameterised } from './header-params.ts'

test('a file has an ASCII name and the real one', () => {
  assert.equal(
    contentDisposition('attachment', '语"音\\ 100%.wav'),
    `attachment; filename="____ 100_.wav"; filename*=UTF-8''%E8%AF%AD%22%E9%9F%B3%5C%20100%25.wav`,
  )
})

test('nothing comes of a name but the name', () => {
  for (const name of [
    'a"; filename="b.html',
    'a\r\nX-Injected: 1\r\n\r\n<script>',
    "a\\\"; x=y; filename*=UTF-8''b.html",
    "a'b; inline",
    '\u0000\u007f\u0085\u2028',
    '\ud800 half',
    '%0d%0aX: y',
    '',
  ]) {
    const value = contentDisposition('inline', name)
    assert.match(value, /^[ -~]*$/, JSON.stringify(name))
    const { value: how, params } = parseParameterised(value) ?? {
      value: null,
      params: new Map<string, string>(),
    }
    assert.deepEqual([how, [...params.keys()]], ['inline', ['filename', 'filename*']], JSON.stringify(name))
    assert.equal(parameterText(params, 'filename'), name.toWellFormed())
  }
})
