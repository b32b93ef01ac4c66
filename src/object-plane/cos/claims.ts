import type { IncomingMessage } from 'node:http'
import type { Pairs } from '../../http/pairs.ts'
import { PlaneError } from '../errors.ts'
import { ALGORITHM, listedName } from './signing.ts'

/** Unix seconds, both inclusive, and the text that is signed. */
export interface TimeSpan {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** What a request says about its signature, checked for form only. */
export interface Claim {
  readonly accessKey: string
  readonly signTime: TimeSpan
  readonly keyTime: TimeSpan
  /** Names of headers and parameters that are signed: encoded, lower case, in the order sent. */
  readonly headerList: readonly string[]
  readonly paramList: readonly string[]
  /** As sent. */
  readonly signature: string
  /** Where the signature stands. Its own part of the query is not signed. */
  readonly where: 'query' | 'header'
}

export const SIGNATURE_NAMES: readonly string[] = [
  'q-sign-algorithm',
  'q-ak',
  'q-sign-time',
  'q-key-time',
  'q-header-list',
  'q-url-param-list',
  'q-signature',
]

/**
 * Finds the signature in the query or in the Authorization header (Tencent document 436/7778). Throws PlaneError
 * `access-denied` when there is none, `algorithm-unsupported` and `signature-malformed` when it has not its form.
 */
export function readClaim(query: Pairs, authorization: string | undefined): Claim {
  const inQuery = query.filter(([name]) => SIGNATURE_NAMES.includes(name))
  if (inQuery.length > 0 && authorization !== undefined)
    throw malformed('signed in the query and in the headers')
  if (inQuery.length > 0) return { ...readFields(inQuery), where: 'query' }
  if (authorization === undefined) throw new PlaneError('access-denied', 'the request is not signed')
  return { ...readFields(headerFields(authorization)), where: 'header' }
}

/** Whether a request says that it is signed so. */
export function isSigned({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
  return (
    /(^|&)q-(sign-algorithm|ak)=/.test(headers.authorization ?? '') || /[?&]q-(sign-algorithm|ak)=/.test(url)
  )
}

/** The header is no query: its values stand as they are. */
function headerFields(authorization: string): Pairs {
  return authorization.split('&').map((field) => {
    const equals = field.indexOf('=')
    const name = field.slice(0, equals).trim()
    if (!SIGNATURE_NAMES.includes(name)) throw malformed('the Authorization header cannot be read')
    return [name, field.slice(equals + 1).trim()]
  })
}

function readFields(pairs: Pairs): Omit<Claim, 'where'> {
  const fields = new Map(pairs)
  if (fields.size !== pairs.length) throw malformed('a field stands twice')
  const field = (name: string): string => {
    const value = fields.get(name)
    if (value === undefined) throw malformed(`${name} is missing`)
    return value
  }
  requireAlgorithm(field('q-sign-algorithm'))
  const accessKey = field('q-ak')
  if (accessKey === '') throw malformed('q-ak is empty')
  return {
    accessKey,
    signTime: readSpan('q-sign-time', field('q-sign-time')),
    keyTime: readSpan('q-key-time', field('q-key-time')),
    headerList: readList('q-header-list', field('q-header-list')),
    paramList: readList('q-url-param-list', field('q-url-param-list')),
    signature: readSignature(field('q-signature')),
  }
}

export function requireAlgorithm(algorithm: string): void {
  if (algorithm === ALGORITHM) return
  throw new PlaneError('algorithm-unsupported', `the algorithm is not ${ALGORITHM}`)
}

/** `<start>;<end>` in Unix seconds. */
export function readSpan(name: string, text: string): TimeSpan {
  const [, start, end] = /^(\d{1,12});(\d{1,12})$/.exec(text) ?? []
  if (start === undefined || end === undefined) throw malformed(`${name} is not <start>;<end>`)
  return { text, start: Number(start), end: Number(end) }
}

export function readSignature(text: string): string {
  if (!/^[0-9a-f]{40}$/.test(text)) throw malformed('q-signature is not 40 lower-case hex characters')
  return text
}

/** Some of the vendor's clients put names into URLs encoded once, which leaves none here. */
function readList(field: string, text: string): readonly string[] {
  if (text === '') return []
  const names = text
    .split(';')
    .map((name) => (/^[\w.~%-]+$/.test(name) ? name.toLowerCase() : listedName(name)))
  const isList = !names.includes('') && new Set(names).size === names.length
  if (!isList) throw malformed(`${field} is no list of names`)
  return names
}

const malformed = (message: string): PlaneError => new PlaneError('signature-malformed', message)
