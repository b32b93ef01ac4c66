import type { Clock, TimeMs } from '../../core/clock.ts'
import type { Digests } from '../../core/model/bytes.ts'
import { equalsConstantTime, strictEncodePath } from '../../http/canonical.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../http/types.ts'
import { PlaneError } from '../errors.ts'
import { answerForm } from '../form-answer.ts'
import { type Policy, parsePolicy, requirePolicy, signedRedirect } from '../policy.ts'
import type { PlaneFields, PlaneForm, PlaneFormClaim, PlaneFormFlavour, PlaneFormResult } from '../types.ts'
import { element } from '../xml.ts'
import { readSignature, readSpan, requireAlgorithm } from './claims.ts'
import type { CosGrant, FindCosIssuer, IsHeld } from './credentials.ts'
import { signPolicy } from './signing.ts'
import { readTrafficLimit, TRAFFIC_LIMIT } from './traffic-limit.ts'
import { findSigningKey, type KeySources, requireNow, TOKEN_NAME } from './verify.ts'
import { xmlDocument } from './xml.ts'

export interface CosFormOptions {
  readonly clock: Clock
  readonly findIssuer: FindCosIssuer
  readonly isHeld: IsHeld
  commonHeaders(exchange: Exchange): ReplyHeaders
  digestHeaders(digests: Digests): ReplyHeaders
}

/** POST Object (Tencent document 436/14690). */
export function cosForm({
  clock,
  findIssuer,
  isHeld,
  commonHeaders,
  digestHeaders,
}: CosFormOptions): PlaneFormFlavour {
  return {
    fileField: 'file',
    authenticate: (form, findKey) => authenticate(form, { findKey, findIssuer, isHeld, now: clock.now() }),
    success: (exchange, fields, result) =>
      success(exchange, fields, result, {
        ...commonHeaders(exchange),
        ...digestHeaders(result.digests),
        etag: result.etag,
      }),
  }
}

/** The form's fields as policies name them: two of the names mean something else there. */
function policyFields({ fields, key, bucket }: PlaneForm): PlaneFields {
  const keyTime = fields.get('q-key-time') ?? ''
  return new Map([...fields, ['key', key], ['q-sign-time', keyTime], ['bucket', bucket ?? '']])
}

function authenticate(form: PlaneForm, sources: KeySources): PlaneFormClaim {
  const { fields, key, bucket } = form
  const { text, policy } = readPolicy(field(fields, 'policy'))
  requireAlgorithm(field(fields, 'q-sign-algorithm'))
  const keyTime = readSpan('q-key-time', field(fields, 'q-key-time'))
  const signature = readSignature(field(fields, 'q-signature'))
  requireNow(keyTime, sources.now)
  requireBefore(policy.expiresAt, sources.now)
  const signing = findSigningKey(field(fields, 'q-ak'), fields.get(TOKEN_NAME) ?? null, sources)
  if (!equalsConstantTime(signPolicy(signing.secretKey, keyTime.text, text), signature))
    throw new PlaneError('signature-mismatch', 'the signature is not that of the policy')
  if (signing.grant !== null) requireGranted(signing.grant, key, sources.now)
  // The bucket of a policy is that of the host name, where it names one.
  const conditions = policy.conditions.filter(({ field: name }) => bucket !== null || name !== 'bucket')
  requirePolicy({ ...policy, conditions }, policyFields(form))
  const limit = fields.get(TRAFFIC_LIMIT)
  return {
    signer: signing.signer,
    sizeMin: policy.sizeMin,
    sizeMax: policy.sizeMax,
    trafficLimit: readTrafficLimit(limit === undefined ? [] : [limit]),
    redirect: signedRedirect(policy, fields, 'success_action_redirect'),
  }
}

function field(fields: PlaneFields, name: string): string {
  const value = fields.get(name)
  if (value === undefined || value === '') throw new PlaneError('access-denied', `the form has no ${name}`)
  return value
}

function readPolicy(base64: string): { readonly text: string; readonly policy: Policy } {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new PlaneError('policy-malformed', 'policy: no base64')
  const text = Buffer.from(base64, 'base64').toString()
  return { text, policy: parsePolicy(text) }
}

function requireBefore(expiresAt: TimeMs, now: TimeMs): void {
  if (now > expiresAt) throw new PlaneError('url-expired', 'the policy has expired')
}

function requireGranted(grant: CosGrant, key: string, now: TimeMs): void {
  requireNow({ start: grant.validFrom, end: grant.validUntil }, now)
  const isGranted = grant.methods.includes('POST') && grant.path === `/${key}` && grant.uploadId === null
  if (!isGranted) throw new PlaneError('access-denied', 'the credentials are for another request')
}

function success(
  { host }: Exchange,
  fields: PlaneFields,
  result: PlaneFormResult,
  headers: ReplyHeaders,
): Reply {
  const { target, key, etag } = result
  // Without a scheme: a proxy may have another one than is spoken here.
  const location = `//${host}/${strictEncodePath(key)}`
  const parts = { Location: location, Bucket: target.bucket, Key: key, ETag: etag }
  return answerForm(fields, result, {
    headers: result.redirect === null ? { ...headers, location } : headers,
    document: () =>
      xmlDocument(
        'PostResponse',
        Object.entries(parts).map(([name, text]) => element(name, text)),
      ),
  })
}
