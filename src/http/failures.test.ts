import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CORE_ERROR_CODES, CoreError, ERROR_CLASSES } from '../core/errors.ts'
import { answersByClass, failureCodeOf } from './failures.ts'
import { RequestFault } from './faults.ts'

const STATUSES = {
  missing: 404,
  conflict: 409,
  denied: 403,
  invalid: 400,
  'too-large': 413,
  'retry-later': 503,
  internal: 500,
}

test('every code of the core is answered as its class', () => {
  const answers = answersByClass(STATUSES)
  for (const code of CORE_ERROR_CODES) assert.equal(answers[code], STATUSES[ERROR_CLASSES[code]], code)
})

test('a code of its own answer has that, and the others of its class keep theirs', () => {
  const answers = answersByClass(STATUSES, { 'upload-expired': 410, timeout: 408 })
  assert.deepEqual([answers['upload-expired'], answers['upload-not-found']], [410, 404])
  assert.deepEqual([answers.timeout, answers.draining], [408, 503])
})

test('errors of the core, faults of requests and anything else that is thrown have an answer', () => {
  const answers = answersByClass(STATUSES)
  const answerTo = (error: unknown) => answers[failureCodeOf(error)]
  assert.equal(answerTo(new CoreError('object-held', 'held')), 409)
  assert.equal(answerTo(new RequestFault('malformed-json', 'no JSON')), 400)
  assert.equal(answerTo(new TypeError('a mistake of ours')), 500)
  assert.equal(answerTo('no error at all'), 500)
})
