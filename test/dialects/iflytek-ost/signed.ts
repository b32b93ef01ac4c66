import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createAccounts } from '../../../src/core/accounts.ts'
import { authenticate, type SignedRequest } from '../../../src/dialects/iflytek-ost/auth/authenticate.ts'
import { GatewayError } from '../../../src/dialects/iflytek-ost/errors.ts'
import { accountOf } from '../../support/accounts.ts'
import vectors from '../../vectors/iflytek-ost.json' with { type: 'json' }

export const { appId, apiKey, apiSecret } = vectors
export const RECEIVED_AT = Date.parse(vectors.receivedAt)
export const EMPTY_DIGEST = 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
export const DATE = 'Mon, 29 Jun 2020 00:43:09 GMT'
export const HEADERS = 'host date request-line digest'
export const VENDOR_HOST = 'upload-ost-api.xfyun.cn'
export const NOT_VERIFIED = 'HMAC signature cannot be verified'
export const BAD_DATE = `${NOT_VERIFIED}, a valid date or x-date header is required for HMAC Authentication`

const accounts = createAccounts([
  accountOf('2100056056', { credentials: { app: [{ appId, apiKey, apiSecret }] } }),
])

export interface Sent {
  readonly path?: string
  readonly query?: string
  readonly host?: string
  readonly receivedAt?: number
  readonly headers?: Readonly<Record<string, string>>
}

const request = ({
  path = '/file/mpupload/init',
  query = '',
  host,
  receivedAt,
  headers,
}: Sent): SignedRequest => ({
  method: 'POST',
  rawPath: path,
  rawQuery: query,
  host: host ?? VENDOR_HOST,
  receivedAt: receivedAt ?? RECEIVED_AT,
  request: { headers: present({ date: DATE, digest: EMPTY_DIGEST, ...headers }) },
})

/** An empty value takes a header away. */
const present = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''))

export const authorize = (signature: string, headers = HEADERS): string =>
  `api_key="${apiKey}", algorithm="hmac-sha256", headers="${headers}", signature="${signature}"`

export const sign = (...lines: readonly string[]): string =>
  createHmac('sha256', apiSecret).update(lines.join('\n')).digest('base64')

export const ORIGIN = {
  host: `host: ${VENDOR_HOST}`,
  date: `date: ${DATE}`,
  line: 'POST /file/mpupload/init HTTP/1.1',
  digest: `digest: ${EMPTY_DIGEST}`,
}
export const SIGNATURE = sign(ORIGIN.host, ORIGIN.date, ORIGIN.line, ORIGIN.digest)

export const appOf = (sent: Sent, publicHosts: readonly string[] = []): string =>
  authenticate(request(sent), accounts, publicHosts).app.appId

export const withAuthorization = (authorization: string, sent: Sent = {}): Sent => ({
  ...sent,
  headers: { ...sent.headers, authorization },
})

export function refused(sent: Sent, status: number, message: string): void {
  assert.throws(
    () => appOf(sent),
    (error) => error instanceof GatewayError && error.status === status && error.message === message,
  )
}
