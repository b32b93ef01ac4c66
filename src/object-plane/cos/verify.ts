import type { TimeMs } from '../../core/clock.ts'
import { ALL_RIGHTS } from '../../core/model/accounts.ts'
import { equalsConstantTime } from '../../http/canonical.ts'
import { type Pairs, valuesOfAnyCase } from '../../http/pairs.ts'
import { headerText, type SignedRequest } from '../../http/signed-request.ts'
import { because, type SignedText, signedText } from '../../http/why.ts'
import { decodePath } from '../decode-path.ts'
import { ForeignTokenError, notSigned, PlaneError } from '../errors.ts'
import { signedHosts } from '../signed-targets.ts'
import type { FindPlaneKey, PlaneRequest, PlaneSigner } from '../types.ts'
import { type Claim, readClaim, SIGNATURE_NAMES, type TimeSpan } from './claims.ts'
import { type CosGrant, type CosIssuer, type FindCosIssuer, type IsHeld, openToken } from './credentials.ts'
import { httpString, listedName, sign } from './signing.ts'

export interface KeySources {
  /** Of the accounts' own keys. */
  readonly findKey: FindPlaneKey
  /** Of temporary credentials. */
  readonly findIssuer: FindCosIssuer
  readonly isHeld: IsHeld
  readonly now: TimeMs
}

export interface VerifyOptions extends KeySources {
  /** Hosts, with their ports, that a client may have signed besides the Host header: behind a proxy, the public one. */
  readonly hosts: readonly string[]
  /** Whether paths with a percent sign in them, once they are decoded, lead to something. */
  readonly mayHavePercent: boolean
}

export const TOKEN_NAME = 'x-cos-security-token'

/**
 * Checks a q-signature, in the query or in the headers (Tencent document 436/7778), and what temporary credentials allow.
 * Throws PlaneError.
 */
export function verify(request: PlaneRequest, options: VerifyOptions): PlaneSigner {
  const { query, headers } = request
  const claim = readClaim(query, headers.authorization)
  requireNow(claim.signTime, options.now)
  requireNow(claim.keyTime, options.now)
  const key = findSigningKey(claim.accessKey, readToken(request), options)
  if (!isSigned(request, claim, key, options))
    throw because(notSigned(), () => ({ signed: httpStrings(request, claim) }))
  if (key.grant !== null) requireGranted(key.grant, request, options.now)
  return {
    ...key.signer,
    signs: (name) => claim.paramList.includes(listedName(name)),
    signsHeader: (name) => claim.headerList.includes(listedName(name)),
  }
}

/**
 * The scheme signs the decoded path. Some clients sign it as they send it. That text means another path too, which has percent signs in
 * it: so it counts only where no such path leads to anything.
 */
function isSigned(
  request: PlaneRequest,
  claim: Claim,
  { secretKey }: SigningKey,
  { hosts, mayHavePercent }: VerifyOptions,
): boolean {
  const decoded = decodePath(request.rawPath)
  const paths = mayHavePercent || decoded.includes('%') ? [decoded] : [decoded, request.rawPath]
  const signed = signedPairs(request, claim)
  if (signed === null) return false
  const { method } = request
  return signedHosts(request, hosts).some((host) => {
    const headers = signed.headers.map(([name, value]) => [name, name === 'host' ? host : value] as const)
    return paths.some((path) => {
      const text = { method, path, params: signed.params, headers }
      const expected = sign(secretKey, claim.keyTime.text, claim.signTime.text, text)
      return equalsConstantTime(expected, claim.signature)
    })
  })
}

/** What the server signed; nothing where a listed header or parameter is not there. */
function httpStrings(request: PlaneRequest, claim: Claim): readonly SignedText[] {
  const signed = signedPairs(request, claim)
  const { method, rawPath } = request
  if (signed === null) return []
  return [signedText('HttpString', httpString({ method, path: decodePath(rawPath), ...signed }))]
}

export interface SigningKey {
  readonly secretKey: string
  readonly signer: PlaneSigner
  /** Null for an account's own key. */
  readonly grant: CosGrant | null
}

/** The key that may have signed. Throws PlaneError `access-key-unknown`, or `access-denied` for a token that is not ours. */
export function findSigningKey(
  accessKey: string,
  token: string | null,
  { findKey, findIssuer, isHeld }: KeySources,
): SigningKey {
  if (token === null) {
    const key = findKey(accessKey)
    if (key === null) throw new PlaneError('access-key-unknown', 'no account has this access key')
    const { account, secretKey, rights } = key
    return { secretKey, signer: { account, rights, bodySha256: null }, grant: null }
  }
  const opened = openToken(token, findIssuer)
  if (opened === null) throw new ForeignTokenError('the security token is not one of ours')
  const { issuer, credentials } = opened
  if (!equalsConstantTime(credentials.accessKey, accessKey))
    throw new PlaneError('access-key-unknown', 'the access key is not that of the security token')
  const { grant, secretKey } = credentials
  const signer: PlaneSigner = {
    ...{ account: issuer.account, rights: ALL_RIGHTS, bodySha256: null },
    grant: { realm: issuer.name, trafficLimit: grant.trafficLimit },
    ...standing(issuer, grant, isHeld),
  }
  return { secretKey, signer, grant }
}

function standing(issuer: CosIssuer, grant: CosGrant, isHeld: IsHeld): Pick<PlaneSigner, 'stands'> {
  const { holder } = grant
  return holder === null ? {} : { stands: () => isHeld(issuer, { ...grant, holder }) }
}

/** Throws `url-expired` outside of the span, before it begins too: the vendor's clients set their clocks by that. */
export function requireNow({ start, end }: Pick<TimeSpan, 'start' | 'end'>, now: TimeMs): void {
  if (now >= start * 1000 && now <= end * 1000) return
  throw because(new PlaneError('url-expired', 'the signature is not valid at this time'), () => ({
    times: { given: now, now, from: start * 1000, until: end * 1000 },
  }))
}

/** Throws `access-denied` for a request other than the credentials are for, and `url-expired`. */
function requireGranted(grant: CosGrant, { method, rawPath, query }: SignedRequest, now: TimeMs): void {
  requireNow({ start: grant.validFrom, end: grant.validUntil }, now)
  const isGranted =
    grant.methods.some((each) => each === method) &&
    grant.path === decodePath(rawPath) &&
    isOnly(query, 'uploadid', grant.uploadId) &&
    (grant.partNumber === null || isOnly(query, 'partnumber', String(grant.partNumber)))
  if (!isGranted) throw new PlaneError('access-denied', 'the credentials are for another request')
}

/** Whether the parameter (lower case) stands in the query with this value alone, or not at all for null. */
function isOnly(query: Pairs, name: string, value: string | null): boolean {
  const values = valuesOfAnyCase(query, name)
  return value === null ? values.length === 0 : values.length === 1 && values[0] === value
}

/** The header, or in URLs the parameter. */
function readToken({ query, headers }: SignedRequest): string | null {
  const header = headers[TOKEN_NAME]
  const tokens = [...valuesOfAnyCase(query, TOKEN_NAME), ...(typeof header === 'string' ? [header] : [])]
  if (tokens.length > 1) throw new PlaneError('signature-malformed', 'the security token stands twice')
  return tokens[0] ?? null
}

interface SignedPairs {
  readonly params: Pairs
  /** The host as received. */
  readonly headers: Pairs
}

/**
 * The parameters and headers that are listed. Null when one is not there, or is there more than once. Each parameter is encoded
 * once, however long the lists are.
 */
function signedPairs(
  { query, headers, host }: SignedRequest,
  { headerList, paramList, where }: Claim,
): SignedPairs | null {
  const own = where === 'query' ? query.filter(([name]) => !SIGNATURE_NAMES.includes(name)) : query
  // The host counts as a header also where none was sent.
  if (paramList.length > own.length || headerList.length > Object.keys(headers).length + 1) return null
  const values = singleValues(own)
  const signedParams = paramList.map((listed) => pairOf(listed, values.get(listed)))
  const signedHeaders = headerList.map((listed) =>
    pairOf(listed, listed === 'host' ? host : headerText(headers, listed)),
  )
  return isWhole(signedParams) && isWhole(signedHeaders)
    ? { params: signedParams, headers: signedHeaders }
    : null
}

/** The values of parameters by their names as lists have them; null for one that stands more than once. */
function singleValues(query: Pairs): ReadonlyMap<string, string | null> {
  const values = new Map<string, string | null>()
  for (const [name, value] of query) {
    const listed = listedName(name)
    values.set(listed, values.has(listed) ? null : value)
  }
  return values
}

type Pair = readonly [string, string]
const pairOf = (name: string, value: string | null | undefined): Pair | null =>
  value === null || value === undefined ? null : [name, value]
const isWhole = (pairs: readonly (Pair | null)[]): pairs is readonly Pair[] => !pairs.includes(null)
