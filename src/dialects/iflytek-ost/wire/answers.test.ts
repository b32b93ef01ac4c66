import assert from 'node:assert/strict'
import { test } from 'node:test'
import { envelope, success } from './answers.ts'

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
