import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Pairs } from '../../http/pairs.ts'
import { PlaneError, type PlaneErrorCode } from '../errors.ts'
import { signedHeaderNames } from '../signed-headers.ts'
import { ALGORITHM, type Scope } from './signing.ts'

/** The longest life of a presigned URL, seconds: 30 days (Volcengine document 6349/129226). */
export const EXPIRES_MAX_S = 2_592_000

/** What a request says about its signature, checked for form only. */
export interface Claim {
  readonly accessKey: string
  readonly scope: Scope
  /** As sent: `yyyymmddThhmmssZ`. */
  readonly timestamp: string
  /** Seconds a presigned URL lives; null for a signature in the headers. */
  readonly expiresS: number | null
  /** Lower case, in the order sent. */
  readonly signedHeaders: readonly string[]
  readonly signature: string
}

/** Parameters of a presigned URL; a name counts once, in any letter case. */
const QUERY_NAMES = [
  'x-tos-algorithm',
  'x-tos-credential',
  'x-tos-date',
  'x-tos-expires',
  'x-tos-signedheaders',
  'x-tos-signature',
] as const

/**
 * Finds the signature in the query or in the Authorization header. Throws PlaneError `access-denied` when there is none
 * and `signature-malformed`, `algorithm-unsupported`, `expires-invalid` or `expires-too-long` when it has not its form.
 */
export function readClaim(query: Pairs, headers: IncomingHttpHeaders): Claim {
  const isPresigned = query.some(([name]) => isSignatureName(name.toLowerCase()))
  const { authorization } = headers
  if (isPresigned && authorization !== undefined) throw malformed('signed in the query and in the headers')
  if (isPresigned) return fromQuery(query)
  if (authorization !== undefined) return fromHeader(authorization, headers)
  throw new PlaneError('access-denied', 'the request is not signed')
}

/** Whether a request says that it is signed so. */
export function isSigned({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
  return headers.authorization?.startsWith(ALGORITHM) === true || /[?&]x-tos-algorithm=/i.test(url)
}

function isSignatureName(name: string): boolean {
  return QUERY_NAMES.some((known) => known === name)
}

function fromQuery(query: Pairs): Claim {
  const found = new Map<string, string>()
  for (const [name, value] of query) {
    const lower = name.toLowerCase()
    if (found.has(lower) && lower.startsWith('x-tos-')) throw malformed(`${lower} stands twice`)
    found.set(lower, value)
  }
  const [algorithm, credential, timestamp, expires, signedHeaders, signature] = QUERY_NAMES.map((name) => {
    const value = found.get(name)
    if (value === undefined || value === '') throw malformed(`${name} is missing`)
    return value
  }) as [string, string, string, string, string, string]
  requireAlgorithm(algorithm)
  return { ...claim(credential, timestamp, signedHeaders, signature), expiresS: expiresSeconds(expires) }
}

function fromHeader(authorization: string, headers: IncomingHttpHeaders): Claim {
  const blank = authorization.indexOf(' ')
  requireAlgorithm(blank < 0 ? authorization : authorization.slice(0, blank))
  const fields = new Map<string, string>()
  for (const field of authorization.slice(blank + 1).split(',')) {
    const equals = field.indexOf('=')
    const name = field.slice(0, equals).trim()
    if (equals < 0 || fields.has(name)) throw malformed('the Authorization header cannot be read')
    fields.set(name, field.slice(equals + 1).trim())
  }
  const credential = fields.get('Credential')
  const signedHeaders = fields.get('SignedHeaders')
  const signature = fields.get('Signature')
  const timestamp = headers['x-tos-date'] ?? headers.date
  if (!credential || !signedHeaders || !signature || fields.size !== 3) {
    throw malformed('the Authorization header has not its three fields')
  }
  if (typeof timestamp !== 'string') throw malformed('x-tos-date is missing')
  return { ...claim(credential, timestamp, signedHeaders, signature), expiresS: null }
}

function claim(credential: string, timestamp: string, signedHeaders: string, signature: string) {
  const [accessKey, date, region, service, end, ...more] = credential.split('/')
  if (!accessKey || !date || !region || service !== 'tos' || end !== 'request' || more.length > 0) {
    throw malformed('the credential is not <key>/<date>/<region>/tos/request')
  }
  if (!timestamp.startsWith(`${date}T`)) throw malformed('the date is not that of the credential')
  return {
    accessKey,
    scope: { date, region },
    timestamp,
    signedHeaders: signedHeaderNames(signedHeaders),
    signature,
  }
}

function expiresSeconds(text: string): number {
  if (!/^\d{1,15}$/.test(text) || Number(text) === 0)
    throw refusal('expires-invalid', 'not a number of seconds')
  if (Number(text) > EXPIRES_MAX_S) throw refusal('expires-too-long', 'over the longest life of a URL')
  return Number(text)
}

function requireAlgorithm(algorithm: string): void {
  if (algorithm !== ALGORITHM) throw refusal('algorithm-unsupported', `the algorithm is not ${ALGORITHM}`)
}

const refusal = (code: PlaneErrorCode, message: string): PlaneError => new PlaneError(code, message)
const malformed = (message: string): PlaneError => refusal('signature-malformed', message)
