import type { IncomingHttpHeaders } from 'node:http'
import type { TimeMs } from '../../core/clock.ts'
import { equalsConstantTime, parseCompactUtc, sha256Hex } from '../../http/canonical.ts'
import { valuesOfAnyCase } from '../../http/pairs.ts'
import { headerText, type SignedRequest } from '../../http/signed-request.ts'
import { because, signedText } from '../../http/why.ts'
import { notSigned, PlaneError } from '../errors.ts'
import { requireOwnHeadersSigned } from '../signed-headers.ts'
import { type SignedTarget, signedTargets } from '../signed-targets.ts'
import { requireInTime } from '../signed-times.ts'
import type { FindPlaneKey, PlaneRequest, PlaneSigner } from '../types.ts'
import { type Claim, readClaim } from './claims.ts'
import { canonicalRequest, sign, type SignedText as TosText, UNSIGNED_PAYLOAD } from './signing.ts'

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
  requireNow(claim, now)
  const sentPayload = payloadSent(request, claim)
  const key = findKey(claim.accessKey)
  if (key === null) throw new PlaneError('access-key-unknown', 'no account has this access key')
  const payload = sentPayload ?? payloadUnsaid(claim)
  const targets = signedTargets(request, hosts)
  const { timestamp, scope, signature } = claim
  const isSigned = targets.some((target) => {
    const text = textOf(request, claim, target, payload)
    return equalsConstantTime(sign(key.secretKey, timestamp, scope, text), signature)
  })
  if (!isSigned) {
    throw because(notSigned(), () => ({
      signed: targets
        .slice(0, 1)
        .map((target) =>
          signedText('CanonicalRequest', canonicalRequest(textOf(request, claim, target, payload))),
        ),
    }))
  }
  const isDigest = sentPayload !== null && sentPayload !== UNSIGNED_PAYLOAD
  return { account: key.account, rights: key.rights, bodySha256: isDigest ? sentPayload : null }
}

function requireNow({ timestamp, expiresS }: Claim, now: TimeMs): void {
  const signedAt = parseCompactUtc(timestamp)
  if (signedAt === null) throw new PlaneError('signature-malformed', 'the date has not its form')
  requireInTime({ signedAt, expiresS }, now, 'with its end')
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

const textOf = (
  { method, query, headers }: SignedRequest,
  { signedHeaders }: Claim,
  { host, path }: SignedTarget,
  payload: string,
): TosText => ({
  ...{ method, path, payload },
  query: query.filter(([name]) => name.toLowerCase() !== 'x-tos-signature'),
  headers: signedHeaders.map((name) => [name, name === 'host' ? host : signedValue(headers, name)]),
})

/** Signers write runs of blanks as one, and a header that is not there as an empty one. */
const signedValue = (headers: IncomingHttpHeaders, name: string): string =>
  (headerText(headers, name) ?? '').replace(/\s+/g, ' ').trim()
