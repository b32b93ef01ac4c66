import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CORE_ERROR_CODES, CoreError } from '../../core/errors.ts'
import { ResumableError, renderFailure } from './errors.ts'

test('every error of the core has a status of its class', () => {
  for (const code of CORE_ERROR_CODES) {
    const { status } = renderFailure(new CoreError(code, 'for the log'), 'id')
    assert.ok(status >= 400 && status <= 599, code)
  }
  assert.equal(renderFailure(new CoreError('object-not-found', 'for the log'), 'id').status, 404)
})

test('what nobody expected is a 500 that tells nothing', () => {
  const { status, body } = renderFailure(new TypeError('a mistake of ours'), 'id')
  assert.equal(status, 500)
  assert.deepEqual(JSON.parse(String(body)), {
    ...{ status: 500, detail: 'the server failed', code: 'unexpected', request_id: 'id' },
  })
})

test('a refusal of its own is told in its own words', () => {
  const { status, body } = renderFailure(new ResumableError(415, 'the ticket is for images'), 'id')
  assert.equal(status, 415)
  assert.deepEqual(JSON.parse(String(body)), {
    ...{ status: 415, detail: 'the ticket is for images', code: 'resumable', request_id: 'id' },
  })
})

test('who lost against another sender learns where the upload ends', () => {
  const { status, headers } = renderFailure(
    new CoreError('upload-changed', 'for the log', { offset: 5 }),
    'id',
  )
  assert.deepEqual([status, headers?.['upload-offset']], [409, 5])
})
