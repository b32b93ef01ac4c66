import type { IncomingHttpHeaders } from 'node:http'
import type { Accounts, FoundKey } from '../../../core/accounts.ts'
import type { TimeMs } from '../../../core/clock.ts'
import {
  canonicalQuery,
  deriveKey,
  equalsConstantTime,
  hmacSha256,
  parseCompactUtc,
  sha256Hex,
} from '../../../http/canonical.ts'
import { type Pairs, valuesOf } from '../../../http/pairs.ts'
import { headerText, hostSpellings, type SignedRequest } from '../../../http/signed-request.ts'
import { because, signedText } from '../../../http/why.ts'
import { VmsError } from '../errors.ts'
import { ALGORITHM, type Claim } from './claims.ts'

/** `volc_voice_notify` is the name of the API's older generation. */
const SERVICES = ['vms', 'volc_voice_notify']
/** How far ahead of the server a client's clock may be. How far behind it may be is the claim's `expiresS`. */
const SKEW_MAX_MS = 900_000

const INVALID_TIMESTAMP = 100006
const SERVICE_NOT_FOUND = 100007
const BAD_CREDENTIAL = 100025
const BAD_TOKEN = 100026

/**
 * Finds whose request this claims to be, before its body is read. Throws VmsError: `InvalidParameter` for a date
 * outside its window or a scope that is not this service's, `InvalidAccessKeyId` for a key that nobody has.
 */
export function checkClaim(claim: Claim, accounts: Accounts, now: TimeMs): FoundKey {
  const { scope, timestamp, accessKey, where } = claim
  const credentialName = where === 'query' ? 'X-Credential' : 'Credential'
  const signedAt = parseCompactUtc(timestamp)
  if (signedAt === null) throw refusal('X-Date', INVALID_TIMESTAMP)
  if (scope.date !== timestamp.slice(0, 8)) throw refusal(credentialName, BAD_CREDENTIAL)
  if (signedAt - now > SKEW_MAX_MS || now - signedAt > claim.expiresS * 1000) {
    throw because(refusal('X-Date', INVALID_TIMESTAMP), () => ({
      times: { given: signedAt, now, from: now - claim.expiresS * 1000, until: now + SKEW_MAX_MS },
    }))
  }
  if (!SERVICES.includes(scope.service)) throw refusal(credentialName, SERVICE_NOT_FOUND)
  const found = accounts.byAccessKey(accessKey)
  if (found === null) throw new VmsError('InvalidAccessKeyId')
  return found
}

const refusal = (subject: string, codeN: number): VmsError =>
  new VmsError('InvalidParameter', { subject, codeN })

/**
 * Checks the signature (documents 6358/166389, 6469/1126804; the query variant 6617/109758). `hosts` are names, with
 * their ports, that a client may have signed besides the Host header: behind a proxy, the public one. Throws VmsError
 * `SignatureNotMatch`.
 */
export function verify(
  claim: Claim,
  request: SignedRequest,
  body: Uint8Array,
  secretKey: string,
  hosts: readonly string[],
): void {
  if (claim.where === 'headers') requireHeadersSigned(claim, request.headers, body)
  const key = deriveKey(secretKey, scopeParts(claim))
  const bodySha256 = sha256Hex(claim.where === 'headers' ? body : '')
  for (const text of canonicalTexts(claim, request, bodySha256, hosts)) {
    if (equalsConstantTime(signatureOf(key, claim, text), claim.signature)) return
  }
  throw because(new VmsError('SignatureNotMatch'), () => {
    const [text = ''] = canonicalTexts(claim, request, bodySha256, hosts)
    return {
      signed: [signedText('CanonicalRequest', text), signedText('StringToSign', stringToSign(claim, text))],
    }
  })
}

/** As the documents ask: X-Date and a security token have to be signed, and a digest has to be that of the body. */
function requireHeadersSigned(claim: Claim, headers: IncomingHttpHeaders, body: Uint8Array): void {
  if (!claim.signedHeaders.includes('x-date')) throw new VmsError('SignatureNotMatch')
  if (headers['x-security-token'] !== undefined && !claim.signedHeaders.includes('x-security-token')) {
    throw new VmsError('SignatureNotMatch', { codeN: BAD_TOKEN })
  }
  const sent = headers['x-content-sha256']
  if (typeof sent === 'string' && !equalsConstantTime(sent.toLowerCase(), sha256Hex(body))) {
    throw new VmsError('SignatureNotMatch')
  }
}

/**
 * Every canonical text that this claim can stand for. Signers differ in the order of equal names, in the port of the host and, in
 * the query variant, in the parameters that they sign. Without signed headers their block is one empty line.
 */
function* canonicalTexts(
  claim: Claim,
  { method, host: received, query, headers }: SignedRequest,
  bodySha256: string,
  hosts: readonly string[],
): Generator<string, undefined, undefined> {
  const isHostSigned = claim.signedHeaders.includes('host')
  const spellings = isHostSigned ? hostSpellings(received, hosts) : [received]
  for (const host of spellings) {
    const lines = claim.signedHeaders.map((name) => `${name}:${headerValue(headers, name, host)}`)
    const block = `${lines.join('\n')}\n`
    for (const canonical of canonicalQueries(claim, query)) {
      yield [method, '/', canonical, block, claim.signedHeaders.join(';'), bodySha256].join('\n')
    }
  }
}

function canonicalQueries(claim: Claim, query: Pairs): ReadonlySet<string> {
  const choices = claim.where === 'headers' ? [query] : signedChoices(claim, query)
  const orders = [{ keepOrderOfEqualNames: true }, { keepOrderOfEqualNames: false }]
  return new Set(choices.flatMap((pairs) => orders.map((order) => canonicalQuery(pairs, order))))
}

/** Signers append these to the listed names. A token grants nothing here: there are no temporary keys. */
const UNLISTED = ['X-Signature', 'X-SignedQueries', 'X-Security-Token']

/**
 * The parameters that may have been signed: those that X-SignedQueries lists, or all. A list counts only if it names every
 * parameter that could change the request's meaning. So nobody can add one to somebody else's URL.
 */
function signedChoices({ signedQueries }: Claim, query: Pairs): readonly Pairs[] {
  const all = query.filter(([name]) => name !== 'X-Signature')
  if (signedQueries === null) return [all]
  const listed = all.filter(([name]) => signedQueries.includes(name))
  const isWhole = query.every(([name]) => UNLISTED.includes(name) || signedQueries.includes(name))
  return isWhole ? [listed, all] : [all]
}

function headerValue(headers: IncomingHttpHeaders, name: string, host: string): string {
  return name === 'host' ? host : (headerText(headers, name) ?? '').trim()
}

const signatureOf = (key: Buffer, claim: Claim, canonical: string): string =>
  hmacSha256(key, stringToSign(claim, canonical)).toString('hex')

const stringToSign = (claim: Claim, canonical: string): string =>
  [ALGORITHM, claim.timestamp, scopeParts(claim).join('/'), sha256Hex(canonical)].join('\n')

const scopeParts = ({ scope }: Claim): readonly string[] => [
  scope.date,
  scope.region,
  scope.service,
  'request',
]

/**
 * Whether the body's parameters count. A signature in the query covers no body. Then they count only if the signer said so with
 * X-NotSignBody, and never in place of a signed one.
 */
export const isBodyUsed = ({ where }: Claim, query: Pairs): boolean =>
  where === 'headers' || valuesOf(query, 'X-NotSignBody').length > 0
