import type { IncomingMessage } from 'node:http'
import type { Pairs } from '../../http/pairs.ts'
import { PlaneError } from '../errors.ts'
import { KEY_NAMES, type ObsScheme } from './signing.ts'

/** What a request says about its signature, checked for form only. */
export interface Claim {
  readonly scheme: ObsScheme
  readonly accessKey: string
  /** As sent. */
  readonly signature: string
  /** Unix seconds, as sent, of a signature in the query; null for one in the headers. */
  readonly expires: string | null
}

const SIGNATURE_NAMES = [...Object.values(KEY_NAMES), 'Expires', 'Signature']

/** Whether a request says that it is signed so, in either version. */
export function isSigned({ url = '', headers }: Pick<IncomingMessage, 'url' | 'headers'>): boolean {
  const { authorization } = headers
  if (authorization !== undefined) return /^(OBS|AWS|AWS4-HMAC-SHA256) /.test(authorization)
  return /[?&](AWSAccessKeyId|AccessKeyId|X-Amz-Algorithm)=/.test(url)
}

/**
 * Finds a signature of version 2 in the query or in the Authorization header (pages obs_04_0010, obs_04_0011). Throws PlaneError
 * `access-denied` when there is none, `algorithm-unsupported` and `signature-malformed` when it has not its form.
 */
export function readClaim(query: Pairs, authorization: string | undefined): Claim {
  const inQuery = query.filter(([name]) => SIGNATURE_NAMES.includes(name))
  if (inQuery.length > 0 && authorization !== undefined)
    throw malformed('signed in the query and in the headers')
  if (inQuery.length > 0) return fromQuery(inQuery)
  if (authorization === undefined) throw new PlaneError('access-denied', 'the request is not signed')
  return fromHeader(authorization)
}

function fromQuery(pairs: Pairs): Claim {
  const fields = new Map(pairs)
  const [expires = '', signature = ''] = [fields.get('Expires'), fields.get('Signature')]
  const scheme: ObsScheme = fields.has(KEY_NAMES.aws) ? 'aws' : 'obs'
  const accessKey = fields.get(KEY_NAMES[scheme]) ?? ''
  const isWhole = accessKey !== '' && signature !== '' && /^\d{1,12}$/.test(expires)
  if (!isWhole || pairs.length !== 3 || fields.size !== 3)
    throw malformed('the query has not one access key, Expires and Signature')
  return { scheme, accessKey, signature, expires }
}

function fromHeader(authorization: string): Claim {
  const [, word = '', rest = ''] = /^(\S+) +(.*)$/.exec(authorization) ?? []
  const scheme = word === 'OBS' ? 'obs' : word === 'AWS' ? 'aws' : null
  if (scheme === null) throw new PlaneError('algorithm-unsupported', 'the authorization is not OBS or AWS')
  const [, accessKey, signature] = /^([^:\s]+):([^:\s]+)$/.exec(rest) ?? []
  if (accessKey === undefined || signature === undefined)
    throw malformed('the Authorization header is not <key>:<signature>')
  return { scheme, accessKey, signature, expires: null }
}

const malformed = (message: string): PlaneError => new PlaneError('signature-malformed', message)
