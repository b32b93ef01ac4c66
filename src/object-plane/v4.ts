import type { IncomingHttpHeaders } from 'node:http'
import type { TimeMs } from '../core/clock.ts'
import {
  canonicalQuery,
  compactUtc,
  deriveKey,
  equalsConstantTime,
  hmacSha256,
  parseCompactUtc,
  sha256Hex,
} from '../http/canonical.ts'
import { parseHttpDate } from '../http/http-date.ts'
import { type Pairs, valuesOfAnyCase } from '../http/pairs.ts'
import { headerText } from '../http/signed-request.ts'
import { because, signedText } from '../http/why.ts'
import { notSigned, PlaneError } from './errors.ts'
import { requireOwnHeadersSigned, signedHeaderNames } from './signed-headers.ts'
import { type SignedTarget, signedTargets } from './signed-targets.ts'
import { requireInTime } from './signed-times.ts'
import type { FindPlaneKey, PlaneRequest, PlaneSigner } from './types.ts'

/** Signatures of version 4, as the vendor took them over from S3 (`V4Authentication` of its SDKs). */
const ALGORITHM = 'AWS4-HMAC-SHA256'
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'
/** The longest life of a URL, seconds: seven days. */
const EXPIRES_MAX_S = 604_800
/** What the digest of the body says of one that comes in chunks. */
const CHUNKED: ReadonlyMap<string, { readonly isSigned: boolean; readonly hasTrailer: boolean }> = new Map([
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD', { isSigned: true, hasTrailer: false }],
  ['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', { isSigned: true, hasTrailer: true }],
  ['STREAMING-UNSIGNED-PAYLOAD-TRAILER', { isSigned: false, hasTrailer: true }],
])
const OWN_HEADERS = /^x-(amz|obs)-/

/** What a request says about its signature, checked for form only. */
export interface V4Claim {
  readonly accessKey: string
  readonly date: string
  readonly region: string
  /** `yyyymmddThhmmssZ`. */
  readonly timestamp: string
  readonly signedAt: TimeMs
  /** Seconds that a URL lives; null for a signature in the headers. */
  readonly expiresS: number | null
  /** Lower case, in the order sent. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

export interface VerifyV4Options {
  readonly findKey: FindPlaneKey
  /** Hosts, with their ports, that a client may have signed besides the Host header: behind a proxy, the public one. */
  readonly hosts: readonly string[]
  readonly now: TimeMs
  /** Which bodies in chunks are taken: those without trailers, which are signed, or all. Default none. */
  readonly takesChunks?: 'without-trailers' | 'all'
}

/** Parameters of a URL; a name counts once, in any letter case. */
const QUERY_NAMES = ['algorithm', 'credential', 'date', 'expires', 'signedheaders', 'signature'].map(
  (name) => `x-amz-${name}`,
)

/**
 * Finds a signature of version 4 in the query or in the headers; null where none of that version is there. Throws PlaneError
 * `algorithm-unsupported`, `signature-malformed`, `expires-invalid` and `expires-too-long` when it has not its form.
 */
export function readV4Claim(query: Pairs, headers: IncomingHttpHeaders, now: TimeMs): V4Claim | null {
  const { authorization } = headers
  const isInQuery = valuesOfAnyCase(query, 'x-amz-algorithm').length > 0
  const isInHeaders = authorization?.startsWith(`${ALGORITHM} `) === true
  if (isInQuery && authorization !== undefined) throw malformed('signed in the query and in the headers')
  if (isInQuery) return fromQuery(query)
  return isInHeaders ? fromHeaders(authorization.slice(ALGORITHM.length), headers, now) : null
}

function fromQuery(query: Pairs): V4Claim {
  const [algorithm, credential = '', timestamp = '', expires = '', names = '', signature = ''] =
    QUERY_NAMES.map((name) => {
      const [value, ...others] = valuesOfAnyCase(query, name)
      if (value === undefined || value === '' || others.length > 0) throw malformed(`not one ${name}`)
      return value
    })
  if (algorithm !== ALGORITHM) throw new PlaneError('algorithm-unsupported', `not ${ALGORITHM}`)
  if (!/^\d{1,12}$/.test(expires) || Number(expires) === 0)
    throw new PlaneError('expires-invalid', 'not a number of seconds')
  if (Number(expires) > EXPIRES_MAX_S)
    throw new PlaneError('expires-too-long', 'over the longest life of a URL')
  return claimOf({ credential, timestamp, names, signature, expiresS: Number(expires) })
}

function fromHeaders(text: string, headers: IncomingHttpHeaders, now: TimeMs): V4Claim {
  const fields = new Map(text.split(',').map((field) => fieldOf(field.trim())))
  const [credential, names, signature] = ['Credential', 'SignedHeaders', 'Signature'].map((name) =>
    fields.get(name),
  )
  if (!credential || !names || !signature || fields.size !== 3)
    throw malformed('the Authorization header has not its three fields')
  return claimOf({ credential, timestamp: timestampOf(headers, now), names, signature, expiresS: null })
}

const fieldOf = (field: string): readonly [string, string] => {
  const equals = field.indexOf('=')
  return [field.slice(0, equals), field.slice(equals + 1)]
}

/** The vendor's clients that send no date header of the scheme sign the time of `Date`. */
function timestampOf(headers: IncomingHttpHeaders, now: TimeMs): string {
  const own = headers['x-amz-date'] ?? headers['x-obs-date']
  if (typeof own === 'string') return own
  const date = parseHttpDate(headers.date ?? '', now)
  return date === null ? '' : compactUtc(date)
}

function claimOf(text: {
  readonly credential: string
  readonly timestamp: string
  readonly names: string
  readonly signature: string
  readonly expiresS: number | null
}): V4Claim {
  const { timestamp, signature, expiresS } = text
  const [, accessKey, date, region] =
    /^([^/\s]+)\/(\d{8})\/([^/\s]*)\/s3\/aws4_request$/.exec(text.credential) ?? []
  if (accessKey === undefined || date === undefined || region === undefined)
    throw malformed('the credential is not <key>/<date>/<region>/s3/aws4_request')
  const signedAt = parseCompactUtc(timestamp)
  if (signedAt === null || !timestamp.startsWith(date))
    throw malformed('the date is not that of the credential')
  if (!/^[0-9a-f]{64}$/.test(signature)) throw malformed('the signature is not 64 lower-case hex characters')
  return {
    accessKey,
    date,
    region,
    timestamp,
    signedAt,
    expiresS,
    signature,
    signedHeaders: signedHeaderNames(text.names),
  }
}

/** Checks a signature of version 4. Throws PlaneError. */
export function verifyV4(
  request: PlaneRequest,
  claim: V4Claim,
  { findKey, hosts, now, takesChunks }: VerifyV4Options,
): PlaneSigner {
  requireInTime(claim, now, 'up to its end')
  requireOwnHeadersSigned(request.headers, claim.signedHeaders, OWN_HEADERS)
  const payload = payloadOf(request, claim)
  const form = CHUNKED.get(payload)
  if (form !== undefined && !(takesChunks === 'all' || (takesChunks !== undefined && !form.hasTrailer)))
    throw new PlaneError('not-implemented', 'bodies in such chunks are not taken')
  const key = findKey(claim.accessKey)
  if (key === null) throw new PlaneError('access-key-unknown', 'no account has this access key')
  const scope = [claim.date, claim.region, 's3', 'aws4_request']
  const derived = deriveKey(`AWS4${key.secretKey}`, scope)
  const targets = signedTargets(request, hosts)
  const textsOf = (target: SignedTarget) => {
    const canonical = canonicalRequest(request, claim, target, payload)
    const toSign = [ALGORITHM, claim.timestamp, scope.join('/'), sha256Hex(canonical)].join('\n')
    return { canonical, toSign }
  }
  const isSigned = targets.some((target) =>
    equalsConstantTime(hmacSha256(derived, textsOf(target).toSign).toString('hex'), claim.signature),
  )
  if (!isSigned)
    throw because(notSigned(), () => ({
      signed: targets.slice(0, 1).flatMap((target) => shown(textsOf(target))),
    }))
  const { account, rights } = key
  if (form === undefined)
    return { account, rights, bodySha256: payload === UNSIGNED_PAYLOAD ? null : payload }
  const chain = { key: derived, timestamp: claim.timestamp, scope: scope.join('/'), seed: claim.signature }
  return { account, rights, bodySha256: null, chunks: { ...form, chain } }
}

const shown = ({ canonical, toSign }: { readonly canonical: string; readonly toSign: string }) => [
  signedText('CanonicalRequest', canonical),
  signedText('StringToSign', toSign),
]

/** What the request says of its body. A URL that says nothing leaves it open; a body in signed chunks is not taken. */
function payloadOf({ query, headers }: PlaneRequest, { expiresS }: V4Claim): string {
  const header = headers['x-amz-content-sha256'] ?? headers['x-obs-content-sha256']
  const [inQuery] = valuesOfAnyCase(query, 'x-amz-content-sha256')
  const said = typeof header === 'string' ? header : expiresS === null ? undefined : inQuery
  const payload = said ?? (expiresS === null ? sha256Hex('') : UNSIGNED_PAYLOAD)
  if (payload === UNSIGNED_PAYLOAD || /^[0-9a-f]{64}$/.test(payload)) return payload
  if (CHUNKED.has(payload)) return payload
  if (payload.startsWith('STREAMING-'))
    throw new PlaneError('not-implemented', 'chunks are not signed so here')
  throw new PlaneError('argument-invalid', 'the digest of the body is no sha256')
}

function canonicalRequest(
  { method, query, headers }: PlaneRequest,
  { signedHeaders }: V4Claim,
  { host, path }: SignedTarget,
  payload: string,
): string {
  const value = (name: string): string => (name === 'host' ? host : (headerText(headers, name) ?? ''))
  return [
    method,
    path,
    canonicalQuery(query.filter(([name]) => name.toLowerCase() !== 'x-amz-signature')),
    ...signedHeaders.map((name) => `${name}:${value(name).replace(/\s+/g, ' ').trim()}`),
    '',
    signedHeaders.join(';'),
    payload,
  ].join('\n')
}

const malformed = (message: string): PlaneError => new PlaneError('signature-malformed', message)
