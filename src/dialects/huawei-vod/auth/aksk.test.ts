import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { shows } from '../../../../test/support/shows.ts'
import { parsePairs } from '../../../http/body.ts'
import { hmacSha256, parseCompactUtc, sha256Hex } from '../../../http/canonical.ts'
import { GatewayError } from '../errors.ts'
import { bodyHash, canonicalRequest, readClaim, requireFresh, verifySignature } from './aksk.ts'

/** A request as it was captured, or published. */
interface Vector {
  readonly name: string
  readonly client: string
  readonly accessKey: string
  readonly secretKey: string
  readonly time: string
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly canonicalHash: string
}

const file = new URL('../../../../test/vectors/huawei-vod.json', import.meta.url)
const { signatures } = JSON.parse(readFileSync(file, 'utf8')) as { readonly signatures: readonly Vector[] }

const vector = (name: string): Vector => {
  const found = signatures.find((each) => each.name === name)
  assert.ok(found, `vector ${name}`)
  return found
}

const requestOf = ({ method, target, headers, body }: Vector) => {
  const [rawPath = '', rawQuery = ''] = target.split('?')
  return { method, rawPath, query: parsePairs(rawQuery), headers, body: Buffer.from(body) }
}

/** Throws what the server would answer. */
function check(request: Vector, now = parseCompactUtc(request.time) ?? Number.NaN): void {
  const claim = readClaim(request.headers)
  verifySignature(claim, requestOf(request), request)
  requireFresh(claim, now)
}

function refused(
  request: Vector,
  reason: string | RegExp = 'verify aksk signature fail',
  now?: number,
): void {
  assert.throws(
    () => check(request, now),
    (error) => {
      assert.ok(error instanceof GatewayError, String(error))
      assert.deepEqual([error.status, error.code], [401, '0301'])
      const [prefix, ...rest] = error.message.split(': ')
      assert.equal(prefix, 'Incorrect IAM authentication information')
      if (typeof reason === 'string') assert.equal(rest.join(': '), reason)
      else assert.match(rest.join(': '), reason)
      return true
    },
  )
}

const withHeaders = (request: Vector, headers: Readonly<Record<string, string>>): Vector => ({
  ...request,
  headers: { ...request.headers, ...headers },
})

const without = (names: readonly string[], name: string): string =>
  names.filter((each) => each !== name).join(';')

const withAuthorization = (request: Vector, change: (text: string) => string): Vector =>
  withHeaders(request, { authorization: change(request.headers.authorization ?? '') })

/** V1's request with other parts, signed here by the words of the signing guide: `text` is the canonical request. */
function signed(request: Partial<Vector>, text: string, names: readonly string[]): Vector {
  const base = { ...vector('V1'), ...request }
  const toSign = ['SDK-HMAC-SHA256', base.time, sha256Hex(text)].join('\n')
  const signature = hmacSha256(base.secretKey, toSign).toString('hex')
  const fields = `Access=${base.accessKey}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  return withHeaders(base, { 'x-sdk-date': base.time, authorization: `SDK-HMAC-SHA256 ${fields}` })
}

const EMPTY_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
const date = vector('V1').time
const names = ['x-sdk-date']
const dated = (method: string, path: string, query: string, hash = EMPTY_HASH): string =>
  `${method}\n${path}\n${query}\nx-sdk-date:${date}\n\nx-sdk-date\n${hash}`

test('every vector has its canonical request and is accepted', () => {
  assert.equal(signatures.length, 6)
  for (const request of signatures) {
    const claim = readClaim(request.headers)
    const received = requestOf(request)
    const text = canonicalRequest(claim, received, bodyHash(received))
    assert.equal(sha256Hex(text), request.canonicalHash, request.name)
    check(request)
  }
  shows('huawei-vod', 'SDK-HMAC-SHA256')
  refused(withHeaders(vector('V5'), { 'x-security-token': 'another' }))
  shows('huawei-vod', 'X-Security-Token')
})

test('no vector is accepted with any part of it changed', () => {
  for (const request of signatures) {
    refused({ ...request, method: request.method === 'PUT' ? 'POST' : 'PUT' })
    refused({ ...request, target: request.target.replace('/v1', '/v2') })
    refused({ ...request, target: request.target.replace(/^\/[^/]+\/./, '$&x') })
    refused({ ...request, target: `${request.target}${request.target.includes('?') ? '&' : '?'}x=1` })
    refused({ ...request, target: `${request.target.split('?')[0]}?other=1` })
    refused({ ...request, body: `${request.body} ` })
    refused({ ...request, secretKey: `${request.secretKey}x` })
    refused(withHeaders(request, { 'x-sdk-date': request.time.replace(/\dZ/, '9Z') }))
    refused(withAuthorization(request, (text) => text.replace(/.$/, (last) => (last === '0' ? '1' : '0'))))
    const listed = /SignedHeaders=([^,]+)/.exec(request.headers.authorization ?? '')?.[1]?.split(';') ?? []
    for (const name of listed) refused(withHeaders(request, { [name]: `${request.headers[name]}1` }))
    for (const name of listed) {
      const { [name]: _, ...headers } = request.headers
      refused({ ...request, headers })
      refused(withAuthorization(request, (text) => text.replace(listed.join(';'), without(listed, name))))
    }
  }
  shows('huawei-vod', 'SDK-HMAC-SHA256, changed')
})

test('headers that are not signed may change', () => {
  check(withHeaders(vector('V1'), { 'user-agent': 'other', accept: '*/*', 'x-security-token': 'TOKEN' }))
  const { 'content-type': _, ...headers } = vector('V1').headers
  refused({ ...vector('V1'), headers })
})

test('the signed path ends in a slash, which the path on the wire has not', () => {
  const list = { method: 'GET', body: '', target: '/v1.0/p/asset/list' }
  check(signed(list, dated('GET', '/v1.0/p/asset/list/', ''), names))
  refused(signed(list, dated('GET', '/v1.0/p/asset/list', ''), names))
  check(signed({ ...list, target: '/v1.0/p/asset/list/' }, dated('GET', '/v1.0/p/asset/list/', ''), names))
  check(signed({ ...list, target: '/' }, dated('GET', '/', ''), names))
  shows('huawei-vod', 'CanonicalURI')
})

test('segments of the path are signed in their strict encoding, however they are sent', () => {
  const text = dated('GET', '/v1.0/a%20%21b%2Fc/', '')
  for (const target of ['/v1.0/a%20!b%2Fc', '/v1.0/a%20%21b%2fc']) {
    check(signed({ method: 'GET', body: '', target }, text, names))
  }
})

test("! ' ( ) * are signed escaped, also where the query has them as they are", () => {
  const get = { method: 'GET', body: '' }
  const text = dated('GET', '/v1.0/p/asset/list/', 'query_string=%21%27%28%29%2A~-._')
  check(signed({ ...get, target: "/v1.0/p/asset/list?query_string=!'()*~-._" }, text, names))
  check(signed({ ...get, target: '/v1.0/p/asset/list?query_string=%21%27%28%29%2A%7E-._' }, text, names))
  const literal = dated('GET', '/v1.0/p/asset/list/', "query_string=!'()*~-._")
  refused(signed({ ...get, target: "/v1.0/p/asset/list?query_string=!'()*~-._" }, literal, names))
  shows('huawei-vod', "! ' ( ) *")
})

test('the query is signed sorted by name, then value, with = after names without a value', () => {
  const text = dated('GET', '/v1.0/p/asset/info/', 'asset_id=a&asset_id=b&page=&status=%E6%B5%8B')
  for (const query of [
    'status=%e6%b5%8b&page&asset_id=b&asset_id=a',
    'page=&asset_id=a&status=测&asset_id=b',
  ]) {
    check(signed({ method: 'GET', body: '', target: `/v1.0/p/asset/info?${query}` }, text, names))
  }
  shows('huawei-vod', 'CanonicalQuery')
})

test('the body of a GET is hashed like any other', () => {
  const path = '/v1.0/p/asset/list'
  const get = { method: 'GET', target: path }
  check(signed({ ...get, body: '{}' }, dated('GET', `${path}/`, '', sha256Hex('{}')), names))
  refused(signed({ ...get, body: '{}' }, dated('GET', `${path}/`, ''), names))
  refused(signed({ ...get, body: '' }, dated('GET', `${path}/`, '', sha256Hex('{}')), names))
  shows('huawei-vod', 'GET with a body')
})

test('values of headers are signed without blanks around them, in the order of their names', () => {
  const text = `GET\n/a/\n\ncontent-type:a; b\nx-sdk-date:${date}\n\ncontent-type;x-sdk-date\n${EMPTY_HASH}`
  const request = { method: 'GET', body: '', target: '/a' }
  const names = ['X-Sdk-Date', 'Content-Type']
  check(withHeaders(signed(request, text, names), { 'content-type': '  a; b ' }))
})

test('X-Sdk-Content-Sha256 stands for the hash of the body where it is that, or leaves the body open', () => {
  const post = { method: 'POST', target: '/a', body: '{"a":1}' }
  const own = sha256Hex(post.body)
  const sent = (said: string, hash: string) =>
    withHeaders(signed(post, dated('POST', '/a/', '', hash), names), { 'x-sdk-content-sha256': said })
  check(sent('UNSIGNED-PAYLOAD', 'UNSIGNED-PAYLOAD'))
  check({ ...sent('UNSIGNED-PAYLOAD', 'UNSIGNED-PAYLOAD'), body: 'anything' })
  check(sent(own, own))
  refused(sent('UNSIGNED-PAYLOAD', own))
  refused(sent(own, 'UNSIGNED-PAYLOAD'))
  refused({ ...sent(own, own), body: '{"a":2}' })
  refused(sent(EMPTY_HASH, EMPTY_HASH))
  refused(sent('', own))
  shows('huawei-vod', 'X-Sdk-Content-Sha256')
})

test('a signature is good for 15 minutes before and after its time', () => {
  const request = vector('V1')
  const at = parseCompactUtc(request.time) ?? Number.NaN
  const limit = 15 * 60_000
  check(request, at + limit)
  check(request, at - limit)
  const expired = `signature expired, signature time:20240501T101112Z,server time:20240501T102613Z`
  refused(request, expired, at + limit + 1000)
  refused(request, /^signature expired, .*server time:20240501T095611Z$/, at - limit - 1000)
  shows('huawei-vod', 'X-Sdk-Date')
})

test('who has not the key is not told that a signature is old', () => {
  const wrong = withAuthorization(vector('V1'), (text) => text.replace(/.$/, '0'))
  refused(wrong, 'verify aksk signature fail', 0)
})

test('a date that is none is refused', () => {
  for (const time of ['20240501T101112', '2024-05-01T10:11:12Z', '20240231T101112Z', 'now', '']) {
    const text = `GET\n/a/\n\nx-sdk-date:${time}\n\nx-sdk-date\n${EMPTY_HASH}`
    refused(signed({ method: 'GET', body: '', target: '/a', time }, text, ['x-sdk-date']), undefined, 0)
  }
})

test('X-Sdk-Date has to be among the signed headers', () => {
  const text = `GET\n/a/\n\nhost:${vector('V1').headers.host}\n\nhost\n${EMPTY_HASH}`
  refused(signed({ method: 'GET', body: '', target: '/a' }, text, ['host']))
  shows('huawei-vod', 'SignedHeaders')
})

test('Authorization headers of another form are refused', () => {
  const sixtyFour = '0'.repeat(64)
  const malformed = [
    '',
    'SDK-HMAC-SHA256',
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date`,
    `SDK-HMAC-SHA256 Access=AK, Signature=${sixtyFour}`,
    `SDK-HMAC-SHA256 SignedHeaders=x-sdk-date, Signature=${sixtyFour}`,
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature=${sixtyFour.slice(1)}`,
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature=${sixtyFour.slice(1)}g`,
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date;, Signature=${sixtyFour}`,
    `SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date;X-Sdk-Date, Signature=${sixtyFour}`,
    `V11-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature=${sixtyFour}`,
    `AWS4-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature=${sixtyFour}`,
    'Basic YTpi',
    'OBS AK:signature',
  ]
  for (const authorization of malformed) refused(withHeaders(vector('V1'), { authorization }))
  shows('huawei-vod', 'Authorization')
})
