import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CORE_ERROR_CODES, CoreError } from '../../../src/core/errors.ts'
import { FifthDialectError, renderFailure } from './errors.ts'

test('every error of the core has a status of its class', () => {
  for (const code of CORE_ERROR_CODES) {
    const { status } = renderFailure(new CoreError(code, 'for the log'))
    assert.ok(status >= 400 && status <= 599, code)
  }
  assert.equal(renderFailure(new CoreError('object-not-found', 'for the log')).status, 404)
})

test('what nobody expected is a 500 that tells nothing', () => {
  const { status, body } = renderFailure(new TypeError('a mistake of ours'))
  assert.deepEqual([status, body], [500, '{"error":"unexpected"}'])
})

test('a refusal of its own is told in its own words', () => {
  const { status, body } = renderFailure(new FifthDialectError(401, 'no such box'))
  assert.deepEqual([status, body], [401, '{"error":"no such box"}'])
})
