import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import {
  ACCESS_KEY,
  ACCOUNT,
  check,
  made,
  NOW,
  type Pair,
  refused,
  SECRET_KEY,
} from '../../../test/support/signed-cos.ts'
import { ALL_RIGHTS } from '../../core/model/accounts.ts'
import { strictEncodePath } from '../../http/canonical.ts'
import type { SignedRequest } from '../../http/signed-request.ts'
import type { PlaneErrorCode } from '../errors.ts'
import { httpString, type SignedText, sign, signKey } from './signing.ts'
import published from './vectors.json' with { type: 'json' }

describe('the published q-signature vectors', () => {
  for (const { name, method, path, time, params, headers, ...expected } of published.vectors) {
    const text: SignedText = {
      method,
      path,
      params: params as unknown as Pair[],
      headers: headers as unknown as Pair[],
    }
    const host = headers.find(([header]) => header === 'host')?.[1] ?? ''
    const nowS = Number(time.split(';')[0])
    const names = (pairs: readonly Pair[]) => pairs.map(([each]) => each).join(';')
    const authorization = [
      `q-sign-algorithm=sha1&q-ak=${ACCESS_KEY}&q-sign-time=${time}&q-key-time=${time}`,
      `q-header-list=${names(text.headers)}&q-url-param-list=${names(text.params)}`,
      `q-signature=${expected.signature}`,
    ].join('&')
    const request: SignedRequest = {
      ...{ method, host, query: text.params },
      rawPath: strictEncodePath(path),
      headers: { ...Object.fromEntries(text.headers), authorization },
    }

    test(`${name}: each step comes to its figure`, () => {
      assert.equal(httpString(text).split('\n')[3], expected.headersText)
      assert.equal(createHash('sha1').update(httpString(text)).digest('hex'), expected.httpStringSha1)
      assert.equal(signKey(SECRET_KEY, time), expected.signKey)
      assert.equal(sign(SECRET_KEY, time, time, text), expected.signature)
    })

    test(`${name}: is accepted, and refused with any one thing changed`, () => {
      assert.deepEqual(check(request, nowS), { account: ACCOUNT, rights: ALL_RIGHTS, bodySha256: null })
      refused({ ...request, method: 'HEAD' }, 'signature-mismatch', nowS)
      refused({ ...request, rawPath: `${request.rawPath}x` }, 'signature-mismatch', nowS)
      refused({ ...request, host: 'other.example.com' }, 'signature-mismatch', nowS)
      for (const [at, [param, value]] of request.query.entries()) {
        const other = { ...request, query: request.query.with(at, [param, `${value}x`]) }
        refused(other, 'signature-mismatch', nowS)
        refused({ ...request, query: request.query.toSpliced(at, 1) }, 'signature-mismatch', nowS)
        refused({ ...request, query: [...request.query, [param, value]] }, 'signature-mismatch', nowS)
      }
      for (const [header, value] of text.headers) {
        if (header === 'host') continue
        refused(
          { ...request, headers: { ...request.headers, [header]: `${value}x` } },
          'signature-mismatch',
          nowS,
        )
        refused(
          { ...request, headers: { ...request.headers, [header]: undefined } },
          'signature-mismatch',
          nowS,
        )
      }
    })
  }
})

describe('a q-signature', () => {
  test('may stand in the query or in the Authorization header, not in both', () => {
    const { inHeader, inQuery } = made({ query: [['uploadId', 'u 1']], headers: [['x-cos-meta', 'ü*']] })
    assert.equal(check(inHeader).account, ACCOUNT)
    assert.equal(check(inQuery).account, ACCOUNT)
    refused({ ...inQuery, headers: inHeader.headers }, 'signature-malformed')
  })

  test('signs odd names and values as RFC 3986 encodes them', () => {
    const query: readonly Pair[] = [
      ["O'dd (name)!*", "a+b &='ü~"],
      ['empty', ''],
    ]
    for (const request of Object.values(made({ path: "/ü (1)!*'~.+%/x", query }))) {
      assert.equal(check(request).account, ACCOUNT)
    }
  })

  test('may come in a URL whose list of names is encoded once only', () => {
    const { inQuery } = made({ query: [['a b', '1']], fields: { 'q-url-param-list': 'a b' } })
    assert.equal(check(inQuery).account, ACCOUNT)
  })

  test('leaves alone what it does not list', () => {
    const { inHeader } = made()
    const more = {
      ...inHeader,
      query: [['partNumber', '7']] as const,
      headers: { ...inHeader.headers, range: 'x' },
    }
    assert.equal(check(more).account, ACCOUNT)
  })

  test('has each parameter read a few times, however many are listed', () => {
    const names = Array.from({ length: 100 }, (_, index) => `p${index}`)
    const { inHeader } = made({ query: names.map((name) => [name, '1']) })
    let reads = 0
    const counted = (name: string): Pair => {
      const pair: Pair = [name, '1']
      const get = () => {
        reads += 1
        return name
      }
      return Object.defineProperty(pair, 0, { get })
    }
    const request = { ...inHeader, query: names.map(counted) }
    const hosts = ['a.example.com:1', 'b.example.com:1']
    assert.equal(check(request, NOW, hosts).account, ACCOUNT)
    assert.ok(reads <= 10 * names.length, `${reads} reads`)
  })

  test('is refused when it lists more than the request has', () => {
    const listed = Array.from({ length: 1000 }, (_, index) => `p${index}`).join(';')
    for (const field of ['q-url-param-list', 'q-header-list']) {
      const { inHeader, inQuery } = made({ query: [['p1', '1']], fields: { [field]: listed } })
      refused(inHeader, 'signature-mismatch')
      refused(inQuery, 'signature-mismatch')
    }
  })

  test('means the path however it is encoded', () => {
    const { inHeader } = made({ path: '/a/b' })
    assert.equal(check({ ...inHeader, rawPath: '/a%2Fb' }).account, ACCOUNT)
  })

  test('holds from its first to its last second, by both of its times', () => {
    const { inHeader } = made()
    assert.equal(check(inHeader, NOW + 600).account, ACCOUNT)
    refused(inHeader, 'url-expired', NOW + 600.001)
    refused(inHeader, 'url-expired', NOW - 0.001)
    const short = made({ signTime: `${NOW};${NOW + 10}`, keyTime: `${NOW};${NOW + 600}` }).inHeader
    assert.equal(check(short, NOW + 10).account, ACCOUNT)
    refused(short, 'url-expired', NOW + 11)
    refused(
      made({ signTime: `${NOW};${NOW + 600}`, keyTime: `${NOW};${NOW + 10}` }).inHeader,
      'url-expired',
      NOW + 11,
    )
  })

  test('may name the public host behind a proxy, and leave out a scheme’s own port', () => {
    const { inHeader } = made({ host: 'media.example.com' })
    assert.equal(check({ ...inHeader, host: '10.0.0.7:8440' }, NOW, ['media.example.com']).account, ACCOUNT)
    assert.equal(check({ ...inHeader, host: 'media.example.com:80' }).account, ACCOUNT)
    refused({ ...inHeader, host: '10.0.0.7:8440' }, 'signature-mismatch')
  })

  test('need not sign the host', () => {
    const text: SignedText = { method: 'GET', path: '/dir/a b', params: [], headers: [] }
    const time = `${NOW};${NOW + 600}`
    const signature = sign(SECRET_KEY, time, time, text)
    const { inHeader } = made({ fields: { 'q-header-list': '', 'q-signature': signature } })
    assert.equal(check({ ...inHeader, host: 'any.example.com' }).account, ACCOUNT)
  })

  test('is refused by the field that is wrong', () => {
    const cases: readonly (readonly [string, string | null, PlaneErrorCode])[] = [
      ['q-sign-algorithm', 'sha256', 'algorithm-unsupported'],
      ['q-sign-algorithm', null, 'signature-malformed'],
      ['q-ak', null, 'signature-malformed'],
      ['q-ak', '', 'signature-malformed'],
      ['q-ak', 'AKIDNOBODY', 'access-key-unknown'],
      ['q-sign-time', null, 'signature-malformed'],
      ['q-sign-time', `${NOW}`, 'signature-malformed'],
      ['q-sign-time', `${NOW};x`, 'signature-malformed'],
      ['q-sign-time', `${NOW};${NOW + 601}`, 'signature-mismatch'],
      ['q-key-time', null, 'signature-malformed'],
      ['q-key-time', `-1;${NOW + 600}`, 'signature-malformed'],
      ['q-key-time', `${NOW};${NOW + 601}`, 'signature-mismatch'],
      ['q-header-list', null, 'signature-malformed'],
      ['q-header-list', 'host;host', 'signature-malformed'],
      ['q-header-list', 'host;', 'signature-malformed'],
      ['q-header-list', '', 'signature-mismatch'],
      ['q-header-list', 'date;host', 'signature-mismatch'],
      ['q-url-param-list', null, 'signature-malformed'],
      ['q-url-param-list', 'uploadid', 'signature-mismatch'],
      ['q-signature', null, 'signature-malformed'],
      ['q-signature', '', 'signature-malformed'],
      ['q-signature', '0'.repeat(40), 'signature-mismatch'],
      ['q-signature', '0'.repeat(39), 'signature-malformed'],
    ]
    for (const [field, value, code] of cases) {
      const { inHeader, inQuery } = made({ fields: { [field]: value } })
      refused(inHeader, code)
      refused(inQuery, code)
    }
  })

  test('is refused when it is not there or no such thing', () => {
    const { inHeader } = made()
    const authorization = inHeader.headers.authorization
    const withHeader = (text: string | undefined) => ({ ...inHeader, headers: { authorization: text } })
    refused(withHeader(undefined), 'access-denied')
    for (const text of ['', 'Bearer x', `${authorization}&q-ak=${ACCESS_KEY}`, `${authorization}&more=1`]) {
      refused(withHeader(text), 'signature-malformed')
    }
    refused(
      { ...inHeader, headers: { ...inHeader.headers, 'x-cos-security-token': 'x.y.z' } },
      'access-denied',
    )
  })
})
