import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Json } from '../../../core/model/json.ts'
import { objectFields } from '../../../http/json-fields.ts'
import { callLabel, sliceIdOf, uploadIdOf } from './fields.ts'

const LABEL = { request_id: '202006290840', app_id: 'fake0001' }

const label = (changes: Readonly<Record<string, Json>> = {}) =>
  callLabel(objectFields({ ...LABEL, ...changes }), 'fake0001')

const refused = (read: () => unknown, message: string): void =>
  assert.throws(read, { name: 'OstError', code: 10001, message })

test('request_id and app_id are enough; cloud_id may be missing, null, any text or a number', () => {
  assert.deepEqual(label(), { requestId: '202006290840' })
  for (const cloudId of [null, '', '0', '1', 0]) label({ cloud_id: cloudId })
})

test('request_id may be a number', () => {
  assert.deepEqual(label({ request_id: 202_006_290_840 }), { requestId: '202006290840' })
  assert.deepEqual(label({ request_id: 0 }), { requestId: '0' })
})

test('unknown fields are ignored', () => {
  assert.deepEqual(label({ more: [1] }), { requestId: '202006290840' })
})

test('a missing, null or empty request_id or app_id must not be empty', () => {
  for (const value of [null, '']) {
    refused(() => label({ request_id: value }), 'requestId must not be empty')
    refused(() => label({ app_id: value }), 'appId must not be empty')
  }
  refused(() => callLabel(objectFields({}), 'fake0001'), 'requestId must not be empty')
})

test('a field of another JSON type is refused', () => {
  for (const value of [true, false, [], {}]) {
    refused(() => label({ request_id: value }), 'requestId must be a string')
    refused(() => label({ cloud_id: value }), 'cloudId must be a string')
  }
  for (const value of [0, 1, true, false, [], {}]) {
    refused(() => label({ app_id: value }), 'appId must be a string')
    refused(() => uploadIdOf(objectFields({ upload_id: value })), 'uploadId must be a string')
  }
})

test('an app_id other than that of the api_key is refused', () => {
  refused(() => label({ app_id: 'FAKE0001' }), 'appId is not the application of the api_key')
})

test('a missing upload_id must not be empty', () => {
  refused(() => uploadIdOf(objectFields({})), 'uploadId must not be empty')
})

const sliceId = (text: string, min: 0 | 1 = 1): number => sliceIdOf(new Map([['slice_id', text]]), min)

test('slice_id is decimal text from 1 to 10000', () => {
  assert.equal(sliceId('1'), 1)
  assert.equal(sliceId('10000'), 10_000)
  assert.equal(sliceId('007'), 7)
})

test('slice_id 0 counts as empty', () => {
  for (const text of ['', '0', '00']) refused(() => sliceId(text), 'sliceId must not be empty')
})

test('slice_id 0 is taken where that is asked for', () => {
  assert.equal(sliceId('0', 0), 0)
  refused(() => sliceId('', 0), 'sliceId must not be empty')
  refused(() => sliceId('-1', 0), 'sliceId must be an integer from 0 to 10000')
})

test('slice_id over 10000, with a sign, a blank, a point or other digits is refused', () => {
  for (const text of ['10001', '-1', '+1', ' 1', '1 ', '1.0', '1e3', '0x1', 'one', '１', '9'.repeat(400)]) {
    refused(() => sliceId(text), 'sliceId must be an integer from 1 to 10000')
  }
})
