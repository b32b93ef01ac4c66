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
import type { Exchange } from '../../http/types.ts'
import { GatewayError, illegalField, type PageStatus, renderFailure, VodError } from './errors.ts'
import { CODES, type VodCode } from './wire/messages.ts'

const REQUEST_ID = 'f'.repeat(32)
const exchange = (language?: string) =>
  ({ requestId: REQUEST_ID, request: { headers: { 'accept-language': language } } }) as unknown as Exchange

interface Answer {
  readonly error_code: string
  readonly error_msg: string
  readonly request_id?: string
}

function answered(error: unknown, page: PageStatus = 400, language?: string): readonly [number, Answer] {
  const { status, headers, body } = renderFailure(exchange(language), error, page)
  assert.deepEqual(headers, { 'content-type': 'application/json', 'x-request-id': REQUEST_ID })
  return [status, JSON.parse(String(body))]
}

const told = (error: unknown, page?: PageStatus): readonly [number, string] => {
  const [status, { error_code, error_msg }] = answered(error, page)
  assert.doesNotMatch(error_msg, /secret/)
  return [status, error_code]
}

test('every core error has its status and code', () => {
  const expected: Readonly<Record<CoreErrorCode, readonly [number, string]>> = {
    ...forTreeCodes([500, 'VOD.10051'] as const),
    ...forAccountCodes([500, 'VOD.10051'] as const),
    'invalid-argument': [400, 'VOD.10053'],
    'access-denied': [403, 'APIGW.0302'],
    'upload-not-found': [400, 'VOD.10062'],
    'upload-expired': [400, 'VOD.10126'],
    'upload-closed': [400, 'VOD.10126'],
    'upload-sealed': [400, 'VOD.10126'],
    'upload-changed': [400, 'VOD.10126'],
    'upload-empty': [400, 'VOD.10126'],
    'part-too-small': [400, 'VOD.10126'],
    'part-number-invalid': [400, 'VOD.10053'],
    'part-mismatch': [400, 'VOD.10126'],
    'body-too-large': [413, 'APIGW.0201'],
    'body-truncated': [400, 'APIGW.0201'],
    'digest-mismatch': [400, 'VOD.10081'],
    'object-not-found': [400, 'VOD.10062'],
    'name-conflict': [400, 'VOD.10083'],
    'object-held': [400, 'VOD.10083'],
    'object-changed': [400, 'VOD.10083'],
    'quota-exceeded': [400, 'VOD.10083'],
    'media-refused': [400, 'VOD.10063'],
    'storage-full': [503, 'APIGW.0201'],
    'storage-failed': [500, 'VOD.10051'],
    'metadata-failed': [500, 'VOD.10051'],
    unavailable: [503, 'APIGW.0201'],
  }
  for (const code of CORE_ERROR_CODES) {
    assert.deepEqual(told(new CoreError(code, 'secret detail')), expected[code], code)
  }
  shows('huawei-vod', 'every core error')
})

test('every fault of a request has its status and code', () => {
  const expected: Readonly<Record<RequestFaultCode, readonly [number, string]>> = {
    'not-found': [404, 'APIGW.0101'],
    'method-not-allowed': [404, 'APIGW.0101'],
    'malformed-request': [400, 'APIGW.0201'],
    'malformed-json': [400, 'VOD.10081'],
    'malformed-multipart': [403, 'VOD.10059'],
    'unsupported-media-type': [403, 'VOD.10059'],
    'too-complex': [400, 'VOD.10081'],
    'body-too-large': [413, 'APIGW.0201'],
    'body-truncated': [400, 'APIGW.0201'],
    'length-required': [400, 'APIGW.0201'],
    timeout: [504, 'APIGW.0201'],
    draining: [503, 'APIGW.0201'],
    throttled: [429, 'APIGW.0308'],
  }
  for (const [code, answer] of Object.entries(expected)) {
    assert.deepEqual(told(new RequestFault(code as RequestFaultCode, 'secret detail')), answer, code)
  }
  shows('huawei-vod', 'every fault of a request')
})

test('the status of most codes is that of the call’s own page', () => {
  for (const code of [10061, 10062, 10064, 10065, 10066, 10067, 10083, 10121, 10126, 10135, 10136] as const) {
    assert.deepEqual(told(new VodError(code), 400), [400, `VOD.${code}`])
    assert.deepEqual(told(new VodError(code), 403), [403, `VOD.${code}`])
  }
  assert.deepEqual(told(new VodError(10081), 403), [400, 'VOD.10081'])
  assert.deepEqual(told(new VodError(10057), 400), [403, 'VOD.10057'])
  assert.deepEqual(told(new VodError(10051), 403), [500, 'VOD.10051'])
  shows('huawei-vod', 'every code')
})

test('answers of VOD have a code and a message, those of the gateway the request id too', () => {
  const [, body] = answered(new VodError(10062))
  assert.deepEqual(body, {
    error_code: 'VOD.10062',
    error_msg: '媒资或资源不存在，请检查。',
  })
  const [status, gateway] = answered(
    new GatewayError(401, '0301', 'Incorrect IAM authentication information: x'),
  )
  assert.equal(status, 401)
  assert.deepEqual(gateway, {
    error_msg: 'Incorrect IAM authentication information: x',
    error_code: 'APIGW.0301',
    request_id: REQUEST_ID,
  })
  shows('huawei-vod', 'envelopes', "gateway's envelope")
})

test('an illegal field is named', () => {
  const [status, body] = answered(illegalField('title'))
  assert.equal(status, 400)
  const error_msg = '请求参数非法，非法字段：{title}。'
  assert.deepEqual(body, { error_code: 'VOD.10053', error_msg })
  shows('huawei-vod', 'VOD.10053')
})

test('a bug is VOD.10051 and tells nothing of itself', () => {
  const [status, body] = answered(new TypeError('secret detail'))
  assert.equal(status, 500)
  assert.deepEqual(body, { error_code: 'VOD.10051', error_msg: '系统内部错误' })
  shows('huawei-vod', 'VOD.10051')
})

test('every message is Chinese, as the vendor’s pages have them, and English for who asks for it', () => {
  const languages: readonly (readonly [string | undefined, 'zh' | 'en'])[] = [
    [undefined, 'zh'],
    ['', 'zh'],
    ['*', 'zh'],
    ['de', 'zh'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
    ['en', 'en'],
    ['EN-us', 'en'],
    ['de, en;q=0.5', 'en'],
    ['zh;q=0.1, en-GB;q=0.2', 'en'],
    ['en;q=0', 'zh'],
    ['english', 'zh'],
  ]
  for (const code of Object.keys(CODES).map(Number) as readonly VodCode[]) {
    const [, zh, en] = CODES[code]
    if (code !== 10003) assert.match(zh, /\p{Script=Han}/u)
    assert.doesNotMatch(en, /\p{Script=Han}/u)
    for (const [header, language] of languages) {
      const [, { error_msg }] = answered(new VodError(code), 400, header)
      assert.equal(error_msg, { zh, en }[language], `${code} for ${header}`)
    }
  }
  const [, { error_msg }] = answered(illegalField('title'), 400, 'en')
  assert.equal(error_msg, 'The request parameter is illegal, illegal field: {title}.')
  shows('huawei-vod', 'Accept-Language')
})

test('the gateway speaks English alone, as its page does', () => {
  for (const language of ['zh', 'en']) {
    const [, { error_msg }] = answered(new GatewayError(401, '0301', 'words'), 400, language)
    assert.equal(error_msg, 'words')
  }
})
