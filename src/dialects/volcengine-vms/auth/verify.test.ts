import assert from 'node:assert/strict'
import { test } from 'node:test'
import { accountOf } from '../../../../test/support/accounts.ts'
import { shows } from '../../../../test/support/shows.ts'
import { accessKey, secretKey, time, type Vector, vectors } from '../../../../test/support/vms-vectors.ts'
import { createAccounts } from '../../../core/accounts.ts'
import { parsePairs } from '../../../http/body.ts'
import { canonicalQuery, deriveKey, hmacSha256, parseCompactUtc, sha256Hex } from '../../../http/canonical.ts'
import type { Pairs } from '../../../http/pairs.ts'
import { VmsError } from '../errors.ts'
import { readClaim } from './claims.ts'
import { checkClaim, verify } from './verify.ts'

const NOW = parseCompactUtc(time) ?? Number.NaN
const ACCOUNTS = createAccounts([accountOf('2100056056', { keys: [{ accessKey, secretKey }] })])

const vector = (name: string): Vector => {
  const found = vectors.find((each) => each.name === name)
  assert.ok(found, `vector ${name}`)
  return found
}

/** Throws what the server would answer. */
function check({ method, target, headers, body }: Vector, now = NOW, hosts: readonly string[] = []): void {
  const query = parsePairs(target.slice(target.indexOf('?') + 1))
  const claim = readClaim(query, headers)
  const { key } = checkClaim(claim, ACCOUNTS, now)
  const request = { method, rawPath: '/', host: headers.host ?? '', query, headers }
  verify(claim, request, Buffer.from(body), key.secretKey, hosts)
}

function refused(request: Vector, code: string, codeN?: number, now = NOW): void {
  assert.throws(
    () => check(request, now),
    (error) => {
      assert.ok(error instanceof VmsError)
      assert.equal(error.code, code)
      if (codeN !== undefined) assert.equal(error.codeN, codeN)
      return true
    },
  )
}

const withHeaders = (request: Vector, headers: Readonly<Record<string, string>>): Vector => ({
  ...request,
  headers: { ...request.headers, ...headers },
})

const replaced = (request: Vector, from: string | RegExp, to: string): Vector => ({
  ...request,
  target: request.target.replace(from, to),
  headers: Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, value.replace(from, to)]),
  ),
})

/** A request signed here, by the documents' description. */
function signed(options: {
  readonly query: Pairs
  readonly rawQuery: string
  readonly headers: Readonly<Record<string, string>>
  readonly signedHeaders: readonly string[]
  readonly keepOrder?: boolean
}): Vector {
  const { query, rawQuery, headers, signedHeaders, keepOrder = true } = options
  const scope = ['20260102', 'cn-beijing', 'vms', 'request']
  const lines = signedHeaders.map((name) => `${name}:${headers[name]}\n`).join('')
  const canonical = canonicalQuery(query, { keepOrderOfEqualNames: keepOrder })
  const text = ['GET', '/', canonical, lines, signedHeaders.join(';'), sha256Hex('')].join('\n')
  const toSign = ['HMAC-SHA256', time, scope.join('/'), sha256Hex(text)].join('\n')
  const signature = hmacSha256(deriveKey(secretKey, scope), toSign).toString('hex')
  const authorization = `HMAC-SHA256 Credential=${accessKey}/${scope.join('/')}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`
  const all = { ...headers, authorization }
  return { name: '', client: '', method: 'GET', target: `/?${rawQuery}`, headers: all, body: '' }
}

const accepts = (client: string): void => {
  const captured = vectors.filter((each) => each.client.startsWith(client))
  assert.ok(captured.length > 0)
  for (const request of captured) assert.doesNotThrow(() => check(request), request.name)
}

test('the requests captured from @volcengine/openapi are accepted', () => {
  accepts('@volcengine/openapi')
  shows('volcengine-vms', '@volcengine/openapi')
})

test('the request captured from @volcengine/sdk-core is accepted', () => {
  accepts('@volcengine/sdk-core')
  shows('volcengine-vms', '@volcengine/sdk-core')
})

test('the requests captured from the Python SDK are accepted', () => {
  accepts('Python volcengine')
  shows('volcengine-vms', 'Python volcengine')
})

test('no captured request is accepted with anything of it changed', () => {
  for (const request of vectors) {
    refused({ ...request, method: request.method === 'GET' ? 'POST' : 'GET' }, 'SignatureNotMatch', 100010)
    refused({ ...request, target: `${request.target}&FileName=other` }, 'SignatureNotMatch', 100010)
    refused(replaced(request, '2022-01-01', '2021-01-01'), 'SignatureNotMatch', 100010)
    refused(replaced(request, /Signature=[0-9a-f]/, 'Signature=g'), 'SignatureNotMatch', 100010)
    refused(replaced(request, /(cn-[a-z]+)(-1)?/, 'cn-other'), 'SignatureNotMatch', 100010)
    if (request.name.startsWith('V')) refused({ ...request, body: `${request.body} ` }, 'SignatureNotMatch')
  }
  shows('volcengine-vms', 'tampering')
})

test('every listed header is compared as received', () => {
  refused(withHeaders(vector('V8'), { host: '127.0.0.1:18084' }), 'SignatureNotMatch')
  refused(withHeaders(vector('V9'), { 'content-type': 'text/plain' }), 'SignatureNotMatch')
  check(withHeaders(vector('V1'), { host: 'elsewhere', 'content-type': 'text/plain' }))
  shows('volcengine-vms', 'HMAC-SHA256 header')
})

test('a host may be signed without its own scheme’s port, or as the public one', () => {
  const query: Pairs = [['Action', 'QueryUsableResource']]
  const base = { query, rawQuery: 'Action=QueryUsableResource', signedHeaders: ['host', 'x-date'] }
  const request = signed({ ...base, headers: { host: 'vms.example', 'x-date': time } })
  check(request)
  check(withHeaders(request, { host: 'vms.example:80' }))
  refused(withHeaders(request, { host: '10.0.0.1:8440' }), 'SignatureNotMatch')
  check(withHeaders(request, { host: '10.0.0.1:8440' }), NOW, ['vms.example'])
  shows('volcengine-vms', 'Host')
})

test('X-Content-Sha256 has to be that of the body, signed or not', () => {
  refused(withHeaders(vector('V2'), { 'x-content-sha256': sha256Hex('other') }), 'SignatureNotMatch')
  check(withHeaders(vector('V2'), { 'x-content-sha256': sha256Hex('') }))
  shows('volcengine-vms', 'X-Content-Sha256')
})

test('a security token in the headers has to be signed', () => {
  refused(withHeaders(vector('V1'), { 'x-security-token': 'STS2FAKETOKEN' }), 'SignatureNotMatch', 100026)
  refused(withHeaders(vector('V4'), { 'x-security-token': 'another' }), 'SignatureNotMatch')
  check(vector('V4'))
  shows('volcengine-vms', 'CodeN 100026', 'X-Security-Token')
})

test('equal names may be signed in the order sent or sorted by value', () => {
  const query: Pairs = [
    ['Type', '1'],
    ['Type', '0'],
  ]
  const base = { query, rawQuery: 'Type=1&Type=0', headers: { 'x-date': time }, signedHeaders: ['x-date'] }
  check(signed({ ...base, keepOrder: true }))
  check(signed({ ...base, keepOrder: false }))
  shows('volcengine-vms', 'equal query names')
})

test('a blank may be sent as + and is signed as %20', () => {
  const query: Pairs = [['Name', 'a b+c']]
  const base = { query, headers: { 'x-date': time }, signedHeaders: ['x-date'] }
  check(signed({ ...base, rawQuery: 'Name=a+b%2Bc' }))
  check(signed({ ...base, rawQuery: 'Name=a%20b%2bc' }))
  shows('volcengine-vms', 'query encoding')
})

test('a request is valid for 15 minutes before and after its X-Date', () => {
  const limit = 15 * 60_000
  check(vector('V1'), NOW + limit)
  check(vector('V1'), NOW - limit)
  refused(vector('V1'), 'InvalidParameter', 100006, NOW + limit + 1000)
  refused(vector('V1'), 'InvalidParameter', 100006, NOW - limit - 1000)
  shows('volcengine-vms', 'CodeN 100006', 'X-Date')
})

test('X-Expires sets how long a request is valid', () => {
  const request = (expires: string) =>
    signed({
      query: [['X-Expires', expires]],
      rawQuery: `X-Expires=${expires}`,
      headers: { 'x-date': time },
      signedHeaders: ['x-date'],
    })
  check(request('60'), NOW + 60_000)
  refused(request('60'), 'InvalidParameter', 100006, NOW + 61_000)
  // It lengthens the life of a URL alone: this one is in time, but the parameter was not signed.
  refused(request('3600'), 'InvalidParameter', 100006, NOW + 901_000)
  const url = { ...vector('Q1'), target: `${vector('Q1').target}&X-Expires=3600` }
  refused(url, 'SignatureNotMatch', 100010, NOW + 3600_000)
  for (const wrong of ['0', '-1', '1.5', 'soon', '99999999999', ''])
    refused(request(wrong), 'InvalidParameter')
  shows('volcengine-vms', 'X-Expires')
})

test('the credential’s date has to be that of X-Date', () => {
  refused(replaced(vector('V1'), '/20260102/', '/20260103/'), 'InvalidParameter', 100025)
  refused(withHeaders(vector('V1'), { 'x-date': '20260101T030405Z' }), 'InvalidParameter', 100025)
  shows('volcengine-vms', 'X-Date')
})

test('the credential has to name this service, by its present or its older name', () => {
  refused(replaced(vector('V1'), '/vms/', '/ecs/'), 'InvalidParameter', 100007)
  refused(replaced(vector('V1'), '/vms/', '/volc_voice_notify/'), 'SignatureNotMatch', 100010)
  shows('volcengine-vms', 'CodeN 100007')
})

test('an unknown access key is InvalidAccessKeyId', () => {
  refused(replaced(vector('V1'), 'KEY0001', 'KEY0009'), 'InvalidAccessKeyId', 100009)
  refused(replaced(vector('Q1'), 'KEY0001', 'KEY0009'), 'InvalidAccessKeyId', 100009)
})

test('missing and malformed pieces of a signature are told apart', () => {
  const v1 = vector('V1')
  const { authorization: _, ...bare } = v1.headers
  const { 'x-date': __, ...undated } = v1.headers
  refused({ ...v1, headers: bare }, 'SignatureNotMatch', 100003)
  refused({ ...v1, headers: undated }, 'MissingParameter', 100004)
  refused(withHeaders(v1, { 'x-date': 'yesterday' }), 'InvalidParameter')
  refused(withHeaders(v1, { authorization: 'Basic YTpi' }), 'InvalidParameter', 100024)
  refused(withHeaders(v1, { authorization: 'HMAC-SHA256' }), 'InvalidParameter', 100024)
  refused(withHeaders(v1, { authorization: 'HMAC-SHA256 Credential=a=b,,' }), 'InvalidParameter', 100024)
  refused(replaced(v1, /, SignedHeaders=[^,]+/, ''), 'InvalidParameter', 100024)
  refused(replaced(v1, 'SignedHeaders=', 'SignedHeaders=x-date;'), 'InvalidParameter', 100024)
  refused(replaced(v1, /, Signature=.*/, ''), 'SignatureNotMatch', 100005)
  refused(replaced(v1, /Credential=[^,]+, /, ''), 'MissingParameter', 100004)
  refused(replaced(v1, '/request', '/'), 'InvalidParameter', 100025)
  refused(replaced(vector('Q1'), /&X-Signature=.*/, ''), 'SignatureNotMatch', 100005)
  refused(replaced(vector('Q1'), 'X-Date=', 'X-Day='), 'MissingParameter', 100004)
  refused(replaced(vector('Q1'), 'X-Algorithm=HMAC-SHA256', 'X-Algorithm=MD5'), 'InvalidParameter', 100024)
  refused({ ...vector('Q1'), target: `${vector('Q1').target}&X-Date=${time}` }, 'InvalidParameter', 100024)
  shows('volcengine-vms', 'CodeN 100003', 'CodeN 100004', 'CodeN 100005', 'CodeN 100024', 'CodeN 100025')
})

test('x-date has to be among the signed headers', () => {
  const base = { query: [], rawQuery: '', headers: { host: 'h', 'x-date': time } }
  refused(signed({ ...base, signedHeaders: ['host'] }), 'SignatureNotMatch')
  check(signed({ ...base, signedHeaders: ['host', 'x-date'] }))
  shows('volcengine-vms', 'SignedHeaders')
})

test('a URL signed for some parameters takes no others beside them', () => {
  for (const extra of ['X-Expires=86400', 'DryRun=true', 'Type=1']) {
    for (const name of ['Q1', 'Q2', 'Q3']) {
      refused({ ...vector(name), target: `${vector(name).target}&${extra}` }, 'SignatureNotMatch')
    }
  }
  shows('volcengine-vms', 'X-SignedQueries')
})

test('a token that a signer appended to its finished URL does no harm', () => {
  const { target } = vector('Q1')
  check({ ...vector('Q1'), target: `${target}&X-Security-Token=STS2FAKETOKEN` })
  shows('volcengine-vms', 'X-Security-Token')
})
