import type { Clock } from '../../core/clock.ts'
import type { DigestName, SegmentFacts } from '../../core/model/bytes.ts'
import { deriveKey, equalsConstantTime, hmacSha256, parseCompactUtc } from '../../http/canonical.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import type { PlaneDetails } from '../contents.ts'
import { PlaneError } from '../errors.ts'
import { answerForm } from '../form-answer.ts'
import type { PlaneFields, PlaneForm, PlaneFormClaim, PlaneFormFlavour } from '../form-types.ts'
import type { FindPlaneKey } from '../signer.ts'
import { element } from '../xml.ts'
import {
  ALGORITHMS,
  askedChecksum,
  checksumOf,
  DEFAULT_ALGORITHM,
  digestsFor,
  requireChecksum,
} from './checksums.ts'
import { invalidArgument, S3Error } from './codes.ts'
import { detailsOf } from './describe.ts'
import { requirePostPolicy } from './post-policy.ts'
import { inCredential } from './signature-errors.ts'

const ALGORITHM = 'AWS4-HMAC-SHA256'
const SIGNED = ['policy', 'x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature']
const DAY_MS = 24 * 3_600_000
/** How long a policy can be used after it was signed, and how far a clock may be off: as URLs. */
const [AGE_MAX_MS, SKEW_MAX_MS] = [7 * DAY_MS, 15 * 60_000]

export interface S3FormOptions {
  readonly clock: Clock
  /** Base of the URLs in answers, without a slash at the end. */
  readonly url: string
  commonHeaders(exchange: Exchange): ReplyHeaders
}

/** "POST Object" of the API reference, signed by version 4. */
export const s3Form = ({ clock, url, commonHeaders }: S3FormOptions): PlaneFormFlavour => ({
  fileField: 'file',
  digestsOf,
  authenticate: (form, findKey) => authenticate(form, findKey, clock.now()),
  success: (exchange, fields, result): Reply => {
    const { bucket, key } = result.target
    const location = `${url}/${bucket}/${encodeURIComponent(key)}`
    return answerForm(fields, result, {
      headers: { ...commonHeaders(exchange), etag: result.etag, location },
      document: () =>
        `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${[
          element('Location', location),
          element('Bucket', bucket),
          element('Key', key),
          element('ETag', result.etag),
        ].join('')}</PostResponse>`,
    })
  },
})

function authenticate(
  { fields, key, bucket }: PlaneForm,
  findKey: FindPlaneKey,
  now: number,
): PlaneFormClaim {
  if (!SIGNED.some((name) => fields.has(name)))
    throw new PlaneError('access-denied', 'the form is not signed')
  const [policy = '', algorithm = '', credential = '', date = '', signature = ''] = SIGNED.map((name) => {
    const value = fields.get(name)
    if (value !== undefined) return value
    throw invalidArgument(
      `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
      name,
    )
  })
  if (algorithm !== ALGORITHM)
    throw invalidArgument('Only AWS4-HMAC-SHA256 is supported', 'X-Amz-Algorithm', algorithm)
  const signedAt = parseCompactUtc(date)
  if (signedAt === null)
    throw invalidArgument('X-Amz-Date must be formated via ISO8601 Long format', 'X-Amz-Date', date)
  const wrong = inCredential(credential)
  if (wrong !== null) throw invalidArgument(wrong, 'x-amz-credential', credential)
  if (fields.has('x-amz-security-token')) throw new S3Error('InvalidToken')
  if (signedAt - now > SKEW_MAX_MS || now - signedAt > AGE_MAX_MS)
    throw new S3Error('AccessDenied', 'Invalid according to Policy: Policy expired.')
  const [accessKey = '', ...scope] = credential.split('/')
  const found = findKey(accessKey)
  if (found === null) throw new PlaneError('access-key-unknown', 'no account has this access key')
  const own = hmacSha256(deriveKey(`AWS4${found.secretKey}`, scope), policy).toString('hex')
  if (!equalsConstantTime(own, signature))
    throw new PlaneError('signature-mismatch', 'the signature is not that of the policy')
  const meant = new Map([...fields, ['key', key], ...(bucket === null ? [] : [['bucket', bucket] as const])])
  const size = requirePostPolicy(policy, meant, now)
  detailsOfForm(fields)
  digestsOf(fields)
  const { account, rights } = found
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect') ?? ''
  return {
    signer: { account, rights, bodySha256: null },
    ...{ ...size, trafficLimit: null, redirect: isPage(redirect) ? redirect : null },
  }
}

/** The policy named it, as every field. */
const isPage = (url: string): boolean => /^https?:\/\/[\x21-\x7e]+$/i.test(url) && URL.canParse(url)

const checksumIn = (fields: PlaneFields) =>
  askedChecksum({ request: { headers: Object.fromEntries(fields) } })

function digestsOf(fields: PlaneFields): readonly DigestName[] {
  const announced = fields.get('x-amz-checksum-algorithm')?.toLowerCase()
  if (announced !== undefined && !Object.hasOwn(ALGORITHMS, announced))
    throw new S3Error(
      'InvalidRequest',
      'The algorithm type you specified in x-amz-checksum- header is invalid.',
    )
  return digestsFor(checksumIn(fields)?.algorithm ?? announced ?? DEFAULT_ALGORITHM)
}

/** What a form says of its object beside the bytes. Throws S3Error. */
export const detailsOfForm = (fields: PlaneFields): PlaneDetails => {
  const { tagging: _, ...headers } = Object.fromEntries(fields)
  return detailsOf(headers)
}

/** The checksum of a form's file, as it is kept. Throws S3Error `BadDigest` where it is not the one that was sent. */
export function checksumOfForm(fields: PlaneFields, facts: SegmentFacts) {
  const asked = checksumIn(fields)
  const named = fields.get('x-amz-checksum-algorithm')?.toLowerCase()
  const algorithm = asked?.algorithm ?? named ?? DEFAULT_ALGORITHM
  const value = checksumOf(algorithm, facts)
  if (asked?.value != null) requireChecksum(algorithm, value, asked.value)
  return value === null ? {} : { checksum: { algorithm, value, type: 'FULL_OBJECT' } }
}
