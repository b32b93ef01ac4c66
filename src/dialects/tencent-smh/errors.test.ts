import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shows } from '../../../test/support/shows.ts'
import { CORE_ERROR_CODES, CoreError, type CoreErrorCode, forAccountCodes } from '../../core/errors.ts'
import { RequestFault, type RequestFaultCode } from '../../http/faults.ts'
import { asSmhError, SmhError } from './errors.ts'

const told = (error: unknown): readonly [number, string] => {
  const { status, code } = asSmhError(error)
  return [status, code]
}

test('tencent-smh: every core error has its status and code', () => {
  const expected: Readonly<Record<CoreErrorCode, readonly [number, string]>> = {
    ...forAccountCodes([500, 'InternalServerError'] as const),
    'invalid-argument': [400, 'ParamInvalid'],
    'access-denied': [403, 'NoPermission'],
    'upload-not-found': [404, 'UploadNotFound'],
    'upload-expired': [404, 'UploadNotFound'],
    'upload-closed': [404, 'UploadNotFound'],
    'upload-sealed': [409, 'UploadComplete'],
    'upload-changed': [409, 'PathConflict'],
    'upload-empty': [404, 'UploadIncomplete'],
    'part-too-small': [400, 'MultipartUploadPartTooSmall'],
    'part-number-invalid': [400, 'ParamInvalid'],
    'part-mismatch': [400, 'ParamInvalid'],
    'body-too-large': [413, 'RequestEntityTooLarge'],
    'body-truncated': [400, 'IncompleteBody'],
    'digest-mismatch': [400, 'BadCrc64'],
    'object-not-found': [404, 'FileNotFound'],
    'name-conflict': [409, 'SameNameDirectoryOrFileExists'],
    'object-held': [409, 'PathConflict'],
    'object-changed': [409, 'PathConflict'],
    'quota-exceeded': [400, 'QuotaLimitReached'],
    'volume-not-found': [404, 'SpaceNotFound'],
    'volume-not-empty': [409, 'SpaceNotEmpty'],
    'entry-not-found': [404, 'FileNotFound'],
    'entry-mismatch': [400, 'FileTypeNotMatched'],
    'directory-not-found': [404, 'DirectoryNotFound'],
    'directory-cycle': [400, 'SourceDirectoryIsParentOfDestination'],
    'rename-exhausted': [409, 'RenameTooManyTimes'],
    'recycled-not-found': [404, 'RecycledItemNotFound'],
    'quota-not-found': [404, 'QuotaNotFound'],
    'quota-exists': [409, 'DuplicateQuota'],
    'media-refused': [400, 'UnsupportedFileType'],
    'storage-full': [503, 'ServerOverloaded'],
    'storage-failed': [500, 'InternalServerError'],
    'metadata-failed': [500, 'InternalServerError'],
    unavailable: [503, 'ServerOverloaded'],
  }
  for (const code of CORE_ERROR_CODES) {
    assert.deepEqual(told(new CoreError(code, 'secret detail')), expected[code], code)
  }
  shows('tencent-smh', 'UnsupportedFileType and all codes of the core')
})

test('tencent-smh: every fault of a request has its status and code', () => {
  const expected: Readonly<Record<RequestFaultCode, readonly [number, string]>> = {
    'not-found': [404, 'RouteNotFound'],
    'method-not-allowed': [405, 'MethodNotAllowed'],
    'malformed-request': [400, 'BadRequest'],
    'malformed-json': [400, 'BadRequest'],
    'malformed-multipart': [400, 'BadRequest'],
    'unsupported-media-type': [400, 'BadRequest'],
    'too-complex': [400, 'BadRequest'],
    'body-too-large': [413, 'RequestEntityTooLarge'],
    'body-truncated': [400, 'IncompleteBody'],
    'length-required': [400, 'BadRequest'],
    timeout: [408, 'ReadRequestTimeout'],
    draining: [503, 'ServerOverloaded'],
    throttled: [429, 'RateLimitExceeded'],
  }
  for (const [code, answer] of Object.entries(expected)) {
    assert.deepEqual(told(new RequestFault(code as RequestFaultCode, 'the words')), answer, code)
  }
  shows('tencent-smh', 'faults of requests')
})

test('tencent-smh: errors of the core and unknown ones tell clients nothing of themselves', () => {
  for (const error of [
    new CoreError('storage-failed', 'secret detail'),
    new Error('secret detail'),
    'text',
  ]) {
    const { code, message } = asSmhError(error)
    assert.equal(code, 'InternalServerError')
    assert.doesNotMatch(message, /secret|text/)
  }
  assert.equal(asSmhError(new RequestFault('malformed-json', 'no JSON')).message, 'No JSON.')
  assert.equal(asSmhError(new SmhError('ParamInvalid', 'own words')).message, 'own words')
  shows('tencent-smh', 'message')
})
