import type { KeyPair } from '../../core/accounts.ts'
import type { TimeMs } from '../../core/clock.ts'
import { compactUtc, strictEncode, strictEncodePath } from '../../http/canonical.ts'
import { ALGORITHM, sign, UNSIGNED_PAYLOAD } from './signing.ts'

export interface PresignOptions {
  readonly method: 'GET' | 'PUT'
  /** Scheme, host and port (and a proxy's path prefix, which is not signed), without a slash at the end. */
  readonly baseUrl: string
  /** As the server sees it, decoded, with its leading slash. */
  readonly path: string
  readonly keys: KeyPair
  readonly region: string
  /** Seconds, 1 to 2592000. */
  readonly expiresS: number
  readonly now: TimeMs
}

/**
 * A URL that allows one method on one path for a while. Shape and order of its parameters are those of the UploadUrl
 * samples of Volcengine documents 6358/172958 and 6358/1722082: slashes of the credential stay raw.
 */
export function presign(options: PresignOptions): string {
  const { method, baseUrl, path, keys, region, expiresS, now } = options
  const timestamp = compactUtc(now)
  const scope = { date: timestamp.slice(0, 8), region }
  const algorithm = ['X-Tos-Algorithm', ALGORITHM] as const
  const credential = ['X-Tos-Credential', `${keys.accessKey}/${scope.date}/${region}/tos/request`] as const
  const expires = ['X-Tos-Expires', String(expiresS)] as const
  const date = ['X-Tos-Date', timestamp] as const
  const signedHeaders = ['X-Tos-SignedHeaders', 'host'] as const
  const signature = sign(keys.secretKey, timestamp, scope, {
    method,
    path: strictEncodePath(path),
    query: [algorithm, credential, expires, date, signedHeaders],
    headers: [['host', new URL(baseUrl).host]],
    payload: UNSIGNED_PAYLOAD,
  })
  const query = [algorithm, credential, expires, date, ['X-Tos-Signature', signature] as const, signedHeaders]
  return `${baseUrl}${strictEncodePath(path)}?${query.map(pairText).join('&')}`
}

const pairText = ([name, value]: readonly [string, string]): string =>
  `${name}=${strictEncode(value).replaceAll('%2F', '/')}`
