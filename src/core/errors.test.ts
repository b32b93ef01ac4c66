import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CORE_ERROR_CODES, isRetryable } from './errors.ts'

test('what passes by itself is tried again: faults of a sending, changes meanwhile, stores that fail', () => {
  assert.deepEqual(CORE_ERROR_CODES.filter(isRetryable), [
    'upload-changed',
    'body-truncated',
    'digest-mismatch',
    'object-changed',
    'storage-full',
    'storage-failed',
    'metadata-failed',
    'unavailable',
  ])
})
