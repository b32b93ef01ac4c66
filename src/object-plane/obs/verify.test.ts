import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { shows } from '../../../test/support/shows.ts'
import {
  ACCOUNT,
  CLOCK,
  check,
  hmac,
  ID,
  KEYS,
  NAMED,
  received,
  refused,
  url,
} from '../../../test/support/signed-obs.ts'
import type { PlaneErrorCode } from '../errors.ts'
import type { ObsOperation } from './presign.ts'
import published from './vectors.json' with { type: 'json' }

describe('a URL with an OBS signature', () => {
  test('is over from its very second on', () => {
    const request = received('PUT', url({ type: 'put' }))
    assert.equal(check(request, published.expires * 1000 - 1).account, ACCOUNT)
    refused(request, 'url-expired', published.expires * 1000)
    refused(received('PUT', url({ type: 'put' }).replace('=17', '=16')), 'url-expired')
    shows('huawei-vod', 'OBS Expires')
  })

  test('may be OBS’s own form, whose headers and parameters count instead', () => {
    const text = `GET\n\n\n1714561872\nx-obs-meta-a:b\n/b-1/o?response-content-type=a/b&x-obs-security-token=t/+`
    const target = (key: string) =>
      `http://h/b-1/o?${key}=${KEYS.accessKey}&Expires=1714561872&Signature=${encodeURIComponent(hmac(text))}` +
      '&x-obs-security-token=t%2F%2B&response-content-type=a%2Fb'
    const headers = { 'x-obs-meta-a': 'b', 'x-amz-meta-c': 'not signed' }
    assert.equal(check(received('GET', target('AccessKeyId'), headers)).account, ACCOUNT)
    refused(received('GET', target('AWSAccessKeyId'), headers), 'signature-mismatch')
  })

  test('is refused when it has not its form', () => {
    const good = url({ type: 'put' })
    const cases: readonly (readonly [string | RegExp, string, PlaneErrorCode])[] = [
      [/\?.*/, '', 'access-denied'],
      [/Signature=.*/, '', 'signature-malformed'],
      [/Signature=.*/, 'Signature=', 'signature-malformed'],
      [/Signature=.*/, 'Signature=AAAA', 'signature-mismatch'],
      [/&Expires=\d+/, '', 'signature-malformed'],
      ['Expires=1', 'Expires=x1', 'signature-malformed'],
      ['Expires=1', 'Expires=-1', 'signature-malformed'],
      [`AWSAccessKeyId=${KEYS.accessKey}&`, '', 'signature-malformed'],
      [KEYS.accessKey, '', 'signature-malformed'],
      [KEYS.accessKey, 'UNKNOWN', 'access-key-unknown'],
      ['?', '?AccessKeyId=x&', 'signature-malformed'],
      ['?', '?Signature=x&', 'signature-malformed'],
      ['?', '?X-Amz-Algorithm=AWS4-HMAC-SHA256&', 'signature-malformed'],
    ]
    for (const [from, to, code] of cases) refused(received('PUT', good.replace(from, to)), code)
    refused(received('PUT', good, { authorization: 'OBS a:b' }), 'signature-malformed')
  })

  test('cannot be widened by a parameter in other letters', () => {
    const put = url({ type: 'put' })
    refused(received('PUT', `${put}&uploadid=${ID}&partnumber=1`), 'signature-mismatch')
    refused(received('PUT', `${put}&UPLOADS`), 'signature-mismatch')
    const part = url({ type: 'part', uploadId: ID, partNumber: 1 })
    refused(received('PUT', `${part}&UploadId=${ID}`), 'argument-invalid')
    shows('huawei-vod', 'OBS parameters')
  })

  test('takes parameters of lists that are not signed', () => {
    const list = `${url({ type: 'list-parts', uploadId: ID })}&max-parts=2&part-number-marker=1&encoding-type=url`
    assert.equal(check(received('GET', list)).account, ACCOUNT)
  })
})

describe('the Content-Type of an OBS request', () => {
  const BYTES = 'application/octet-stream'
  const XML = 'application/xml'
  const part: ObsOperation = { type: 'part', uploadId: ID, partNumber: 1 }
  const complete: ObsOperation = { type: 'complete', uploadId: ID }
  const typed = (type: string): Record<string, string> => (type === '' ? {} : { 'content-type': type })
  const sent = (method: string, operation: ObsOperation, named: string, type: string) =>
    received(method, url(operation, named === '' ? {} : { contentType: named }), typed(type))

  test('has to be the one that was signed', () => {
    assert.equal(check(sent('PUT', { type: 'put' }, 'video/mp4', 'video/mp4')).account, ACCOUNT)
    for (const type of ['', 'video/quicktime', BYTES, 'video/mp4; charset=x'])
      refused(sent('PUT', { type: 'put' }, 'video/mp4', type), 'signature-mismatch')
    for (const type of ['video/mp4', BYTES])
      refused(sent('PUT', { type: 'put' }, '', type), 'signature-mismatch')
    refused(sent('POST', { type: 'initiate' }, 'video/mp4', XML), 'signature-mismatch')
    shows('huawei-vod', 'OBS Content-Type')
  })

  test('is right for a part when it is that of bytes, whatever was named', () => {
    for (const named of ['', BYTES, ...NAMED]) {
      assert.equal(check(sent('PUT', part, named, BYTES)).account, ACCOUNT)
      assert.equal(check(sent('PUT', part, named, named)).account, ACCOUNT)
      for (const other of ['text/plain', XML]) refused(sent('PUT', part, named, other), 'signature-mismatch')
    }
    refused(sent('PUT', part, 'video/mp4', ''), 'signature-mismatch')
    shows('huawei-vod', 'OBS Content-Type of a part')
  })

  test('is right for a complete when it is that of XML, whatever was named', () => {
    for (const named of ['', XML, ...NAMED]) {
      assert.equal(check(sent('POST', complete, named, XML)).account, ACCOUNT)
      for (const other of ['text/plain', BYTES])
        refused(sent('POST', complete, named, other), 'signature-mismatch')
    }
    shows('huawei-vod', 'OBS Content-Type of a complete')
  })

  test('is not right for other requests for that', () => {
    refused(sent('DELETE', { type: 'abort', uploadId: ID }, '', XML), 'signature-mismatch')
    refused(sent('GET', { type: 'list-parts', uploadId: ID }, '', BYTES), 'signature-mismatch')
  })
})

interface HeaderSigned {
  readonly scheme?: 'OBS' | 'AWS'
  readonly method?: string
  readonly target?: string
  readonly headers?: Record<string, string>
  /** What is signed after the verb. */
  readonly text: string
}

/** A request with the signature of `text` in its Authorization header. */
function headerSigned({ scheme = 'OBS', method = 'PUT', target, headers = {}, text }: HeaderSigned) {
  const authorization = `${scheme} ${KEYS.accessKey}:${hmac(`${method}\n${text}`)}`
  return received(method, `http://h${target ?? '/b-1/o/x.mp4'}`, { ...headers, authorization })
}

describe('an OBS request signed in its headers', () => {
  const DATE = 'Wed, 01 May 2024 10:11:12 GMT'
  const plain = {
    headers: { date: DATE, 'content-type': 'video/mp4' },
    text: `\nvideo/mp4\n${DATE}\n/b-1/o/x.mp4`,
  }

  test('is accepted in both forms, within 15 minutes to both sides', () => {
    for (const scheme of ['OBS', 'AWS'] as const) {
      const request = headerSigned({ ...plain, scheme })
      for (const offMs of [-900_000, 0, 900_000]) assert.equal(check(request, CLOCK + offMs).account, ACCOUNT)
      for (const offMs of [-900_001, 900_001]) refused(request, 'clock-skew', CLOCK + offMs)
    }
    shows('huawei-vod', 'OBS date header')
  })

  test('may carry its date in a header of the scheme, which is signed as such', () => {
    const text = (prefix: string) => `\n\n\nx-${prefix}-date:${DATE}\n/b-1/o/x.mp4`
    const later = 'Thu, 02 May 2024 10:11:12 GMT'
    const obs = headerSigned({ headers: { 'x-obs-date': DATE, date: later }, text: text('obs') })
    assert.equal(check(obs).account, ACCOUNT)
    refused(obs, 'clock-skew', CLOCK + 24 * 3600_000)
    const aws = headerSigned({ scheme: 'AWS', headers: { 'x-amz-date': DATE }, text: text('amz') })
    assert.equal(check(aws).account, ACCOUNT)
  })

  test('signs sub-resources by name, decoded, valueless ones bare, and its own headers', () => {
    const text = `\n\n${DATE}\nx-amz-a:ü\nx-amz-b:2\n/b-1/o?partNumber=1&uploadId=a/b&uploads`
    const headers = {
      date: DATE,
      'x-amz-b': '2',
      'x-amz-a': Buffer.from('ü').toString('latin1'),
      'x-obs-c': '3',
    }
    const target = '/b-1/o?uploads=&uploadId=a%2Fb&max-parts=9&partNumber=1'
    assert.equal(check(headerSigned({ scheme: 'AWS', headers, target, text })).account, ACCOUNT)
  })

  test('is for no key that has its sub-resources in the name', () => {
    const headers = { date: DATE }
    const text = `\n\n${DATE}\n/b-1/k?partNumber=1&uploadId=U`
    const signed = headerSigned({ headers, text, target: '/b-1/k?partNumber=1&uploadId=U' })
    assert.equal(check(signed).account, ACCOUNT)
    for (const rawPath of ['/b-1/k%3FpartNumber=1&uploadId=U', '/b-1/k%3FpartNumber%3D1%26uploadId%3DU'])
      refused({ ...signed, rawPath, query: [] }, 'signature-mismatch')
    const asked = headerSigned({ headers, text: `\n\n${DATE}\n/b-1/k%3Fa`, target: '/b-1/k%3Fa' })
    assert.equal(check(asked).account, ACCOUNT)
  })

  test('is refused with anything else', () => {
    const request = headerSigned(plain)
    refused({ ...request, headers: { ...request.headers, 'content-md5': 'x' } }, 'signature-mismatch')
    refused({ ...request, headers: { ...request.headers, 'x-obs-acl': 'x' } }, 'signature-mismatch')
    const { date: _, ...undated } = request.headers
    refused({ ...request, headers: undated }, 'access-denied')
    const cases: readonly (readonly [string, PlaneErrorCode])[] = [
      ['', 'algorithm-unsupported'],
      ['Bearer x', 'algorithm-unsupported'],
      ['AWS4-HMAC-SHA256 Credential=a', 'signature-malformed'],
      ['OBS', 'algorithm-unsupported'],
      ['OBS abc', 'signature-malformed'],
      ['OBS :abc', 'signature-malformed'],
      ['OBS a:b:c', 'signature-malformed'],
      ['OBS UNKNOWN:abc=', 'access-key-unknown'],
      [`OBS ${KEYS.accessKey}:abc=`, 'signature-mismatch'],
    ]
    for (const [authorization, code] of cases)
      refused({ ...request, headers: { ...request.headers, authorization } }, code)
  })
})
