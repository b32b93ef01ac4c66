import assert from 'node:assert/strict'
import type { IncomingHttpHeaders } from 'node:http'
import { describe, test } from 'node:test'
import { asAccountId } from '../../core/ids.ts'
import { ALL_RIGHTS } from '../../core/model/accounts.ts'
import { parsePairs } from '../../http/body.ts'
import { parseCompactUtc, sha256Hex } from '../../http/canonical.ts'
import type { SignedRequest } from '../../http/signed-request.ts'
import { PlaneError, type PlaneErrorCode } from '../errors.ts'
import type { FindPlaneKey } from '../types.ts'
import { presign } from './presign.ts'
import { canonicalRequest, sign, UNSIGNED_PAYLOAD } from './signing.ts'
import vectors from './vectors.json' with { type: 'json' }
import { verify } from './verify.ts'

const [KEYS, GO_KEYS] = vectors.keys as [(typeof vectors.keys)[0], (typeof vectors.keys)[0]]
const CLOCK = timeOf('20260102T030405Z')
const ACCOUNT = asAccountId('2100056056')

const findKey: FindPlaneKey = (accessKey) => {
  const keys = vectors.keys.find((pair) => pair.accessKey === accessKey)
  return keys === undefined ? null : { account: ACCOUNT, secretKey: keys.secretKey, rights: ALL_RIGHTS }
}

function timeOf(text: string): number {
  const time = parseCompactUtc(text)
  assert.ok(time !== null)
  return time
}

function received(method: string, url: string, headers: Record<string, string> = {}): SignedRequest {
  const [, host = '', rawPath = '', rawQuery = ''] = /^https?:\/\/([^/]*)([^?]*)\??(.*)$/.exec(url) ?? []
  return { method, rawPath, host, query: parsePairs(rawQuery), headers: { host, ...headers } }
}

const check = (request: SignedRequest, now = CLOCK, hosts: readonly string[] = []) =>
  verify({ ...request, bucket: null }, { findKey, hosts, now })

function refused(request: SignedRequest, code?: PlaneErrorCode, now = CLOCK): void {
  assert.throws(
    () => check(request, now),
    (error) => error instanceof PlaneError && (code === undefined || error.code === code),
    `not refused${code === undefined ? '' : ` with ${code}`}`,
  )
}

const UPLOAD = { method: 'PUT', baseUrl: 'http://127.0.0.1:18081', path: '/2100056056/a.wav' } as const
const presigned = (change: Partial<Parameters<typeof presign>[0]> = {}): string =>
  presign({ ...UPLOAD, keys: KEYS, region: 'cn-beijing', expiresS: 600, now: CLOCK, ...change })

/** A header-signed PUT as the vendor's Go SDK makes it, with whatever is changed. */
function headerSigned(
  headers: Record<string, string>,
  { payload = UNSIGNED_PAYLOAD, separator = ', ', timestamp = '20260102T030405Z' } = {},
): SignedRequest {
  const signed = Object.entries({ host: '127.0.0.1:1', ...headers }).sort(([a], [b]) => (a < b ? -1 : 1))
  const scope = { date: timestamp.slice(0, 8), region: 'cn-beijing' }
  const text = { method: 'PUT', path: '/b/a.wav', query: [], headers: signed, payload }
  const fields = [
    `Credential=${KEYS.accessKey}/${scope.date}/cn-beijing/tos/request`,
    `SignedHeaders=${signed.map(([name]) => name).join(';')}`,
    `Signature=${sign(KEYS.secretKey, timestamp, scope, text)}`,
  ]
  const authorization = `TOS4-HMAC-SHA256 ${fields.join(separator)}`
  return received('PUT', 'http://127.0.0.1:1/b/a.wav', { ...headers, authorization })
}

describe('TOS4 signature vectors', () => {
  for (const { name, clock, method, url, headers } of vectors.vectors) {
    const now = timeOf(clock)
    const request = () => received(method, url, headers as unknown as Record<string, string>)

    test(`${name} is accepted`, () => {
      assert.deepEqual(check(request(), now), { account: ACCOUNT, rights: ALL_RIGHTS, bodySha256: null })
    })

    test(`${name} is refused for every other method, path and host`, () => {
      for (const other of ['GET', 'HEAD', 'PUT', 'POST', 'DELETE'].filter((text) => text !== method)) {
        refused({ ...request(), method: other }, 'signature-mismatch', now)
      }
      refused({ ...request(), rawPath: `${request().rawPath}x` }, 'signature-mismatch', now)
      refused({ ...request(), rawPath: `/${request().rawPath}` }, 'signature-mismatch', now)
      refused({ ...request(), host: '127.0.0.1:18082' }, 'signature-mismatch', now)
    })

    test(`${name} is refused with any parameter changed, doubled, left out or added`, () => {
      const original = request()
      for (const [index, [parameter, value]] of original.query.entries()) {
        const flipped = value.endsWith('0') ? `${value.slice(0, -1)}1` : `${value.slice(0, -1)}0`
        refused({ ...original, query: original.query.with(index, [parameter, flipped]) }, undefined, now)
        refused({ ...original, query: original.query.toSpliced(index, 1) }, undefined, now)
        refused({ ...original, query: [...original.query, [parameter, value]] }, undefined, now)
        refused({ ...original, query: [...original.query, [parameter.toUpperCase(), value]] }, undefined, now)
      }
      refused({ ...original, query: [...original.query, ['versionId', '1']] }, 'signature-mismatch', now)
    })

    test(`${name} is refused with any signed header changed or left out`, () => {
      const original = request()
      for (const [header, value] of Object.entries(original.headers)) {
        if (header === 'host' || typeof value !== 'string') continue
        const flipped = value.endsWith('0') ? `${value.slice(0, -1)}1` : `${value.slice(0, -1)}0`
        refused({ ...original, headers: { ...original.headers, [header]: flipped } }, undefined, now)
        const { [header]: _, ...rest } = original.headers as IncomingHttpHeaders
        refused({ ...original, headers: rest }, undefined, now)
      }
    })
  }

  test('the canonical request of T1 has the digest on record', () => {
    const [T1] = vectors.vectors
    assert.ok(T1 !== undefined)
    const { rawPath: path, query, host } = received(T1.method, T1.url)
    const text = canonicalRequest({
      method: T1.method,
      path,
      query: query.filter(([name]) => name !== 'X-Tos-Signature'),
      headers: [['host', host]],
      payload: UNSIGNED_PAYLOAD,
    })
    assert.equal(sha256Hex(text), T1.canonicalSha256)
  })
})

describe('presign', () => {
  test('gives the URL of T3 in the shape of the VMS samples', () => {
    const url = presigned({ path: '/2100056056/nihaolihuanying.wav' })
    assert.equal(
      url,
      'http://127.0.0.1:18081/2100056056/nihaolihuanying.wav?X-Tos-Algorithm=TOS4-HMAC-SHA256' +
        '&X-Tos-Credential=AKLTEXAMPLEFAKEKEY0001/20260102/cn-beijing/tos/request&X-Tos-Expires=600' +
        '&X-Tos-Date=20260102T030405Z' +
        '&X-Tos-Signature=a98b2196afb95e09756876f4387191e550a272b49ac2fb95d1a9f0df652393d5' +
        '&X-Tos-SignedHeaders=host',
    )
    assert.equal(check(received('PUT', url)).account, ACCOUNT)
  })

  test('leaves a default port and a proxy path prefix out of what is signed', () => {
    const url = presigned({ baseUrl: 'https://media.example.com:443/store' })
    const request = received('PUT', url.replace('/store', '').replace(':443', ''))
    assert.equal(check(request).account, ACCOUNT)
  })

  test('encodes names that need it', () => {
    const url = presigned({ path: "/1/a b+(1)'中.wav" })
    assert.match(url, /\/1\/a%20b%2B%281%29%27%E4%B8%AD\.wav\?/)
    assert.equal(check(received('PUT', url)).account, ACCOUNT)
  })
})

describe('a presigned TOS URL', () => {
  const request = () => received('PUT', presigned())

  test('holds until its last second and not a millisecond longer', () => {
    assert.equal(check(request(), CLOCK + 600_000).account, ACCOUNT)
    refused(request(), 'url-expired', CLOCK + 600_001)
  })

  test('may come from a clock that is ahead by the skew at most', () => {
    assert.equal(check(request(), CLOCK - 15 * 60_000).account, ACCOUNT)
    refused(request(), 'clock-skew', CLOCK - 15 * 60_000 - 1)
  })

  test('lives 1 to 2592000 seconds', () => {
    assert.equal(check(received('PUT', presigned({ expiresS: 2_592_000 }))).account, ACCOUNT)
    assert.equal(check(received('PUT', presigned({ expiresS: 1 }))).account, ACCOUNT)
    refused(received('PUT', presigned({ expiresS: 2_592_001 })), 'expires-too-long')
    for (const expiresS of [0, -1, 1.5, Number.NaN, 1e30]) {
      refused(received('PUT', presigned({ expiresS })), 'expires-invalid')
    }
  })

  test('is refused by the part that is wrong', () => {
    const cases: readonly (readonly [string | RegExp, string, PlaneErrorCode])[] = [
      ['TOS4-HMAC-SHA256', 'AWS4-HMAC-SHA256', 'algorithm-unsupported'],
      ['X-Tos-Algorithm=TOS4-HMAC-SHA256&', '', 'signature-malformed'],
      [KEYS.accessKey, 'AKLTUNKNOWN', 'access-key-unknown'],
      ['/tos/request', '/s3/request', 'signature-malformed'],
      ['/tos/request', '/tos/aws4_request', 'signature-malformed'],
      ['/tos/request', '/tos/request/more', 'signature-malformed'],
      ['/20260102/', '/20260103/', 'signature-malformed'],
      ['20260102T030405Z', '20260102T036005Z', 'signature-malformed'],
      [/X-Tos-Date=[^&]*&/, '', 'signature-malformed'],
      ['SignedHeaders=host', 'SignedHeaders=', 'signature-malformed'],
      ['SignedHeaders=host', 'SignedHeaders=content-type', 'signature-malformed'],
      ['SignedHeaders=host', 'SignedHeaders=host;host', 'signature-malformed'],
      ['SignedHeaders=host', 'SignedHeaders=content-type;host', 'signature-mismatch'],
      [/Signature=[^&]*/, 'Signature=', 'signature-malformed'],
      [/Signature=[^&]*/, 'Signature=00', 'signature-mismatch'],
      ['/cn-beijing/', '/cn-shanghai/', 'signature-mismatch'],
      [/\?.*/, '', 'access-denied'],
    ]
    for (const [from, to, code] of cases) refused(received('PUT', presigned().replace(from, to)), code)
  })

  test('may name X-Tos-Signature in any letter case', () => {
    const url = presigned().replace('X-Tos-Signature', 'x-tos-SIGNATURE')
    assert.equal(check(received('PUT', url)).account, ACCOUNT)
  })

  test('cannot be given headers of the vendor that it does not sign', () => {
    const headers = { 'x-tos-acl': 'public-read' }
    refused(received('PUT', presigned(), headers), 'access-denied')
    assert.equal(check(received('PUT', presigned(), { 'content-type': 'audio/wav' })).account, ACCOUNT)
  })

  test('is not accepted together with an Authorization header', () => {
    refused(received('PUT', presigned(), { authorization: 'Basic eA==' }), 'signature-malformed')
  })

  test('may name the public host behind a proxy', () => {
    const url = presigned({ baseUrl: 'https://media.example.com' })
    const behindProxy = { ...received('PUT', url), host: '10.0.0.7:8440' }
    assert.equal(check(behindProxy, CLOCK, ['media.example.com']).account, ACCOUNT)
    refused(behindProxy, 'signature-mismatch')
  })

  test('may leave out the port that its scheme has anyway', () => {
    const url = presigned({ baseUrl: 'http://media.example.com' })
    const request = { ...received('PUT', url), host: 'media.example.com:80' }
    assert.equal(check(request).account, ACCOUNT)
  })

  test('signs no more than its own account key: another key gives a mismatch', () => {
    refused(
      received('PUT', presigned({ keys: { ...KEYS, secretKey: GO_KEYS.secretKey } })),
      'signature-mismatch',
    )
  })
})

describe('a TOS request signed in its headers', () => {
  const date = { 'x-tos-date': '20260102T030405Z' }

  test('is accepted within 15 minutes to both sides', () => {
    const request = () => headerSigned({ ...date, 'x-tos-content-sha256': UNSIGNED_PAYLOAD })
    for (const offMs of [-900_000, 0, 900_000]) assert.equal(check(request(), CLOCK + offMs).account, ACCOUNT)
    for (const offMs of [-900_001, 900_001]) refused(request(), 'clock-skew', CLOCK + offMs)
  })

  test('stands for the empty body when it names no payload, as the Go SDK signs', () => {
    const request = headerSigned(date, { payload: sha256Hex(''), separator: ',' })
    assert.deepEqual(check(request), { account: ACCOUNT, rights: ALL_RIGHTS, bodySha256: null })
    refused(headerSigned(date, { payload: UNSIGNED_PAYLOAD }), 'signature-mismatch')
  })

  test('hands on the digest of the body that it signs', () => {
    const bodySha256 = sha256Hex('RIFF')
    const request = headerSigned({ ...date, 'x-tos-content-sha256': bodySha256 }, { payload: bodySha256 })
    assert.deepEqual(check(request), { account: ACCOUNT, rights: ALL_RIGHTS, bodySha256 })
  })

  test('is refused when its body is framed in a way of its own', () => {
    const payload = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER'
    refused(headerSigned({ ...date, 'x-tos-content-sha256': payload }, { payload }), 'not-implemented')
  })

  test('may carry its time in Date', () => {
    const request = headerSigned({ date: date['x-tos-date'] }, { payload: sha256Hex('') })
    assert.equal(check(request).account, ACCOUNT)
  })

  test('signs header values as UTF-8 with single blanks', () => {
    const signed = headerSigned({ ...date, 'x-tos-meta-name': '中 文' }, { payload: sha256Hex('') })
    const wire = Buffer.from('中  文').toString('latin1')
    const request = { ...signed, headers: { ...signed.headers, 'x-tos-meta-name': wire } }
    assert.equal(check(request).account, ACCOUNT)
  })

  test('is refused when the Authorization header has not its form', () => {
    const { headers, ...rest } = headerSigned(date, { payload: sha256Hex('') })
    const authorization = headers.authorization ?? ''
    const cases: readonly (readonly [string, PlaneErrorCode])[] = [
      ['', 'algorithm-unsupported'],
      ['Bearer token', 'algorithm-unsupported'],
      ['TOS4-HMAC-SHA256', 'signature-malformed'],
      [authorization.replace('Signature=', 'Sig='), 'signature-malformed'],
      [`${authorization}, Signature=00`, 'signature-malformed'],
      [`${authorization}, More=1`, 'signature-malformed'],
      [authorization.replace('Credential=', 'Credential='.concat('/')), 'signature-malformed'],
    ]
    for (const [text, code] of cases) refused({ ...rest, headers: { ...headers, authorization: text } }, code)
    refused({ ...rest, headers: { host: rest.host, authorization } }, 'signature-malformed')
  })
})
