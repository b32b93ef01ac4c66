import type { IncomingHttpHeaders } from 'node:http'
import { type Pairs, valuesOf } from '../../../http/pairs.ts'
import { SIGNED_HEADERS_MAX } from '../../../http/signed-request.ts'
import { invalid, VmsError } from '../errors.ts'

export const ALGORITHM = 'HMAC-SHA256'

/** `<yyyymmdd>/<region>/<service>/request`. */
export interface Scope {
  readonly date: string
  readonly region: string
  readonly service: string
}

/** What a request says about its signature, checked for form only. */
export interface Claim {
  readonly where: 'headers' | 'query'
  readonly accessKey: string
  readonly scope: Scope
  /** X-Date as sent: `yyyymmddThhmmssZ`. */
  readonly timestamp: string
  /** Seconds after X-Date that the request stays valid. */
  readonly expiresS: number
  /** Lower case, in the order sent. */
  readonly signedHeaders: readonly string[]
  /** The names in X-SignedQueries; null when there is none. */
  readonly signedQueries: readonly string[] | null
  readonly signature: string
}

/**
 * Documents 6500/1285432 and 6469/1126803: 900 seconds unless X-Expires says otherwise. A signature in the headers is for a request that is
 * sent at once: X-Expires may shorten its life, and never lengthens it.
 */
const EXPIRES_DEFAULT_S = 900

// Numbers of the gateway's common codes (documents 6369/68677, 6440/71573; the last two seen in real answers).
const NO_TOKEN = 100003
const NO_REQUEST_INFO = 100004
const NO_SIGNATURE = 100005
const BAD_AUTHORIZATION = 100024
const BAD_CREDENTIAL = 100025

/**
 * Finds the signature in the Authorization header or in the query (documents 6358/166389, 6469/1126804, 6617/109758).
 * Throws VmsError: `SignatureNotMatch` when there is none, `MissingParameter` or `InvalidParameter` when a piece is
 * missing or malformed.
 */
export function readClaim(query: Pairs, headers: IncomingHttpHeaders): Claim {
  if (headers.authorization !== undefined) return fromHeaders(headers.authorization, query, headers)
  const isInQuery = query.some(([name]) => name === 'X-Signature' || name === 'X-Credential')
  if (isInQuery) return fromQuery(query)
  throw new VmsError('SignatureNotMatch', { codeN: NO_TOKEN })
}

function fromHeaders(authorization: string, query: Pairs, headers: IncomingHttpHeaders): Claim {
  const [algorithm, ...rest] = authorization.trim().split(' ')
  if (algorithm !== ALGORITHM) throw wrong('Authorization', BAD_AUTHORIZATION)
  const fields = new Map<string, string>()
  for (const field of rest.join(' ').split(',')) {
    const [name = '', ...value] = field.trim().split('=')
    if (value.length === 0 || fields.has(name)) throw wrong('Authorization', BAD_AUTHORIZATION)
    fields.set(name, value.join('='))
  }
  const signedHeaders = fields.get('SignedHeaders')
  if (signedHeaders === undefined) throw wrong('Authorization', BAD_AUTHORIZATION)
  const timestamp = headers['x-date']
  if (typeof timestamp !== 'string') throw absent('X-Date')
  return {
    where: 'headers',
    ...credential(fields.get('Credential'), 'Credential'),
    timestamp,
    expiresS: Math.min(expires(query), EXPIRES_DEFAULT_S),
    signedHeaders: headerNames(signedHeaders, 'Authorization'),
    signedQueries: null,
    signature: signature(fields.get('Signature')),
  }
}

function fromQuery(query: Pairs): Claim {
  const algorithm = single(query, 'X-Algorithm')
  if (algorithm === null) throw absent('X-Algorithm')
  if (algorithm !== ALGORITHM) throw wrong('X-Algorithm', BAD_AUTHORIZATION)
  const timestamp = single(query, 'X-Date')
  if (timestamp === null) throw absent('X-Date')
  return {
    where: 'query',
    ...credential(single(query, 'X-Credential'), 'X-Credential'),
    timestamp,
    expiresS: expires(query),
    signedHeaders: headerNames(single(query, 'X-SignedHeaders') ?? '', 'X-SignedHeaders'),
    signedQueries: single(query, 'X-SignedQueries')?.split(';') ?? null,
    signature: signature(single(query, 'X-Signature')),
  }
}

/** The value of a parameter that may stand once; null when it is missing. */
function single(query: Pairs, name: string): string | null {
  const [value, ...others] = valuesOf(query, name)
  if (others.length > 0) throw wrong(name, BAD_AUTHORIZATION)
  return value ?? null
}

const CREDENTIAL = /^([^/\s]{1,128})\/(\d{8})\/([\w.:-]{1,128})\/([\w-]{1,64})\/request$/

function credential(text: string | null | undefined, name: string): Pick<Claim, 'accessKey' | 'scope'> {
  if (text === null || text === undefined || text === '') throw absent(name)
  const [, accessKey, date, region, service] = CREDENTIAL.exec(text) ?? []
  if (accessKey === undefined || date === undefined || region === undefined || service === undefined) {
    throw wrong(name, BAD_CREDENTIAL)
  }
  return { accessKey, scope: { date, region, service } }
}

function expires(query: Pairs): number {
  const text = single(query, 'X-Expires')
  if (text === null) return EXPIRES_DEFAULT_S
  if (!/^[1-9]\d{0,8}$/.test(text)) throw invalid('X-Expires')
  return Number(text)
}

function headerNames(text: string, source: string): readonly string[] {
  if (text === '') return []
  const names = text.toLowerCase().split(';')
  const isList = !names.includes('') && new Set(names).size === names.length
  if (!isList || names.length > SIGNED_HEADERS_MAX) throw wrong(source, BAD_AUTHORIZATION)
  return names
}

function signature(text: string | null | undefined): string {
  if (text === null || text === undefined || text === '') {
    throw new VmsError('SignatureNotMatch', { codeN: NO_SIGNATURE })
  }
  return text
}

const wrong = (subject: string, codeN: number): VmsError =>
  new VmsError('InvalidParameter', { subject, codeN })

const absent = (subject: string): VmsError =>
  new VmsError('MissingParameter', { subject, codeN: NO_REQUEST_INFO })

/** The scope that a request names, even if the rest of its signature is wrong. Null: it names none. */
export function scopeNamed(query: Pairs, headers: IncomingHttpHeaders): Scope | null {
  const inHeader = /\bCredential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1]
  const text = inHeader ?? valuesOf(query, 'X-Credential')[0]
  const [, , date, region, service] = CREDENTIAL.exec(text ?? '') ?? []
  return date === undefined || region === undefined || service === undefined
    ? null
    : { date, region, service }
}
