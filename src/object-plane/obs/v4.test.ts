import assert from 'node:assert/strict'
import { createHash, createHmac } from 'node:crypto'
import { describe, test } from 'node:test'
import { shows } from '../../../test/support/shows.ts'
import { asAccountId } from '../../core/ids.ts'
import { ALL_RIGHTS } from '../../core/model/accounts.ts'
import { parsePairs } from '../../http/body.ts'
import { PlaneError, type PlaneErrorCode } from '../errors.ts'
import type { FindPlaneKey, PlaneRequest } from '../types.ts'
import published from './vectors.json' with { type: 'json' }
import { verify } from './verify.ts'

const KEYS = { accessKey: published.accessKey, secretKey: published.secretKey }
const ACCOUNT = asAccountId('2100056056')
const findKey: FindPlaneKey = (accessKey) =>
  accessKey === KEYS.accessKey ? { account: ACCOUNT, secretKey: KEYS.secretKey, rights: ALL_RIGHTS } : null

const DATE = '20240501T101112Z'
const SIGNED_AT = Date.UTC(2024, 4, 1, 10, 11, 12)
const SCOPE = ['20240501', 'cn-north-4', 's3', 'aws4_request']
const CREDENTIAL = `${KEYS.accessKey}/${SCOPE.join('/')}`
const HOST = 'bucket.obs.cn-north-4.myhuaweicloud.com'

const check = (request: PlaneRequest, now = SIGNED_AT, hosts: readonly string[] = []) =>
  verify(request, { findKey, hosts, namedTypes: [], now })

function refused(request: PlaneRequest, code: PlaneErrorCode, now = SIGNED_AT): void {
  const isRefused = (error: unknown) => error instanceof PlaneError && error.code === code
  assert.throws(() => check(request, now), isRefused, `not refused with ${code}`)
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const EMPTY = sha256('')

/** Written down again from the vendor's page, so that no mistake of ours is on both sides. */
function signatureOf(lines: readonly string[]): string {
  const toSign = ['AWS4-HMAC-SHA256', DATE, SCOPE.join('/'), sha256(lines.join('\n'))].join('\n')
  const key = SCOPE.reduce<string | Buffer>(
    (last, part) => createHmac('sha256', last).update(part).digest(),
    `AWS4${KEYS.secretKey}`,
  )
  return createHmac('sha256', key).update(toSign).digest('hex')
}

/** A request that is signed in its headers, over this host and path. */
function signed(more: {
  readonly path?: string
  readonly host?: string
  readonly payload?: string
  readonly extra?: Readonly<Record<string, string>>
  readonly rawQuery?: string
  readonly canonicalQuery?: string
}): PlaneRequest {
  const { path = '/dir/a.mp4', host = HOST, payload = 'UNSIGNED-PAYLOAD', rawQuery = '' } = more
  const all = { host, 'x-amz-content-sha256': payload, 'x-amz-date': DATE, ...more.extra }
  const names = Object.keys(all).toSorted()
  const values = new Map(Object.entries(all))
  const lines = names.map((name) => `${name}:${values.get(name)}`)
  const query = more.canonicalQuery ?? rawQuery
  const signature = signatureOf(['PUT', path, query, ...lines, '', names.join(';'), payload])
  const fields = `Credential=${CREDENTIAL},SignedHeaders=${names.join(';')},Signature=${signature}`
  return {
    ...{ method: 'PUT', rawPath: path, host, bucket: 'bucket', query: parsePairs(rawQuery) },
    headers: { ...all, authorization: `AWS4-HMAC-SHA256 ${fields}` },
  }
}

describe('an OBS request with a signature of version 4 in its headers', () => {
  test('is accepted, as the vendor’s clients sign it', () => {
    assert.deepEqual(check(signed({})), { account: ACCOUNT, rights: ALL_RIGHTS, bodySha256: null })
    assert.equal(check(signed({ payload: EMPTY })).bodySha256, EMPTY)
    const query = { rawQuery: 'uploads', canonicalQuery: 'uploads=' }
    assert.equal(check(signed(query)).account, ACCOUNT)
    const { 'x-amz-date': _, ...headers } = signed({}).headers
    const date = new Date(SIGNED_AT).toUTCString()
    refused({ ...signed({}), headers: { ...headers, date } }, 'signature-mismatch')
    shows('huawei-vod', 'OBS version 4, headers')
  })

  test('has its body’s digest checked where it is signed', () => {
    const digest = sha256('body')
    assert.equal(check(signed({ payload: digest })).bodySha256, digest)
    assert.equal(check(signed({ payload: EMPTY })).bodySha256, EMPTY)
    const chunked = check(signed({ payload: 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }))
    assert.deepEqual([chunked.bodySha256, chunked.chunks?.isSigned], [null, true])
    for (const form of ['AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'UNSIGNED-PAYLOAD-TRAILER'])
      refused(signed({ payload: `STREAMING-${form}` }), 'not-implemented')
    refused(signed({ payload: 'other' }), 'argument-invalid')
  })

  test('is refused with any one thing changed', () => {
    const right = signed({ rawQuery: 'partNumber=1&uploadId=u' })
    assert.equal(check(right).account, ACCOUNT)
    for (const wrong of [
      { ...right, method: 'GET' },
      { ...right, rawPath: '/dir/b.mp4' },
      { ...right, host: 'other.obs.cn-north-4.myhuaweicloud.com' },
      { ...right, query: parsePairs('partNumber=2&uploadId=u') },
      { ...right, headers: { ...right.headers, 'x-amz-content-sha256': EMPTY } },
    ])
      refused(wrong, 'signature-mismatch')
    const added = { ...right, headers: { ...right.headers, 'x-obs-acl': 'public-read' } }
    refused(added, 'access-denied')
    shows('huawei-vod', 'OBS version 4, changed')
  })

  test('names the host with its port or without', () => {
    const request = signed({})
    assert.equal(check({ ...request, host: `${HOST}:8440` }).account, ACCOUNT)
    refused({ ...request, host: '127.0.0.1:8440' }, 'signature-mismatch')
  })

  test('for one bucket’s host is not good for another, though a proxy may have the public host', () => {
    const byPath = { ...signed({ host: 'media.example.com', path: '/bucket/a' }), bucket: null }
    const hosts = ['media.example.com']
    assert.equal(check({ ...byPath, host: '10.0.0.7:8440' }, SIGNED_AT, hosts).account, ACCOUNT)
    const elsewhere = { ...byPath, host: 'other.obs.example.com', bucket: 'other' }
    assert.throws(() => check(elsewhere, SIGNED_AT, hosts), PlaneError)
  })

  test('ends fifteen minutes from its time', () => {
    for (const minutes of [-15, 15])
      assert.equal(check(signed({}), SIGNED_AT + minutes * 60_000).account, ACCOUNT)
    for (const minutes of [-16, 16]) refused(signed({}), 'clock-skew', SIGNED_AT + minutes * 60_000)
  })

  test('is refused where it has not its form', () => {
    const { headers } = signed({})
    for (const [from, to] of [
      ['/s3/', '/ec2/'],
      [SCOPE[0], '20240502'],
      ['host;', ''],
      ['SignedHeaders=', 'Signed='],
      ['Signature=', 'Signature=x'],
    ] as const) {
      const authorization = headers.authorization?.replace(from ?? '', to)
      refused({ ...signed({}), headers: { ...headers, authorization } }, 'signature-malformed')
    }
    const unknown = headers.authorization?.replace(KEYS.accessKey, 'NOBODY')
    refused({ ...signed({}), headers: { ...headers, authorization: unknown } }, 'access-key-unknown')
  })
})

describe('an OBS URL with a signature of version 4', () => {
  const presigned = (expires = '3600', more = ''): PlaneRequest => {
    const pairs = [
      ['X-Amz-Algorithm', 'AWS4-HMAC-SHA256'],
      ['X-Amz-Credential', encodeURIComponent(CREDENTIAL)],
      ['X-Amz-Date', DATE],
      ['X-Amz-Expires', expires],
      ['X-Amz-SignedHeaders', 'host'],
    ].map((pair) => pair.join('='))
    const lines = ['GET', '/dir/a.mp4', pairs.join('&'), `host:${HOST}`, '', 'host', 'UNSIGNED-PAYLOAD']
    const rawQuery = [...pairs, `X-Amz-Signature=${signatureOf(lines)}`].join('&') + more
    return {
      ...{ method: 'GET', rawPath: '/dir/a.mp4', host: HOST, bucket: 'bucket' },
      ...{ query: parsePairs(rawQuery), headers: { host: HOST } },
    }
  }

  test('is accepted as the vendor’s client makes it', () => {
    const host = `${published.bucket}.obs.cn-north-4.myhuaweicloud.com`
    const query = [
      'X-Amz-Algorithm=AWS4-HMAC-SHA256',
      `X-Amz-Credential=${encodeURIComponent(CREDENTIAL)}`,
      ...[`X-Amz-Date=${DATE}`, 'X-Amz-Expires=3600', 'X-Amz-SignedHeaders=content-type%3Bhost'],
      'X-Amz-Signature=1afe378eaa7ecf36a4f52bf13fbb19ee0486e10f8eb6ad52fcdfc797886b3c10',
    ]
    const request = {
      ...{ method: 'PUT', rawPath: `/${published.key}`, host: `${host}:443`, bucket: published.bucket },
      ...{ query: parsePairs(query.join('&')), headers: { host, 'content-type': 'video/mp4' } },
    }
    assert.equal(check(request).account, ACCOUNT)
    refused({ ...request, headers: { host, 'content-type': 'video/mpeg' } }, 'signature-mismatch')
    assert.equal(check(request, SIGNED_AT + 3_599_000).account, ACCOUNT)
    refused(request, 'url-expired', SIGNED_AT + 3_600_000)
    shows('huawei-vod', 'OBS version 4, URL')
  })

  test('is accepted until it ends', () => {
    assert.deepEqual(check(presigned()), { account: ACCOUNT, rights: ALL_RIGHTS, bodySha256: null })
    assert.equal(check(presigned(), SIGNED_AT + 3_599_000).account, ACCOUNT)
    refused(presigned(), 'url-expired', SIGNED_AT + 3_600_000)
    refused(presigned('604801'), 'expires-too-long')
    refused(presigned('0'), 'expires-invalid')
  })

  test('is refused with anything added', () => {
    refused(presigned('3600', '&response-content-type=text%2Fhtml'), 'signature-mismatch')
    refused(presigned('3600', '&X-Amz-Date=20240501T101112Z'), 'signature-malformed')
    refused({ ...presigned(), headers: { 'x-amz-acl': 'public-read' } }, 'access-denied')
  })
})
