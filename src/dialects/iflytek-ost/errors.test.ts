import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  CoreError,
  type CoreErrorCode,
  type ErrorDetail,
  forAccountCodes,
  forTreeCodes,
} from '../../core/errors.ts'
import { RequestFault, type RequestFaultCode } from '../../http/faults.ts'
import { GatewayError, OstError, renderFailure } from './errors.ts'

const render = (error: unknown, errorStatus = 200) => {
  const { status, headers, body } = renderFailure(error, { sid: 'ost1', errorStatus })
  return { status, type: headers?.['content-type'], body: JSON.parse(String(body)) }
}

const GATEWAY_TYPE = 'text/plain; charset=utf-8'

const CORE_CODES: Readonly<Record<CoreErrorCode, number>> = {
  ...forTreeCodes(10003),
  ...forAccountCodes(10003),
  'invalid-argument': 10001,
  'access-denied': 403,
  'upload-not-found': 10005,
  'upload-expired': 10005,
  'upload-closed': 10005,
  'upload-sealed': 10005,
  'upload-changed': 10005,
  'upload-empty': 10005,
  'part-too-small': 10001,
  'part-number-invalid': 10001,
  'part-mismatch': 10001,
  'body-too-large': 10001,
  'body-truncated': 10001,
  'digest-mismatch': 10001,
  'object-not-found': 10005,
  'name-conflict': 10003,
  'object-held': 10003,
  'object-changed': 10003,
  'quota-exceeded': 10002,
  'media-refused': 10001,
  'storage-full': 10006,
  'storage-failed': 10002,
  'metadata-failed': 10003,
  unavailable: 503,
}

test('every code of the core is answered with its code of the error table', () => {
  for (const [code, expected] of Object.entries(CORE_CODES)) {
    const { status, body } = render(new CoreError(code as CoreErrorCode, 'for the log'))
    assert.equal(body.code ?? status, expected, code)
    assert.ok(!body.message.includes('for the log'))
  }
})

test('a failing blob store is 10002', () => assert.equal(codeOf('storage-failed'), 10002))
test('a failing metadata store is 10003', () => assert.equal(codeOf('metadata-failed'), 10003))
test('a full disk is 10006', () => assert.equal(codeOf('storage-full'), 10006))
test('a store out of reach is 503', () => {
  assert.equal(render(new CoreError('unavailable', 'for the log')).status, 503)
})

const codeOf = (code: CoreErrorCode): number => render(new CoreError(code, 'for the log')).body.code

const FAULTS: Readonly<Record<RequestFaultCode, number>> = {
  'not-found': 404,
  'method-not-allowed': 405,
  'malformed-request': 10001,
  'malformed-json': 10001,
  'malformed-multipart': 10001,
  'unsupported-media-type': 10001,
  'too-complex': 10001,
  'body-too-large': 10001,
  'body-truncated': 10001,
  'length-required': 10001,
  timeout: 408,
  draining: 503,
  throttled: 429,
}

test('every fault of a request is answered with its code or status', () => {
  for (const [code, expected] of Object.entries(FAULTS)) {
    const { status, body } = render(new RequestFault(code as RequestFaultCode, 'for the log'))
    assert.equal(body.code ?? status, expected, code)
    assert.ok(!body.message.includes('for the log'))
  }
})

test('a business failure is the envelope with HTTP 200, without data', () => {
  const reply = renderFailure(new OstError(10001, 'sliceId must not be empty'), {
    sid: 'ost1',
    errorStatus: 200,
  })
  assert.equal(reply.status, 200)
  assert.equal(reply.body, '{"code":10001,"sid":"ost1","message":"sliceId must not be empty"}')
})

test('the HTTP status of business failures is an option', () => {
  assert.equal(render(new OstError(10001, 'm'), 500).status, 500)
})

test('a gateway failure is its own status and a message alone, as text/plain', () => {
  assert.deepEqual(render(new GatewayError(401, 'Unauthorized'), 500), {
    status: 401,
    type: GATEWAY_TYPE,
    body: { message: 'Unauthorized' },
  })
})

const detailed = (code: CoreErrorCode, detail: ErrorDetail): string =>
  render(new CoreError(code, 'for the log', detail)).body.message

test('a message names the slice that is too small, the range of slice ids and the size limit', () => {
  assert.equal(
    detailed('part-too-small', { number: 2, size: 7, sizeMin: 5_242_880 }),
    'data of sliceId 2 has 7 bytes, every slice but the last must have at least 5242880',
  )
  assert.equal(
    detailed('part-number-invalid', { partNumberMin: 1, partNumberMax: 10_000 }),
    'sliceId must be an integer from 1 to 10000',
  )
  assert.equal(detailed('body-too-large', { sizeMax: 10 }), 'data must not be larger than 10 bytes')
})

test('a bug is answered with 500 and tells nothing', () => {
  assert.deepEqual(render(new Error('secret inner text')), {
    status: 500,
    type: GATEWAY_TYPE,
    body: { message: 'An unexpected error occurred' },
  })
})
