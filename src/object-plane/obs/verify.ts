import type { IncomingHttpHeaders } from 'node:http'
import type { TimeMs } from '../../core/clock.ts'
import { equalsConstantTime } from '../../http/canonical.ts'
import { parseHttpDate } from '../../http/http-date.ts'
import { type Pairs, valuesOf } from '../../http/pairs.ts'
import { headerText, type SignedRequest } from '../../http/signed-request.ts'
import { decodePath } from '../decode-path.ts'
import { PlaneError } from '../errors.ts'
import type { FindPlaneKey, PlaneSigner } from '../types.ts'
import { type Claim, readClaim } from './claims.ts'
import { isSubResource, type ObsScheme, PREFIXES, type SignedText, sign } from './signing.ts'

/** How far a client's clock may be off, milliseconds. */
const SKEW_MAX_MS = 15 * 60_000

/** Content types that clients of VOD send with parts and with completes, whatever their URLs were asked for with. */
const PART_TYPE = 'application/octet-stream'
const COMPLETE_TYPE = 'application/xml'

export interface VerifyOptions {
  readonly findKey: FindPlaneKey
  /** Types that URLs of parts and of completes may be signed with although others are sent. */
  readonly namedTypes: readonly string[]
  readonly now: TimeMs
}

/**
 * Checks a V2 signature, in the query or in the headers (pages obs_04_0010, obs_04_0011). The path begins with the bucket:
 * `/bucket/key`. Throws PlaneError.
 */
export function verify(request: SignedRequest, { findKey, namedTypes, now }: VerifyOptions): PlaneSigner {
  const { query, headers } = request
  const claim = readClaim(query, headers.authorization)
  const text = signedText(request, claim, now)
  const key = findKey(claim.accessKey)
  if (key === null) throw new PlaneError('access-key-unknown', 'no account has this access key')
  const isSigned = contentTypes(request, namedTypes).some((contentType) =>
    equalsConstantTime(sign(key.secretKey, { ...text, contentType }), claim.signature),
  )
  if (!isSigned) throw new PlaneError('signature-mismatch', 'the signature is not that of the request')
  return { account: key.account, rights: key.rights, bodySha256: null }
}

/** All but the content type. Throws PlaneError when it is not the time for the signature. */
function signedText(request: SignedRequest, claim: Claim, now: TimeMs): Omit<SignedText, 'contentType'> {
  const { method, rawPath, query, headers } = request
  return {
    method,
    contentMd5: textOf(headers, 'content-md5'),
    time: signedTime(headers, claim, now),
    headers: ownHeaders(headers, claim.scheme),
    path: decodePath(rawPath),
    subResources: subResources(query, claim.scheme),
  }
}

/** Content types that may have been signed: the one received, and others where clients always send the same one. */
function contentTypes(
  { method, query, headers }: SignedRequest,
  named: readonly string[],
): readonly string[] {
  const received = textOf(headers, 'content-type')
  const has = (name: string) => valuesOf(query, name).length > 0
  const isPart = method === 'PUT' && has('uploadId') && has('partNumber')
  const isComplete = method === 'POST' && has('uploadId')
  const isAlwaysRight = (isPart && received === PART_TYPE) || (isComplete && received === COMPLETE_TYPE)
  return isAlwaysRight ? [received, '', ...named] : [received]
}

function signedTime(headers: IncomingHttpHeaders, { scheme, expires }: Claim, now: TimeMs): string {
  if (expires !== null) {
    if (now >= Number(expires) * 1000) throw new PlaneError('url-expired', 'the URL has expired')
    return expires
  }
  const own = headerText(headers, `${PREFIXES[scheme]}date`)
  const date = own ?? textOf(headers, 'date')
  const time = parseHttpDate(date, now)
  if (time === null) throw new PlaneError('access-denied', 'the request has no date')
  if (Math.abs(now - time) > SKEW_MAX_MS) throw new PlaneError('clock-skew', "the client's clock is off")
  return own === undefined ? date : ''
}

const ownHeaders = (headers: IncomingHttpHeaders, scheme: ObsScheme): SignedText['headers'] =>
  Object.keys(headers)
    .filter((name) => name.startsWith(PREFIXES[scheme]))
    .map((name) => [name, textOf(headers, name)])

function subResources(query: Pairs, scheme: ObsScheme): SignedText['subResources'] {
  const found = query.filter(([name]) => isSubResource(name, scheme))
  if (new Set(found.map(([name]) => name.toLowerCase())).size !== found.length)
    throw new PlaneError('argument-invalid', 'a parameter stands twice')
  return found
}

/** A header that is not there is signed as an empty one. */
const textOf = (headers: IncomingHttpHeaders, name: string): string => headerText(headers, name) ?? ''
