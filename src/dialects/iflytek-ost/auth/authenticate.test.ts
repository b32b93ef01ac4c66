import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  apiKey,
  appId,
  appOf,
  authorize,
  BAD_DATE,
  HEADERS,
  NOT_VERIFIED,
  ORIGIN,
  RECEIVED_AT,
  refused,
  type Sent,
  SIGNATURE,
  sign,
  VENDOR_HOST,
  withAuthorization,
} from '../../../../test/dialects/iflytek-ost/signed.ts'
import { shows } from '../../../../test/support/shows.ts'
import vectors from '../../../../test/vectors/iflytek-ost.json' with { type: 'json' }
import { publicHostsOf } from './authenticate.ts'

const vector = (
  { host, date, path, digest }: (typeof vectors.signatures)[number],
  signature: string,
): Sent => ({
  path,
  host,
  headers: { date, digest, authorization: authorize(signature) },
})

test('every worked signature is accepted: each digest form, date form, host form and path', () => {
  for (const row of vectors.signatures) assert.equal(appOf(vector(row, row.signature)), appId, row.title)
  shows('iflytek-ost', 'worked signatures')
})

test('a worked signature with one digit changed is refused', () => {
  for (const row of vectors.signatures) {
    const wrong = row.signature.startsWith('A') ? `B${row.signature.slice(1)}` : `A${row.signature.slice(1)}`
    refused(vector(row, wrong), 401, 'HMAC signature does not match')
  }
})

test('the worked Authorization header is read', () => {
  const digest = vectors.signatures[0]?.digest ?? ''
  assert.equal(appOf({ headers: { digest, authorization: vectors.authorization } }), appId)
})

const accepts = (authorization: string) => () => assert.equal(appOf(withAuthorization(authorization)), appId)

test('Authorization is read without a blank after any comma', () => {
  accepts(authorize(SIGNATURE).replaceAll(', ', ','))()
  shows('iflytek-ost', 'Authorization without blanks after commas')
})

test('Authorization is read without a blank after the first comma', () => {
  accepts(authorize(SIGNATURE).replace(', ', ','))()
  shows('iflytek-ost', 'Authorization without a blank after the first comma')
})

test('Authorization is read with the prefix hmac', () => {
  accepts(`hmac ${authorize(SIGNATURE)}`)()
  shows('iflytek-ost', 'Authorization with the prefix hmac')
})

test('Authorization is read with the prefix Hmac', accepts(`Hmac ${authorize(SIGNATURE)}`))
test('Authorization is read with username in place of api_key', () => {
  const authorization = authorize(SIGNATURE).replace('api_key', 'username')
  accepts(authorization)()
  accepts(`hmac ${authorization}`)()
  shows('iflytek-ost', 'Authorization with username=')
})

test("the signed text follows the client's own list and order of headers", () => {
  const signature = sign(ORIGIN.digest, 'x-more: a  b', ORIGIN.line, ORIGIN.date, ORIGIN.host)
  const authorization = authorize(signature, 'digest x-more request-line date host')
  assert.equal(appOf({ headers: { authorization, 'x-more': 'a  b' } }), appId)
  refused({ headers: { authorization, 'x-more': 'a b' } }, 401, 'HMAC signature does not match')
  shows('iflytek-ost', 'headers="…"')
})

test('bytes beyond ASCII in a signed header count as they came', () => {
  const authorization = authorize(
    sign(ORIGIN.host, ORIGIN.date, ORIGIN.line, ORIGIN.digest, 'x-name: 语音'),
    `${HEADERS} x-name`,
  )
  const asNodeReadsIt = Buffer.from('语音').toString('latin1')
  assert.equal(appOf({ headers: { authorization, 'x-name': asNodeReadsIt } }), appId)
})

const signedHost = (host: string): string =>
  authorize(sign(`host: ${host}`, ORIGIN.date, ORIGIN.line, ORIGIN.digest))

test('the signed host may be the wire Host', () => {
  assert.equal(appOf(withAuthorization(signedHost('127.0.0.1:8440'), { host: '127.0.0.1:8440' })), appId)
  shows('iflytek-ost', 'host, as on the wire')
})

test('the signed host may be the wire Host without its port', () => {
  assert.equal(appOf(withAuthorization(signedHost('127.0.0.1'), { host: '127.0.0.1:8440' })), appId)
  assert.equal(appOf(withAuthorization(signedHost('[::1]'), { host: '[::1]:8440' })), appId)
  shows('iflytek-ost', 'host without port')
})

test("the signed host may be the vendor's, wherever the request went", () => {
  assert.equal(appOf(withAuthorization(signedHost(VENDOR_HOST), { host: '127.0.0.1:8440' })), appId)
  shows('iflytek-ost', 'host upload-ost-api.xfyun.cn')
})

test('the signed host may be that of the public url, with port or without', () => {
  const hosts = publicHostsOf('https://media.example.com:9443')
  for (const host of ['media.example.com:9443', 'media.example.com']) {
    assert.equal(appOf(withAuthorization(signedHost(host), { host: '10.0.0.7:8440' }), hosts), appId)
  }
  shows('iflytek-ost', 'host of the public url')
})

test('another signed host is refused', () => {
  const sent = withAuthorization(signedHost('elsewhere.example.com'), { host: '127.0.0.1:8440' })
  refused(sent, 401, 'HMAC signature does not match')
})

test('the query is part of the signed request line', () => {
  const line = 'POST /file/mpupload/init?a=1 HTTP/1.1'
  const authorization = authorize(sign(ORIGIN.host, ORIGIN.date, line, ORIGIN.digest))
  assert.equal(appOf(withAuthorization(authorization, { query: 'a=1' })), appId)
  refused(withAuthorization(authorization), 401, 'HMAC signature does not match')
})

test('a signature for one path does not open another', () => {
  refused(
    withAuthorization(authorize(SIGNATURE), { path: '/file/mpupload/cancel' }),
    401,
    'HMAC signature does not match',
  )
})

test('no Authorization: Unauthorized', () => refused({}, 401, 'Unauthorized'))

const MALFORMED = [
  'Bearer abc',
  'hmac',
  authorize(SIGNATURE).replace('signature=', 'sig='),
  authorize(SIGNATURE).replace(`"${apiKey}"`, '""'),
  authorize(SIGNATURE).replace(/, signature.*/, ''),
  `${authorize(SIGNATURE)} and more`,
  authorize(SIGNATURE).replace('hmac-sha256', 'hmac-sha1'),
  authorize(SIGNATURE, `${HEADERS} Host`),
]

test('an Authorization that cannot be parsed, lacks a field or has another algorithm is refused', () => {
  for (const authorization of MALFORMED) refused(withAuthorization(authorization), 401, NOT_VERIFIED)
})

test('a signature that leaves out host, date, request-line or digest is refused', () => {
  for (const name of HEADERS.split(' ')) {
    const headers = HEADERS.split(' ').filter((header) => header !== name)
    refused(
      withAuthorization(authorize(SIGNATURE, headers.join(' '))),
      401,
      `${NOT_VERIFIED}:enforced header '${name}' not used for signature creation`,
    )
  }
  shows('iflytek-ost', 'headers="…", required')
})

test('a header signed twice is refused, before its value is repeated', () => {
  const headers = `${HEADERS} x-name x-name`
  const name = 'x-name: a'
  const signature = sign(ORIGIN.host, ORIGIN.date, ORIGIN.line, ORIGIN.digest, name, name)
  const sent = { headers: { authorization: authorize(signature, headers), 'x-name': 'a' } }
  refused(sent, 401, NOT_VERIFIED)
})

test('an unknown key: apikey not found', () => {
  const authorization = authorize(SIGNATURE).replace(apiKey, 'f'.repeat(32))
  refused(withAuthorization(authorization), 401, `${NOT_VERIFIED}: apikey not found`)
})

test('a signed header that was not sent is refused, also by the name of something inherited', () => {
  for (const name of ['x-absent', 'constructor', '__proto__', 'tostring']) {
    refused(withAuthorization(authorize(SIGNATURE, `${HEADERS} ${name}`)), 401, NOT_VERIFIED)
  }
})

test('checks come in the order: header, clock, grammar, enforced headers, key, signature', () => {
  const late = RECEIVED_AT + 301_000
  refused({ receivedAt: late }, 401, 'Unauthorized')
  refused(withAuthorization('Bearer abc', { receivedAt: late }), 403, BAD_DATE)
  const unknown = authorize(SIGNATURE, 'date').replace(apiKey, 'unknown')
  refused(
    withAuthorization(unknown),
    401,
    `${NOT_VERIFIED}:enforced header 'host' not used for signature creation`,
  )
  refused(
    withAuthorization(authorize('wrong').replace(apiKey, 'unknown')),
    401,
    `${NOT_VERIFIED}: apikey not found`,
  )
  shows('iflytek-ost', 'order of checks')
})
