import { canonicalQuery, deriveKey, hmacSha256, sha256Hex } from '../../http/canonical.ts'
import type { Pairs } from '../../http/pairs.ts'

export const ALGORITHM = 'TOS4-HMAC-SHA256'
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

/** `<yyyymmdd>/<region>/tos/request`. */
export interface Scope {
  readonly date: string
  readonly region: string
}

/** What a TOS4 signature covers. */
export interface SignedText {
  readonly method: string
  /** As it is signed: percent-encoded. */
  readonly path: string
  /** Decoded, in any order, without `X-Tos-Signature`. */
  readonly query: Pairs
  /** Lower-case name and value, in the order of the SignedHeaders. */
  readonly headers: Pairs
  readonly payload: string
}

/** The CanonicalRequest of Volcengine documents 6349/74839 and 6349/129226. */
export function canonicalRequest({ method, path, query, headers, payload }: SignedText): string {
  return [
    method,
    path,
    canonicalQuery(query),
    ...headers.map(([name, value]) => `${name}:${value}`),
    '',
    headers.map(([name]) => name).join(';'),
    payload,
  ].join('\n')
}

/** The signature, 64 lower-case hex characters. `timestamp` is `yyyymmddThhmmssZ`; the secret is used as it is. */
export function sign(
  secretKey: string,
  timestamp: string,
  { date, region }: Scope,
  text: SignedText,
): string {
  const scope = [date, region, 'tos', 'request']
  const toSign = [ALGORITHM, timestamp, scope.join('/'), sha256Hex(canonicalRequest(text))].join('\n')
  return hmacSha256(deriveKey(secretKey, scope), toSign).toString('hex')
}
