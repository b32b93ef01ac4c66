import { strictEncode, strictEncodePath } from '../../http/canonical.ts'
import type { Pairs } from '../../http/pairs.ts'
import type { CosCredentials, CosMethod } from './credentials.ts'
import { ALGORITHM, listedName, type SignedText, sign, signPolicy } from './signing.ts'

/** Headers that allow one kind of request, ready to be handed to a client. */
export interface CosHeaders {
  readonly Authorization: string
  readonly 'x-cos-security-token': string
}

/**
 * Headers for requests with `method` to the grant's path. Signed are the method, the path, `host` (as the client will send
 * it), and where the grant has them uploadId and partNumber: one set serves every part of an upload.
 */
export function signedHeaders(
  credentials: CosCredentials,
  { method, host }: { readonly method: CosMethod; readonly host: string },
): CosHeaders {
  const { uploadId, partNumber } = credentials.grant
  const params: Pairs = [
    ...(partNumber === null ? [] : [['partNumber', String(partNumber)] as const]),
    ...(uploadId === null ? [] : [['uploadId', uploadId] as const]),
  ]
  const fields = signatureFields(credentials, method, host, params)
  return {
    Authorization: fields.map(([name, value]) => `${name}=${value}`).join('&'),
    'x-cos-security-token': credentials.securityToken,
  }
}

export interface SignedUrlOptions {
  readonly method: 'GET' | 'HEAD' | 'PUT'
  /** Scheme, host and port (and a proxy's path prefix, which is not signed), without a slash at the end. */
  readonly baseUrl: string
  /** Parameters that are signed too, decoded: `response-content-disposition`, `x-cos-traffic-limit`. */
  readonly params?: Pairs
}

/** A URL for the grant's path that needs no headers (Tencent document 436/7778, signature in the query). */
export function signedUrl(
  credentials: CosCredentials,
  { method, baseUrl, params = [] }: SignedUrlOptions,
): string {
  const fields = signatureFields(credentials, method, new URL(baseUrl).host, params)
  const query: Pairs = [...params, ...fields, ['x-cos-security-token', credentials.securityToken]]
  const text = query.map(([name, value]) => `${strictEncode(name)}=${strictEncode(value)}`).join('&')
  return `${baseUrl}${strictEncodePath(credentials.grant.path)}?${text}`
}

/**
 * Fields of a form that puts one object at the grant's path (Tencent document 436/14690), to stand before the field `file`.
 * The policy ends with the grant, and binds the key, `fields` and the most bytes the file may have.
 */
export function signedForm(
  credentials: CosCredentials,
  { fields, sizeMax }: { readonly fields: Readonly<Record<string, string>>; readonly sizeMax: number },
): Readonly<Record<string, string>> {
  const { accessKey, secretKey, securityToken, grant } = credentials
  const keyTime = `${grant.validFrom};${grant.validUntil}`
  const bound = { key: grant.path.slice(1), ...fields, 'x-cos-security-token': securityToken }
  const policy = JSON.stringify({
    expiration: new Date(grant.validUntil * 1000).toISOString(),
    conditions: [
      { 'q-sign-algorithm': ALGORITHM },
      { 'q-ak': accessKey },
      { 'q-sign-time': keyTime },
      ...Object.entries(bound).map(([name, value]) => ['eq', `$${name}`, value]),
      ['content-length-range', 0, sizeMax],
    ],
  })
  return {
    ...bound,
    policy: Buffer.from(policy).toString('base64'),
    'q-sign-algorithm': ALGORITHM,
    'q-ak': accessKey,
    'q-key-time': keyTime,
    'q-signature': signPolicy(secretKey, keyTime, policy),
  }
}

/** The seven fields in the vendor's order, not encoded. */
function signatureFields(
  { accessKey, secretKey, grant }: CosCredentials,
  method: string,
  host: string,
  params: Pairs,
): Pairs {
  const time = `${grant.validFrom};${grant.validUntil}`
  const listed = params
    .map(([name, value]) => [listedName(name), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const text: SignedText = { method, path: grant.path, params: listed, headers: [['host', host]] }
  return [
    ['q-sign-algorithm', ALGORITHM],
    ['q-ak', accessKey],
    ['q-sign-time', time],
    ['q-key-time', time],
    ['q-header-list', 'host'],
    ['q-url-param-list', listed.map(([name]) => name).join(';')],
    ['q-signature', sign(secretKey, time, time, text)],
  ]
}
