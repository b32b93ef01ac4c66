import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shows } from '../../../test/support/shows.ts'
import {
  CORE_ERROR_CODES,
  CoreError,
  type CoreErrorCode,
  forAccountCodes,
  forTreeCodes,
} from '../../core/errors.ts'
import { RequestFault, type RequestFaultCode } from '../../http/faults.ts'
import { asVmsError, VmsError } from './errors.ts'

const told = (error: unknown): readonly [number, string, string | undefined] => {
  const { status, code, reason } = asVmsError(error)
  return [status, code, reason ?? undefined]
}

test('every core error has its status, code and older code', () => {
  const expected: Readonly<Record<CoreErrorCode, ReturnType<typeof told>>> = {
    ...forTreeCodes([500, 'InternalError', 'SERVER_ERROR'] as const),
    ...forAccountCodes([500, 'InternalError', 'SERVER_ERROR'] as const),
    'invalid-argument': [400, 'InvalidParameter', 'RequestParametersError'],
    'access-denied': [403, 'AccessDenied', undefined],
    'upload-not-found': [400, 'InvalidParameter', 'RESOURCE_IS_NONE'],
    'upload-expired': [400, 'InvalidParameter', 'RESOURCE_IS_NONE'],
    'upload-closed': [400, 'InvalidParameter', 'RESOURCE_IS_NONE'],
    'upload-sealed': [400, 'OperationDenied', undefined],
    'upload-changed': [400, 'OperationDenied', undefined],
    'upload-empty': [400, 'InvalidParameter', 'RESOURCE_IS_NONE'],
    'part-too-small': [500, 'InternalError', 'SERVER_ERROR'],
    'part-number-invalid': [500, 'InternalError', 'SERVER_ERROR'],
    'part-mismatch': [400, 'InvalidParameter', 'RESOURCE_IS_NONE'],
    'body-too-large': [400, 'InvalidParameter', 'RESOURCE_SIZE_OVER_LIMIT'],
    'body-truncated': [400, 'InvalidParameter', 'EMPTY_RESOURCE_BODY'],
    'digest-mismatch': [400, 'InvalidParameter', 'UPLOAD_FILE_FAIL'],
    'object-not-found': [400, 'InvalidParameter', 'RESOURCE_KEY_IS_NOT_EXIST'],
    'name-conflict': [400, 'IdempotentParameterMismatch', 'NOT_REPET_INVOCK'],
    'object-held': [400, 'OperationDenied', 'RESOURCE_KEY_HAVE_TASK_RUNING'],
    'object-changed': [400, 'OperationDenied', undefined],
    'quota-exceeded': [400, 'QuotaExceeded', undefined],
    'media-refused': [400, 'InvalidParameter', 'FILE_ANALYSE_ERROR'],
    'storage-full': [503, 'ServiceUnavailable', 'UPLOAD_FILE_FAIL'],
    'storage-failed': [500, 'InternalError', 'VOLC_TOS_SERVER_ERROR'],
    'metadata-failed': [500, 'InternalError', 'SERVER_ERROR'],
    unavailable: [503, 'ServiceUnavailable', undefined],
  }
  for (const code of CORE_ERROR_CODES) {
    assert.deepEqual(told(new CoreError(code, 'secret detail')), expected[code], code)
  }
  shows('volcengine-vms', 'UPLOAD_FILE_FAIL')
})

test('every fault of a request has its status and code', () => {
  const expected: Readonly<Record<RequestFaultCode, readonly [number, string]>> = {
    'not-found': [400, 'InvalidAction'],
    'method-not-allowed': [400, 'InvalidAction'],
    'malformed-request': [400, 'InvalidParameter'],
    'malformed-json': [400, 'InvalidParameter'],
    'malformed-multipart': [400, 'InvalidParameter'],
    'unsupported-media-type': [400, 'InvalidParameter'],
    'too-complex': [400, 'InvalidParameter'],
    'body-too-large': [400, 'InvalidParameter'],
    'body-truncated': [400, 'InvalidParameter'],
    'length-required': [400, 'MissingParameter'],
    timeout: [400, 'InvalidParameter'],
    draining: [503, 'ServiceUnavailable'],
    throttled: [400, 'Throttling'],
  }
  for (const [code, answer] of Object.entries(expected)) {
    const fault = new RequestFault(code as RequestFaultCode, 'secret detail')
    assert.deepEqual(told(fault).slice(0, 2), answer, code)
  }
})

test('a bug is an InternalError that tells nothing of itself', () => {
  const { status, code, codeN, message, reason } = asVmsError(new TypeError('secret detail'))
  assert.deepEqual([status, code, codeN, reason], [500, 'InternalError', 100014, 'SERVER_ERROR'])
  assert.equal(message, 'The request has failed due to an unknown error.')
  shows('volcengine-vms', 'SERVER_ERROR')
})

test('messages are the documents’ with the subject filled in as it is', () => {
  const { message } = new VmsError('InvalidParameter', { subject: '$&%s' })
  assert.equal(message, 'The specified parameter $&%s is invalid.')
})
