import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'
import { asAccountId } from '../../core/ids.ts'
import { ALL_RIGHTS } from '../../core/model/accounts.ts'
import { strictEncode, strictEncodePath } from '../../http/canonical.ts'
import type { SignedRequest } from '../../http/signed-request.ts'
import { PlaneError, type PlaneErrorCode } from '../errors.ts'
import type { FindPlaneKey } from '../types.ts'
import { type CosGrant, type CosIssuer, mint } from './credentials.ts'
import { type SignedUrlOptions, signedHeaders, signedUrl } from './presign.ts'
import { httpString, listedName, type SignedText, sign, signKey } from './signing.ts'
import published from './vectors.json' with { type: 'json' }
import { verify } from './verify.ts'

type Pair = readonly [string, string]

const ACCOUNT = asAccountId('2100056056')
const ACCESS_KEY = 'AKIDEXAMPLE'
const SECRET_KEY = published.secretKey
const findKey: FindPlaneKey = (accessKey) =>
  accessKey === ACCESS_KEY ? { account: ACCOUNT, secretKey: SECRET_KEY, rights: ALL_RIGHTS } : null
const ISSUER: CosIssuer = { name: 'smh0testlibrary01', account: ACCOUNT, secret: 'the secret of a library' }
const findIssuer = (name: string) => (name === ISSUER.name ? ISSUER : null)

/** Unix seconds. */
const NOW = 1_700_000_000

function check(request: SignedRequest, nowS = NOW, hosts: readonly string[] = []) {
  const isHeld = async () => true
  const options = { findKey, findIssuer, isHeld, hosts, mayHavePercent: true, now: nowS * 1000 }
  const { signs: _, ...signer } = verify({ ...request, bucket: null }, options)
  return signer
}

function refused(request: SignedRequest, code: PlaneErrorCode, nowS = NOW): void {
  assert.throws(
    () => check(request, nowS),
    (error) => error instanceof PlaneError && error.code === code,
    `not refused with ${code}`,
  )
}

interface Made {
  readonly method?: string
  readonly path?: string
  readonly query?: readonly Pair[]
  readonly headers?: readonly Pair[]
  readonly host?: string
  /** Replaces fields of the signature. */
  readonly fields?: Readonly<Record<string, string | null>>
  readonly signTime?: string
  readonly keyTime?: string
}

/** The seven fields over everything that is given, and the request. */
function made({ signTime = `${NOW};${NOW + 600}`, keyTime = signTime, ...request }: Made = {}) {
  const { method = 'GET', path = '/dir/a b', query = [], headers = [], host = '127.0.0.1:8440' } = request
  const listed = (pairs: readonly Pair[]) =>
    pairs.map(([name, value]) => [listedName(name), value] as const).sort(([a], [b]) => (a < b ? -1 : 1))
  const text: SignedText = {
    ...{ method, path },
    params: listed(query),
    headers: listed([['host', host], ...headers]),
  }
  const names = (pairs: readonly Pair[]) => pairs.map(([name]) => name).join(';')
  const fields: Readonly<Record<string, string | null>> = {
    'q-sign-algorithm': 'sha1',
    'q-ak': ACCESS_KEY,
    'q-sign-time': signTime,
    'q-key-time': keyTime,
    'q-header-list': names(text.headers),
    'q-url-param-list': names(text.params),
    'q-signature': sign(SECRET_KEY, keyTime, signTime, text),
    ...request.fields,
  }
  const kept = Object.entries(fields).flatMap(([name, value]) =>
    value === null ? [] : [[name, value] as const],
  )
  const bare = { method, rawPath: strictEncodePath(path), host }
  const sent = Object.fromEntries(
    headers.map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  )
  const authorization = kept.map(([name, value]) => `${name}=${value}`).join('&')
  return {
    inHeader: { ...bare, query, headers: { host, ...sent, authorization } } satisfies SignedRequest,
    inQuery: { ...bare, query: [...query, ...kept], headers: { host, ...sent } } satisfies SignedRequest,
  }
}

/** The request a URL stands for. */
function received(method: string, url: string): SignedRequest {
  const { pathname, searchParams, host } = new URL(url)
  return { method, rawPath: pathname, query: [...searchParams], host, headers: { host } }
}

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

describe('temporary credentials', () => {
  const grant = (change: Partial<CosGrant> = {}): CosGrant => ({
    ...{ methods: ['PUT'], path: '/cos/lib/a b (1)', uploadId: 'u-1', partNumber: null, trafficLimit: null },
    ...{ validFrom: NOW, validUntil: NOW + 7200, holder: null },
    ...change,
  })
  const HOST = '127.0.0.1:8440'
  /** A request with ready-made headers. */
  function granted(change: Partial<CosGrant>, query: readonly Pair[], issuer = ISSUER): SignedRequest {
    const { Authorization: authorization, ...token } = signedHeaders(mint(issuer, grant(change)), {
      ...{ method: 'PUT', host: HOST },
    })
    const headers = { ...token, authorization, host: HOST }
    return { method: 'PUT', rawPath: strictEncodePath(grant().path), query, host: HOST, headers }
  }
  const part = (number: number): readonly Pair[] => [
    ['uploadId', 'u-1'],
    ['partNumber', String(number)],
  ]

  test('serve every part of their upload with one set of headers', () => {
    for (const number of [1, 2, 10_000]) {
      assert.deepEqual(check(granted({ trafficLimit: 102_400 }, part(number))), {
        account: ACCOUNT,
        rights: ALL_RIGHTS,
        bodySha256: null,
        grant: { realm: ISSUER.name, trafficLimit: 102_400 },
      })
    }
  })

  test('for one part serve that one alone', () => {
    assert.equal(check(granted({ partNumber: 3 }, part(3))).account, ACCOUNT)
    refused(granted({ partNumber: 3 }, part(4)), 'signature-mismatch')
    refused(granted({ partNumber: 3 }, [['uploadId', 'u-1']]), 'signature-mismatch')
  })

  test('are for nothing else than they say', () => {
    refused(granted({}, [['uploadId', 'u-2']]), 'signature-mismatch')
    refused(granted({}, []), 'signature-mismatch')
    refused(granted({ uploadId: null }, part(1)), 'access-denied')
    refused({ ...granted({}, part(1)), method: 'GET' }, 'signature-mismatch')
    refused({ ...granted({}, part(1)), rawPath: '/cos/lib/other' }, 'signature-mismatch')
    refused(granted({ methods: ['GET'] }, part(1)), 'access-denied')
  })

  test('cannot sign more than they grant, even with the secret key in hand', () => {
    const credentials = mint(ISSUER, grant())
    const wider = { ...credentials, grant: grant({ path: '/cos/lib/other', uploadId: null }) }
    const { Authorization: authorization, ...token } = signedHeaders(wider, { method: 'PUT', host: HOST })
    const headers = { ...token, authorization }
    const request = { method: 'PUT', rawPath: '/cos/lib/other', query: [], host: HOST, headers }
    refused(request, 'access-denied')
    const longer = { ...credentials, grant: grant({ validUntil: NOW + 9999 }) }
    const late = signedHeaders(longer, { method: 'PUT', host: HOST })
    refused(
      { ...granted({}, part(1)), headers: { ...late, authorization: late.Authorization } },
      'url-expired',
      NOW + 8000,
    )
  })

  test('hold to their own end, whatever was made after them', () => {
    const old = granted({}, part(1))
    granted({ validFrom: NOW + 10, validUntil: NOW + 9000 }, part(1))
    assert.equal(check(old, NOW + 7200).account, ACCOUNT)
    refused(old, 'url-expired', NOW + 7201)
  })

  test('are refused with a changed, foreign or missing token', () => {
    const request = granted({}, part(1))
    const token = request.headers['x-cos-security-token'] as string
    const [name, text, mac] = token.split('.') as [string, string, string]
    const forged = Buffer.from(text, 'base64url').toString().replace('7200', '9999')
    const foreign = granted({}, part(1), { ...ISSUER, secret: 'another' }).headers[
      'x-cos-security-token'
    ] as string
    const nobody = granted({}, part(1), { ...ISSUER, name: 'nobody' }).headers[
      'x-cos-security-token'
    ] as string
    const tokens = [
      `${name}.${Buffer.from(forged).toString('base64url')}.${mac}`,
      `${name}.${text}.${mac.slice(0, -1)}`,
      ...[foreign, nobody, '', 'x', `${token}.x`, 'A'.repeat(10_000)],
    ]
    for (const each of tokens) {
      refused({ ...request, headers: { ...request.headers, 'x-cos-security-token': each } }, 'access-denied')
    }
    refused(
      { ...request, headers: { ...request.headers, 'x-cos-security-token': undefined } },
      'access-key-unknown',
    )
    const other = mint(ISSUER, grant({ uploadId: 'u-3' })).securityToken
    refused(
      { ...request, headers: { ...request.headers, 'x-cos-security-token': other } },
      'access-key-unknown',
    )
    refused({ ...request, query: [...request.query, ['x-cos-security-token', token]] }, 'signature-malformed')
  })

  test('make URLs that need no headers', () => {
    const params: SignedUrlOptions['params'] = [
      ['response-content-disposition', 'attachment; filename="ü.txt"'],
      ['x-cos-traffic-limit', '102400'],
    ]
    const credentials = mint(ISSUER, grant({ methods: ['GET'], uploadId: null }))
    const url = signedUrl(credentials, { method: 'GET', baseUrl: `http://${HOST}`, params })
    assert.match(url, /^http:\/\/127\.0\.0\.1:8440\/cos\/lib\/a%20b%20%281%29\?/)
    assert.equal(check(received('GET', url)).account, ACCOUNT)
    refused(received('HEAD', url), 'signature-mismatch')
    refused(received('GET', url.replace('102400', '902400')), 'signature-mismatch')
    refused(received('GET', url.replace(/&x-cos-traffic-limit=\d+/, '')), 'signature-mismatch')
    assert.equal(check(received('GET', `${url}&response-expires=${strictEncode('0')}`)).account, ACCOUNT)
  })
})
