import { parseCompactUtc } from '../../http/canonical.ts'
import { valuesOfAnyCase } from '../../http/pairs.ts'
import { PlaneError } from '../errors.ts'
import type { PlaneRequest } from '../types.ts'
import { invalidArgument, S3Error } from './codes.ts'

const ALGORITHM = 'AWS4-HMAC-SHA256'
const REQUIRED = ['Algorithm', 'Credential', 'Signature', 'Date', 'SignedHeaders', 'Expires']
const COMPONENTS = ['Credential', 'SignedHeaders', 'Signature'] as const
const OWN_HEADER = /^x-amz-/
const FORM = '<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request'

type Request = Pick<PlaneRequest, 'query' | 'headers'>

/** What a request says of its signature, whether or not it is right; empty where it says nothing. */
export function saidOf({ query, headers }: Request) {
  const [inQuery] = valuesOfAnyCase(query, 'x-amz-credential')
  const text = headers.authorization ?? ''
  const component = (name: string) => new RegExp(`${name}=([^,\\s]+)`).exec(text)?.[1]
  const ofQuery = (name: string) => valuesOfAnyCase(query, `x-amz-${name}`)[0]
  const credential = inQuery ?? component('Credential') ?? ''
  return {
    accessKey: credential.split('/')[0] ?? '',
    signature: ofQuery('signature') ?? component('Signature') ?? '',
    signedHeaders: (ofQuery('signedheaders') ?? component('SignedHeaders') ?? '').toLowerCase().split(';'),
    date: ofQuery('date') ?? String(headers['x-amz-date'] ?? ''),
    expiresS: Number(ofQuery('expires') ?? 0),
  }
}

/** An error of a signature in the words that S3 has for what is wrong with it; others as they are. */
export function explained(error: unknown, request: Request): unknown {
  if (!(error instanceof PlaneError)) return error
  switch (error.code) {
    case 'signature-malformed':
    case 'algorithm-unsupported':
    case 'expires-invalid':
      return (isInQuery(request) ? inQuery(request) : inHeader(request)) ?? error
    case 'access-denied':
      return unsigned(request) ?? error
    case 'argument-invalid':
      return wrongDigest(request)
    default:
      return error
  }
}

const isInQuery = ({ query }: Request): boolean =>
  query.some(([name]) => /^x-amz-(algorithm|credential|signature)$/i.test(name))

function inHeader({ headers }: Request): S3Error | null {
  const text = (headers.authorization ?? '').trim()
  if (/^AWS /.test(text)) return null
  const [type = '', rest, ...more] = text.split(' ')
  if (rest === undefined) {
    const message = "Authorization header is invalid -- one and only one ' ' (space) required."
    return invalidArgument(message, 'Authorization', text)
  }
  if (type !== ALGORITHM) return invalidArgument('Unsupported Authorization Type', 'Authorization', type)
  const fields = [rest, ...more].join('').split(',')
  if (fields.length !== COMPONENTS.length)
    return malformed(
      'the authorization header requires three components: Credential, SignedHeaders, and Signature.',
    )
  const odd = fields.find((field) => !field.includes('='))
  if (odd !== undefined) return malformed(`the authorization component "${odd}" is malformed.`)
  const values = new Map(
    fields.map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]),
  )
  const missing = COMPONENTS.find((name) => !values.get(name))
  if (missing !== undefined) return malformed(`missing ${missing}.`)
  const wrong = inCredential(values.get('Credential') ?? '')
  if (wrong !== null) return malformed(wrong)
  const date = String(headers['x-amz-date'] ?? headers.date ?? '')
  if (headers['x-amz-date'] !== undefined && parseCompactUtc(date) === null)
    return new S3Error('AccessDenied', 'AWS authentication requires a valid Date or x-amz-date header.')
  return malformed('Invalid credential date. Date is not the same as X-Amz-Date.')
}

function inQuery({ query }: Request): S3Error | null {
  const value = (name: string) => valuesOfAnyCase(query, `x-amz-${name.toLowerCase()}`)[0] ?? ''
  if (REQUIRED.some((name) => value(name) === '')) return ofQuery()
  const algorithm = value('Algorithm')
  if (algorithm === 'AWS4-ECDSA-P256-SHA256') return ofQuery(`X-Amz-Algorithm only supports "${ALGORITHM}"`)
  if (algorithm !== ALGORITHM)
    return ofQuery(`X-Amz-Algorithm only supports "${ALGORITHM} and AWS4-ECDSA-P256-SHA256"`)
  const wrong = inCredential(value('Credential'))
  if (wrong !== null) return ofQuery(`Error parsing the X-Amz-Credential parameter; ${wrong}`)
  const [, date = ''] = value('Credential').split('/')
  const time = value('Date')
  if (parseCompactUtc(time) === null)
    return ofQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"")
  if (!time.startsWith(date))
    return ofQuery(
      `Invalid credential date "${date}". This date is not the same as X-Amz-Date: "${time.slice(0, 8)}".`,
    )
  return /^-\d+$/.test(value('Expires')) ? ofQuery('X-Amz-Expires must be non-negative') : null
}

/** What is wrong with a credential; null for nothing. */
export function inCredential(credential: string): string | null {
  const [, date = '', , service = '', terminal = '', ...more] = credential.split('/')
  if (terminal === '' || more.length > 0) return `the Credential is mal-formed; expecting "${FORM}".`
  if (terminal !== 'aws4_request')
    return `incorrect terminal "${terminal}". This endpoint uses "aws4_request".`
  if (service !== 's3') return `incorrect service "${service}". This endpoint belongs to "s3".`
  if (!/^\d{8}$/.test(date))
    return `incorrect date format "${date}". This date in the credential must be in the format "yyyyMMdd".`
  return null
}

function unsigned(request: Request): S3Error | null {
  const { signedHeaders, signature } = saidOf(request)
  const names = Object.keys(request.headers).filter(
    (name) => OWN_HEADER.test(name) && !signedHeaders.includes(name),
  )
  if (signature === '' || names.length === 0) return null
  return new S3Error('AccessDenied', 'There were headers present in the request which were not signed', {
    HeadersNotSigned: names.sort().join(', '),
  })
}

const wrongDigest = ({ headers }: Request): S3Error =>
  invalidArgument(
    'x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.',
    ...(['x-amz-content-sha256', String(headers['x-amz-content-sha256'] ?? '')] as const),
  )

const malformed = (what: string): S3Error =>
  new S3Error('AuthorizationHeaderMalformed', `The authorization header is malformed; ${what}`)
const ofQuery = (message?: string): S3Error => new S3Error('AuthorizationQueryParametersError', message)
