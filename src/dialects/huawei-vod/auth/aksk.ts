import type { IncomingHttpHeaders } from 'node:http'
import type { KeyPair } from '../../../core/accounts.ts'
import {
  canonicalQuery,
  equalsConstantTime,
  hmacSha256,
  parseCompactUtc,
  sha256Hex,
  strictEncode,
} from '../../../http/canonical.ts'
import { headerText, hostSpellings, pathSpellings, type SignedRequest } from '../../../http/signed-request.ts'
import { around, because, signedText } from '../../../http/why.ts'
import { notAuthenticated, WRONG_SIGNATURE } from '../errors.ts'

/** SDK-HMAC-SHA256: document api-sign-algorithm-002 to 005, reference §2.2. */
export const ALGORITHM = 'SDK-HMAC-SHA256'
/** How far a client's clock may be off. */
const SKEW_MS = 15 * 60_000

/** What was signed: the request as received, with its body. */
export interface ReceivedRequest extends Omit<SignedRequest, 'host'> {
  readonly body: Uint8Array
  /** Hosts, with their ports, that a client may have signed besides the Host header: behind a proxy, the public one. Default none. */
  readonly hosts?: readonly string[]
}

/** A path and a host as a client may have signed them. */
interface Spelling {
  readonly path: string
  readonly host: string
}

/** What the Authorization header says, checked for form only. */
export interface Claim {
  readonly accessKey: string
  readonly signedHeaders: readonly string[]
  readonly signature: string
  /** As sent: `yyyymmddThhmmssZ`. */
  readonly date: string
}

const FIELDS = /^SDK-HMAC-SHA256 +Access=([^, ]+), *SignedHeaders=([^, ]+), *Signature=([0-9a-f]{64})$/

/** Errors: 401 APIGW.0301 for anything that is no such header. */
export function readClaim(headers: IncomingHttpHeaders): Claim {
  const fields = FIELDS.exec(headers.authorization ?? '')
  const date = headers['x-sdk-date']
  const [, accessKey, list, signature] = fields ?? []
  if (accessKey === undefined || list === undefined || signature === undefined || typeof date !== 'string') {
    throw notAuthenticated(WRONG_SIGNATURE)
  }
  const signedHeaders = list.toLowerCase().split(';')
  const isList = new Set(signedHeaders).size === signedHeaders.length && !signedHeaders.includes('')
  if (!isList || !signedHeaders.includes('x-sdk-date')) throw notAuthenticated(WRONG_SIGNATURE)
  return { accessKey, signedHeaders, signature, date }
}

/** Errors: 401 APIGW.0301 when the signature's time is more than 15 minutes away. */
export function requireFresh({ date }: Claim, now: number): void {
  const signedAt = parseCompactUtc(date)
  if (signedAt === null) throw notAuthenticated(WRONG_SIGNATURE)
  if (Math.abs(now - signedAt) <= SKEW_MS) return
  const skew = () => ({ times: around(signedAt, now, SKEW_MS) })
  const serverTime = new Date(now).toISOString().replace(/[-:]|\.\d{3}/g, '')
  throw because(notAuthenticated(`signature expired, signature time:${date},server time:${serverTime}`), skew)
}

/** Errors: 401 APIGW.0301 when the signature is not that of the key. */
export function verifySignature(claim: Claim, request: ReceivedRequest, key: KeyPair): void {
  const payload = bodyHash(request)
  const isSigned = spellingsOf(claim, request).some((spelling) => {
    const text = canonicalRequest(claim, request, payload, spelling)
    return equalsConstantTime(
      hmacSha256(key.secretKey, stringToSign(claim, text)).toString('hex'),
      claim.signature,
    )
  })
  if (isSigned) return
  throw because(notAuthenticated(WRONG_SIGNATURE), () => {
    const text = canonicalRequest(claim, request, payload)
    return {
      signed: [signedText('CanonicalRequest', text), signedText('StringToSign', stringToSign(claim, text))],
    }
  })
}

const stringToSign = ({ date }: Claim, canonical: string): string =>
  [ALGORITHM, date, sha256Hex(canonical)].join('\n')

/** The first is what the vendor's page says. */
function spellingsOf({ signedHeaders }: Claim, request: ReceivedRequest): readonly Spelling[] {
  const { headers, rawPath, hosts = [] } = request
  const received = headers.host ?? ''
  const spelled = signedHeaders.includes('host') ? hostSpellings(received, hosts) : [received]
  const paths = new Set([canonicalPath(rawPath), ...pathSpellings(rawPath).map(withSlash)])
  return spelled.flatMap((host) => [...paths].map((path) => ({ path, host })))
}

/** The text whose hash is signed. `payload` is what `bodyHash` says of the body. */
export function canonicalRequest(
  claim: Pick<Claim, 'signedHeaders'>,
  request: Omit<ReceivedRequest, 'body'>,
  payload: string,
  { path, host }: Spelling = {
    path: canonicalPath(request.rawPath),
    host: request.headers.host ?? '',
  },
): string {
  const { method, query, headers } = request
  const names = claim.signedHeaders.toSorted()
  const value = (name: string) => (name === 'host' && host !== '' ? host : headerValue(headers, name))
  const lines = names.map((name) => `${name}:${value(name)}\n`)
  return [method, path, canonicalQuery(query), lines.join(''), names.join(';'), payload].join('\n')
}

/** Each segment is encoded anew. A slash is added at the end, which the path on the wire does not have. */
function canonicalPath(rawPath: string): string {
  return withSlash(
    rawPath
      .split('/')
      .map((segment) => strictEncode(decodeURIComponent(segment)))
      .join('/'),
  )
}

const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`)

/**
 * What the client says stands in for the body's hash only where that leaves nothing open: another hash than the body's own
 * is no signature of this body. The body may be long: one hash serves all spellings of a request.
 */
export function bodyHash({ headers, body }: ReceivedRequest): string {
  const said = headers['x-sdk-content-sha256']
  if (said === 'UNSIGNED-PAYLOAD') return said
  const own = sha256Hex(body)
  if (typeof said !== 'string') return own
  if (equalsConstantTime(said.toLowerCase(), own)) return said
  throw notAuthenticated(WRONG_SIGNATURE)
}

function headerValue(headers: IncomingHttpHeaders, name: string): string {
  const text = headerText(headers, name)
  if (text === undefined) throw notAuthenticated(WRONG_SIGNATURE)
  return text.trim()
}
