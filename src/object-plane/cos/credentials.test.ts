import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ACCOUNT, check, ISSUER, NOW, type Pair, refused } from '../../../test/support/signed-cos.ts'
import { ALL_RIGHTS } from '../../core/model/accounts.ts'
import { strictEncode, strictEncodePath } from '../../http/canonical.ts'
import type { SignedRequest } from '../../http/signed-request.ts'
import { type CosGrant, mint } from './credentials.ts'
import { type SignedUrlOptions, signedHeaders, signedUrl } from './presign.ts'

/** The request a URL stands for. */
function received(method: string, url: string): SignedRequest {
  const { pathname, searchParams, host } = new URL(url)
  return { method, rawPath: pathname, query: [...searchParams], host, headers: { host } }
}

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
