import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { shows } from '../../../../test/support/shows.ts'
import { newOstUploadId, newSid } from './ids.ts'

const random = { bytes: (count: number) => randomBytes(count) }
const zeros = { bytes: (count: number) => new Uint8Array(count) }
/** 2020-06-29 00:43:09.761 UTC, of the document's samples. */
const SAMPLE_TIME = Date.UTC(2020, 5, 29, 0, 43, 9, 761)

test('a sid is ost, 8 hex, @dx, the time in ms as 11 hex, 5 hex, 02', () => {
  assert.equal(newSid(zeros, SAMPLE_TIME), 'ost00000000@dx172fd871c410000002')
  assert.match(newSid(random, SAMPLE_TIME), /^ost[0-9a-f]{8}@dx172fd871c41[0-9a-f]{5}02$/)
  shows('iflytek-ost', 'sid')
})

test('an upload_id is up_, the time in China to the ms, and 9 digits', () => {
  assert.equal(newOstUploadId(zeros, SAMPLE_TIME), 'up_200629084309761000000000')
  assert.match(newOstUploadId(random, SAMPLE_TIME), /^up_200629084309761\d{9}$/)
  shows('iflytek-ost', 'data.upload_id')
})

test('upload_ids of one millisecond differ', () => {
  const ids = new Set(Array.from({ length: 100 }, () => newOstUploadId(random, SAMPLE_TIME)))
  assert.equal(ids.size, 100)
})
