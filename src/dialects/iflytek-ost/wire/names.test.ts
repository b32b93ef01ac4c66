import assert from 'node:assert/strict'
import { test } from 'node:test'
import { displayName, storedContentType } from './names.ts'

test('a display name has no control characters, at most 255 characters, and is never empty', () => {
  assert.equal(displayName('a\u0000b\r\nc\u007f.wav'), 'abc.wav')
  assert.equal(displayName('语音 1.wav'), '语音 1.wav')
  assert.equal([...displayName('😀'.repeat(300))].length, 255)
  assert.equal(displayName(''), 'data')
  assert.equal(displayName(' \n '), 'data')
})

test('a content type is kept when it is one', () => {
  assert.equal(storedContentType('audio/wav'), 'audio/wav')
  assert.equal(storedContentType('text/plain;charset=UTF-8'), 'text/plain;charset=UTF-8')
  for (const text of ['', 'audio', 'a/b\r\nx: y', 'a/b; é', 'a b/c', `a/${'b'.repeat(300)}`]) {
    assert.equal(storedContentType(text), 'application/octet-stream')
  }
})
