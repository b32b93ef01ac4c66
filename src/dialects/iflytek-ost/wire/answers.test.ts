import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import {
  attachment,
  displayName,
  envelope,
  newOstUploadId,
  newSid,
  storedContentType,
  success,
  withoutTrailingComma,
} from './answers.ts'

const random = { bytes: (count: number) => randomBytes(count) }
const zeros = { bytes: (count: number) => new Uint8Array(count) }
/** 2020-06-29 00:43:09.761 UTC, of the document's samples. */
const SAMPLE_TIME = Date.UTC(2020, 5, 29, 0, 43, 9, 761)

test('a sid is ost, 8 hex, @dx, the time in ms as 11 hex, 5 hex, 02', () => {
  assert.equal(newSid(zeros, SAMPLE_TIME), 'ost00000000@dx172fd871c410000002')
  assert.match(newSid(random, SAMPLE_TIME), /^ost[0-9a-f]{8}@dx172fd871c41[0-9a-f]{5}02$/)
})

test('an upload_id is up_, the time in China to the ms, and 9 digits', () => {
  assert.equal(newOstUploadId(zeros, SAMPLE_TIME), 'up_200629084309761000000000')
  assert.match(newOstUploadId(random, SAMPLE_TIME), /^up_200629084309761\d{9}$/)
})

test('upload_ids of one millisecond differ', () => {
  const ids = new Set(Array.from({ length: 100 }, () => newOstUploadId(random, SAMPLE_TIME)))
  assert.equal(ids.size, 100)
})

test('the answer has its keys in the order code, sid, data, message', () => {
  assert.equal(
    success('ost1', { url: 'u' }).body,
    '{"code":0,"sid":"ost1","data":{"url":"u"},"message":"success"}',
  )
  assert.equal(success('ost1').body, '{"code":0,"sid":"ost1","message":"success"}')
})

test('an answer is JSON in UTF-8 with the status asked for', () => {
  const reply = envelope(500, { code: 10001, sid: 'ost1', message: 'm' })
  assert.equal(reply.status, 500)
  assert.deepEqual(reply.headers, { 'content-type': 'application/json; charset=utf-8' })
})

const COMMAS = {
  '{"a":"b"}': '{"a":"b"}',
  '{"a":"b",}': '{"a":"b"}',
  '{"a":"b" ,\r\n\t}\n': '{"a":"b" }\n',
  '{"a":"b",,}': '{"a":"b",}',
  '{"a":",}"}': '{"a":",}"}',
  '{"a":"b",': '{"a":"b",',
  '}': '}',
  ',}': '}',
  '': '',
  '  ': '  ',
}

test('one comma before the last brace is left out', () => {
  for (const [text, expected] of Object.entries(COMMAS)) {
    assert.equal(Buffer.from(withoutTrailingComma(Buffer.from(text))).toString(), expected)
  }
})

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

test('a download is an attachment with an ASCII name and the real one', () => {
  assert.equal(
    attachment('语"音\\ 100%.wav'),
    `attachment; filename="____ 100_.wav"; filename*=UTF-8''%E8%AF%AD%22%E9%9F%B3%5C%20100%25.wav`,
  )
})
