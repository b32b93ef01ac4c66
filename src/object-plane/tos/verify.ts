import type { IncomingHttpHeaders } from 'node:http'
import type { TimeMs } from '../../core/clock.ts'
import { equalsConstantTime, parseCompactUtc, sha256Hex } from '../../http/canonical.ts'
import { valuesOfAnyCase } from '../../http/pairs.ts'
import { headerText, type SignedRequest } from '../../http/signed-request.ts'
import { PlaneError } from '../errors.ts'
import { requireOwnHeadersSigned } from '../signed-headers.ts'
import { type SignedTarget, signedTargets } from '../signed-targets.ts'
import type { FindPlaneKey, PlaneRequest, PlaneSigner } from '../types.ts'
import { type Claim, readClaim } from './claims.ts'
import { sign, UNSIGNED_PAYLOAD } from './signing.ts'

/** How far a client's clock may be off, milliseconds. */
const SKEW_MAX_MS = 15 * 60_000
/** The vendor requires each of them to be signed. */
const OWN_HEADERS = /^x-tos-/

export interface VerifyOptions {
  readonly findKey: FindPlaneKey
  /** Hosts, with their ports, that a client may have signed besides the Host header: behind a proxy, the public one. */
  readonly hosts: readonly string[]
  readonly now: TimeMs
}

/**
 * Checks a TOS4-HMAC-SHA256 signature, in the query or in the headers (Volcengine documents 6349/74839, 6349/129226).
 * The region is taken from the credential: the vendor's Node SDK puts its endpoint there. Throws PlaneError.
 */
export function verify(request: PlaneRequest, { findKey, hosts, now }: VerifyOptions): PlaneSigner {
  const claim = readClaim(request.query, request.headers)
  requireOwnHeadersSigned(request.headers, claim.signedHeaders, OWN_HEADERS)
  requireInTime(claim, now)
  const sentPayload = payloadSent(request, claim)
  const key = findKey(claim.accessKey)
  if (key === null) throw new PlaneError('access-key-unknown', 'no account has this access key')
  const payload = sentPayload ?? payloadUnsaid(claim)
  const isSigned = signedTargets(request, hosts).some((target) =>
    equalsConstantTime(signatureOf(request, claim, key.secretKey, target, payload), claim.signature),
  )
  if (!isSigned) throw new PlaneError('signature-mismatch', 'the signature is not that of the request')
  const isDigest = sentPayload !== null && sentPayload !== UNSIGNED_PAYLOAD
  return { account: key.account, rights: key.rights, bodySha256: isDigest ? sentPayload : null }
}

function requireInTime({ timestamp, expiresS }: Claim, now: TimeMs): void {
  const signedAt = parseCompactUtc(timestamp)
  if (signedAt === null) throw new PlaneError('signature-malformed', 'the date has not its form')
  if (signedAt - now > SKEW_MAX_MS) throw new PlaneError('clock-skew', 'signed in the future')
  if (expiresS === null) {
    if (now - signedAt > SKEW_MAX_MS) throw new PlaneError('clock-skew', 'signed too long ago')
  } else if (now > signedAt + expiresS * 1000) throw new PlaneError('url-expired', 'the URL has expired')
}

/** What the request says its payload line is, or null. Only plain bodies can be taken, signed or not. */
function payloadSent({ query, headers }: SignedRequest, { expiresS }: Claim): string | null {
  const header = headers['x-tos-content-sha256']
  const fromQuery = valuesOfAnyCase(query, 'x-tos-content-sha256')[0]
  const value = typeof header === 'string' ? header : expiresS === null ? null : (fromQuery ?? null)
  if (value === null || value === UNSIGNED_PAYLOAD || /^[0-9a-f]{64}$/.test(value)) return value
  throw new PlaneError('not-implemented', 'the body is framed in a way that is not supported')
}

/** The vendor's Go SDK signs headers without naming the payload as if the body were empty. */
const payloadUnsaid = ({ expiresS }: Claim): string => (expiresS === null ? sha256Hex('') : UNSIGNED_PAYLOAD)

function signatureOf(
  { method, query, headers }: SignedRequest,
  { timestamp, scope, signedHeaders }: Claim,
  secretKey: string,
  { host, path }: SignedTarget,
  payload: string,
): string {
  return sign(secretKey, timestamp, scope, {
    method,
    path,
    query: query.filter(([name]) => name.toLowerCase() !== 'x-tos-signature'),
    headers: signedHeaders.map((name) => [name, name === 'host' ? host : signedValue(headers, name)]),
    payload,
  })
}

/** Signers write runs of blanks as one, and a header that is not there as an empty one. */
const signedValue = (headers: IncomingHttpHeaders, name: string): string =>
  (headerText(headers, name) ?? '').replace(/\s+/g, ' ').trim()
