import { createHmac } from 'node:crypto'
import type { Account, Accounts } from '../../../core/accounts.ts'
import { equalsConstantTime } from '../../../http/canonical.ts'
import { own } from '../../../http/own.ts'
import { hostSpellings, pathSpellings } from '../../../http/signed-request.ts'
import type { Exchange } from '../../../http/types.ts'
import { around, because, signedText } from '../../../http/why.ts'
import { type App, appCredential } from '../credentials.ts'
import { GatewayError } from '../errors.ts'
import { HOSTS } from '../hosts.ts'
import { parseDate } from './date.ts'

/** Who is calling. */
export interface Caller {
  readonly account: Account
  readonly app: App
}

/** The parts of an exchange that the check looks at. */
export type SignedRequest = Pick<Exchange, 'method' | 'rawPath' | 'rawQuery' | 'host' | 'receivedAt'> & {
  readonly request: { readonly headers: Readonly<Record<string, string | readonly string[] | undefined>> }
}

/** How far a client's clock may be off. */
export const SKEW_MAX_S = 300
/** Clients built from the vendor's samples sign these names, wherever they send the request. */
const VENDOR_HOSTS = HOSTS.map(({ name }) => name)
const ENFORCED = ['host', 'date', 'request-line', 'digest']
/** What may date a request. Scripts in browsers cannot set Date, so X-Date is taken in its place, as Kong takes it. */
const DATES = ['date', 'x-date']
const ALGORITHM = 'hmac-sha256'
const AUTHORIZATION =
  /^\s*(?:hmac\s+)?(?:api_key|username)="([^"]+)",\s*algorithm="([^"]+)",\s*headers="([^"]+)",\s*signature="([^"]+)"\s*$/i

const NOT_VERIFIED = 'HMAC signature cannot be verified'
export const NO_MATCH = 'HMAC signature does not match'
const BAD_DATE = `${NOT_VERIFIED}, a valid date or x-date header is required for HMAC Authentication`

interface Authorization {
  readonly apiKey: string
  readonly algorithm: string
  /** Lower case, in the order signed. */
  readonly headers: readonly string[]
  readonly signature: string
}

/**
 * Finds who signed a request, without its body. Checks in the gateway's order: header there, clock, grammar and enforced
 * headers, key, signature. The signed text is rebuilt from the client's own list of headers; the request line always says
 * HTTP/1.1, as clients sign it. `publicHosts` are names a proxy may have been reached by; `named` is told the key before the signature is looked
 * at. Throws GatewayError with the
 * vendor's statuses and texts (its gateway is Kong's hmac-auth; texts from the documents of its sibling services).
 */
export function authenticate(
  request: SignedRequest,
  accounts: Accounts,
  publicHosts: readonly string[],
  named: (apiKey: string) => void = () => {},
): Caller {
  const header = headerOf(request, 'authorization')
  if (header === undefined) throw new GatewayError(401, 'Unauthorized')
  checkClock(request, DATES, 'some')
  const authorization = parseAuthorization(header)
  checkEnforced(authorization)
  checkClock(request, authorization.headers.filter(isDate), 'every')
  named(authorization.apiKey)
  const found = accounts.find(appCredential, authorization.apiKey)
  if (found === null) throw new GatewayError(401, `${NOT_VERIFIED}: apikey not found`)
  const { credential: app } = found
  if (!isSignedBy(app.apiSecret, request, authorization, publicHosts)) {
    const place = { host: request.host, path: request.rawPath }
    throw because(new GatewayError(401, NO_MATCH), () => ({
      signed: [signedText('the signed text', textOf(request, authorization, place))],
    }))
  }
  return { account: found.account, app }
}

/** Whether a request was refused because of its signature. A key that nobody has gives nothing to try out. */
export const isWrongSecret = (error: unknown): boolean =>
  error instanceof GatewayError && error.message === NO_MATCH

/** The signature that a request comes with, as sent; empty where it has none. */
export const signatureOf = (request: Pick<SignedRequest, 'request'>): string =>
  AUTHORIZATION.exec(headerOf(request, 'authorization') ?? '')?.[4] ?? ''

/** Whether some or every one of the headers is a time that is near enough. What was signed has to be, all of it. */
function checkClock(request: SignedRequest, names: readonly string[], which: 'some' | 'every'): void {
  if (names[which]((name) => isInTime(request, name))) return
  const late = names.find((name) => !isInTime(request, name)) ?? 'date'
  const given = parseDate(signedValue(request, late) ?? '', request.receivedAt)
  throw because(new GatewayError(403, BAD_DATE), () => ({
    times: around(given, request.receivedAt, SKEW_MAX_S * 1000),
  }))
}

/** In whole seconds, as the gateway does: a Date has no finer ones, so `300 s ago` would always be too late. */
function isInTime(request: SignedRequest, name: string): boolean {
  const date = parseDate(signedValue(request, name) ?? '', request.receivedAt)
  return date !== null && Math.abs(secondsOf(request.receivedAt) - secondsOf(date)) <= SKEW_MAX_S
}

const isDate = (name: string): boolean => DATES.includes(name)

const secondsOf = (timeMs: number): number => Math.floor(timeMs / 1000)

/** No header may be named twice. A long one that is named often would make the signed text far larger than the request. */
function parseAuthorization(header: string): Authorization {
  const [, apiKey, algorithm, headers, signature] = AUTHORIZATION.exec(header) ?? []
  if (apiKey === undefined || algorithm === undefined || headers === undefined || signature === undefined) {
    throw new GatewayError(401, NOT_VERIFIED)
  }
  const names = headers.toLowerCase().trim().split(/\s+/)
  if (new Set(names).size !== names.length) throw new GatewayError(401, NOT_VERIFIED)
  return { apiKey, algorithm, headers: names, signature }
}

function checkEnforced({ algorithm, headers }: Authorization): void {
  const isSigned = (name: string) => headers.includes(name) || (isDate(name) && headers.some(isDate))
  const missing = ENFORCED.find((name) => !isSigned(name))
  if (missing !== undefined) {
    throw new GatewayError(
      401,
      `${NOT_VERIFIED}:enforced header '${missing}' not used for signature creation`,
    )
  }
  if (algorithm !== ALGORITHM) throw new GatewayError(401, NOT_VERIFIED)
}

/** Tries the hosts and paths that the client may have signed. Each is compared in constant time, and only a right one ends it early. */
function isSignedBy(
  secret: string,
  request: SignedRequest,
  authorization: Authorization,
  publicHosts: readonly string[],
): boolean {
  const isSigned = (host: string, path: string): boolean => {
    const text = textOf(request, authorization, { host, path })
    const expected = createHmac('sha256', secret).update(text, 'latin1').digest('base64')
    return equalsConstantTime(authorization.signature, expected)
  }
  if (isSigned(request.host, request.rawPath)) return true
  const paths = pathSpellings(request.rawPath)
  return hostSpellings(request.host, [...publicHosts, ...VENDOR_HOSTS]).some((host) =>
    paths.some((path) => isSigned(host, path)),
  )
}

interface Place {
  readonly host: string
  readonly path: string
}

const textOf = (request: SignedRequest, { headers }: Authorization, place: Place): string =>
  headers.map((name) => signedLine(request, name, place)).join('\n')

function signedLine(request: SignedRequest, name: string, { host, path }: Place): string {
  if (name === 'host') return `host: ${host}`
  if (name === 'request-line') {
    const query = request.rawQuery === '' ? '' : `?${request.rawQuery}`
    return `${request.method} ${path}${query} HTTP/1.1`
  }
  const value = signedValue(request, name)
  if (value === undefined) throw new GatewayError(401, NOT_VERIFIED)
  return `${name}: ${value}`
}

/** Where there is no Date, a client that signs `date` means its X-Date. */
const signedValue = (request: SignedRequest, name: string): string | undefined =>
  headerOf(request, name) ?? (name === 'date' ? headerOf(request, 'x-date') : undefined)

/** Several values are joined as Kong joins them. */
export function headerOf({ request }: Pick<SignedRequest, 'request'>, name: string): string | undefined {
  const value = own(request.headers, name)
  return typeof value === 'string' ? value : value?.join(', ')
}

/** The names that `publicUrl` gives a client to sign. */
export const publicHostsOf = (publicUrl: string): readonly string[] => [new URL(publicUrl).host]
