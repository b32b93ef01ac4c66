import type { IncomingHttpHeaders } from 'node:http'
import type { TimeMs } from '../../core/clock.ts'
import { equalsConstantTime } from '../../http/canonical.ts'
import { parseHttpDate } from '../../http/http-date.ts'
import { type Pairs, valuesOf } from '../../http/pairs.ts'
import { headerText, hostSpellings, pathSpellings, type SignedRequest } from '../../http/signed-request.ts'
import { around, because, signedText as shownText } from '../../http/why.ts'
import { notSigned, PlaneError } from '../errors.ts'
import type { PlaneRequest, PlaneSigner } from '../types.ts'
import { readV4Claim, type VerifyV4Options, verifyV4 } from '../v4.ts'
import { type Claim, readClaim } from './claims.ts'
import { isSubResource, type ObsScheme, PREFIXES, type SignedText, sign, stringToSign } from './signing.ts'

/** How far a client's clock may be off, milliseconds. */
const SKEW_MAX_MS = 15 * 60_000

/** Content types that clients of VOD send with parts and with completes, whatever their URLs were asked for with. */
const PART_TYPE = 'application/octet-stream'
const COMPLETE_TYPE = 'application/xml'

export interface VerifyOptions extends VerifyV4Options {
  /** Types that URLs of parts and of completes may be signed with although others are sent. */
  readonly namedTypes: readonly string[]
}

/** Checks a signature of either version, in the query or in the headers. Throws PlaneError. */
export function verify(request: PlaneRequest, options: VerifyOptions): PlaneSigner {
  const v4 = readV4Claim(request.query, request.headers, options.now)
  return v4 === null
    ? verifyV2(request, options)
    : verifyV4(request, v4, { ...options, takesChunks: 'without-trailers' })
}

/** Checks a V2 signature, in the query or in the headers (pages obs_04_0010, obs_04_0011). */
function verifyV2(request: PlaneRequest, { findKey, namedTypes, now }: VerifyOptions): PlaneSigner {
  const { query, headers } = request
  const claim = readClaim(query, headers.authorization)
  const text = signedText(request, claim, now)
  const key = findKey(claim.accessKey)
  if (key === null) throw new PlaneError('access-key-unknown', 'no account has this access key')
  const paths = resourcesOf(request)
  const isSigned = contentTypes(request, namedTypes).some((contentType) =>
    paths.some((path) =>
      equalsConstantTime(sign(key.secretKey, { ...text, contentType, path }), claim.signature),
    ),
  )
  if (!isSigned) {
    const contentType = textOf(headers, 'content-type')
    const [path = ''] = paths
    throw because(notSigned(), () => ({
      signed: [shownText('StringToSign', stringToSign({ ...text, contentType, path }))],
    }))
  }
  const { account, rights } = key
  // The headers of the other scheme are not signed.
  const signsHeader = (name: string) => name.startsWith(PREFIXES[claim.scheme])
  return { account, rights, bodySha256: null, signsHeader }
}

/**
 * What may have been signed as `/bucket/key`. A bucket alone is signed with a slash behind it where the host names it, and without
 * one where the path does; some of the vendor's clients encode the slashes of keys and sign the path as they send it. A question
 * mark in a path would read as the start of the sub-resources, which are signed in the same line: no path with one counts.
 */
function resourcesOf({ bucket, rawPath, host }: PlaneRequest): readonly string[] {
  const prefix = bucket === null ? '' : `/${bucket}`
  const unmistakable = pathSpellings(rawPath).filter((path) => !path.includes('?'))
  const whole = unmistakable.map((path) => prefix + path)
  const alone = whole.flatMap((path) => /^(\/[^/]+)\/?$/.exec(path)?.[1] ?? [])
  // A client for which the host is a domain bound to its bucket signs that in place of the bucket.
  const domains = bucket === null ? hostSpellings(host, []) : []
  const bound = domains.flatMap((domain) => unmistakable.map((path) => `/${domain}${path}`))
  return [...new Set([...whole, ...alone.flatMap((path) => [path, `${path}/`]), ...bound])]
}

/** All but the content type and the path. Throws PlaneError when it is not the time for the signature. */
function signedText(
  request: SignedRequest,
  claim: Claim,
  now: TimeMs,
): Omit<SignedText, 'contentType' | 'path'> {
  const { method, query, headers } = request
  return {
    method,
    contentMd5: textOf(headers, 'content-md5'),
    time: signedTime(headers, claim, now),
    headers: ownHeaders(headers, claim.scheme),
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
    const until = Number(expires) * 1000
    if (now < until) return expires
    throw because(new PlaneError('url-expired', 'the URL has expired'), () => ({
      times: { given: now, now, from: 0, until },
    }))
  }
  const own = headerText(headers, `${PREFIXES[scheme]}date`)
  const date = own ?? textOf(headers, 'date')
  const time = parseHttpDate(date, now)
  if (time === null) throw new PlaneError('access-denied', 'the request has no date')
  if (Math.abs(now - time) > SKEW_MAX_MS) {
    throw because(new PlaneError('clock-skew', "the client's clock is off"), () => ({
      times: around(time, now, SKEW_MAX_MS),
    }))
  }
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
