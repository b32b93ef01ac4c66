import type { TimeMs } from '../../../core/clock.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import {
  type CosCredentials,
  type CosGrant,
  mint,
  signedForm,
  signedHeaders,
} from '../../../object-plane/cos/index.ts'
import type { SpaceCall } from '../calls/call.ts'
import { type BegunUpload, BODY_SIZE_MAX } from '../model/upload.ts'
import { isoTime } from '../wire/records.ts'
import { holderOf } from './holders.ts'

/** Credentials are valid from so many seconds before they were made, for clocks that are behind. */
const CLOCK_SLACK_S = 300
/** Random bytes that make credentials of the same second differ. */
const SALT_SIZE = 9
/** As in the vendor's samples. The object plane accepts them and needs none. */
const STORAGE_HEADERS = {
  'Cache-Control': 'max-age=31104000',
  'x-cos-acl': 'default',
  'x-cos-storage-class': 'STANDARD',
} as const

/** What credentials allow, beside their upload. */
export interface Terms {
  /** Unix seconds: the last that they are good for. */
  readonly validUntil: number
  /** Bytes a second for each request; null for no limit. */
  readonly trafficLimit: number | null
}

/** The end of credentials that are made now, in Unix seconds: when their life is over or the upload's. */
export function endOfCredentials({ core, options }: SpaceCall, expiresAt: TimeMs): number {
  return Math.floor(Math.min(core.clock.now() + options.credentialsTtlS * 1000, expiresAt) / 1000)
}

/** Where an upload's bytes go on the data plane: `/cos/<library>/<space>/<confirmKey>`. */
export const uploadPath = ({ library, address }: SpaceCall, { upload }: BegunUpload): string =>
  `/cos/${library.id}/${address.volume}/${upload.id}`

/** The answer to the start of a simple upload: reference §5.2. */
export function simpleTerms(call: SpaceCall, begun: BegunUpload, terms: Terms): JsonObject {
  const signed = signedHeaders(credentialsOf(call, begun, terms, { method: 'PUT' }), {
    method: 'PUT',
    host: domainOf(call),
  })
  const { 'Cache-Control': cacheControl, ...storage } = STORAGE_HEADERS
  const headers = {
    'Cache-Control': cacheControl,
    'Content-Type': begun.contentType,
    ...storage,
    ...signed,
    ...limitHeader(terms),
  }
  return { ...destination(call, begun), headers, ...validity(begun, terms) }
}

/** The answer to the start of a form upload: reference §5.3. The limit stands in the security token. */
export function formTerms(call: SpaceCall, begun: BegunUpload, terms: Terms): JsonObject {
  const { prefix, domain } = baseOf(call)
  const credentials = credentialsOf(call, begun, terms, { method: 'POST' })
  const fields = { acl: 'default', 'Content-Type': begun.contentType }
  const form = signedForm(credentials, { fields, sizeMax: BODY_SIZE_MAX })
  return { domain, path: `${prefix}/`, form, ...validity(begun, terms) }
}

/**
 * The answer to the start of a multipart upload and to its renewals: reference §5.4, §5.5. It has one set of headers for all parts, or
 * one for each of `numbers`.
 */
export function multipartTerms(
  call: SpaceCall,
  begun: BegunUpload,
  terms: Terms,
  numbers: readonly number[] | null,
): JsonObject {
  const headersOf = (partNumber: number | null): JsonObject => ({
    'Content-Type': 'application/octet-stream',
    ...signedHeaders(credentialsOf(call, begun, terms, { method: 'PUT', partNumber }), {
      method: 'PUT',
      host: domainOf(call),
    }),
    ...limitHeader(terms),
  })
  const allowed: JsonObject =
    numbers === null
      ? { headers: headersOf(null) }
      : { parts: Object.fromEntries(numbers.map((number) => [number, { headers: headersOf(number) }])) }
  return { ...destination(call, begun), uploadId: begun.upload.ref, ...allowed, ...validity(begun, terms) }
}

const limitHeader = ({ trafficLimit }: Terms): JsonObject =>
  trafficLimit === null ? {} : { 'x-cos-traffic-limit': trafficLimit }

const validity = ({ upload }: BegunUpload, { validUntil }: Terms): JsonObject => ({
  confirmKey: upload.id,
  expiration: isoTime(validUntil * 1000),
  availableDomainNum: 1,
})

const destination = (call: SpaceCall, begun: BegunUpload): JsonObject => {
  const { domain, prefix } = baseOf(call)
  return { domain, path: `${prefix}${uploadPath(call, begun)}` }
}

/** The host of the public URL, and its path. A proxy removes the path, so it is not signed. */
function baseOf({ publicUrl }: SpaceCall): { readonly domain: string; readonly prefix: string } {
  const { host, pathname } = new URL(publicUrl)
  return { domain: host, prefix: pathname.replace(/\/$/, '') }
}

const domainOf = (call: SpaceCall): string => baseOf(call).domain

/**
 * Credentials are not stored. Any number of them is good at the same time, each to its own end, and no longer than the token that asked
 * for them. No two are the same.
 */
function credentialsOf(
  call: SpaceCall,
  begun: BegunUpload,
  { validUntil, trafficLimit }: Terms,
  {
    method,
    partNumber = null,
  }: { readonly method: CosGrant['methods'][number]; readonly partNumber?: number | null },
): CosCredentials {
  const { account, library, core, caller } = call
  return mint(
    { name: library.id, account: account.id, secret: library.secret },
    {
      methods: [method],
      path: uploadPath(call, begun),
      uploadId: begun.kind === 'multipart' ? begun.upload.ref : null,
      partNumber,
      trafficLimit,
      validFrom: Math.floor(core.clock.now() / 1000) - CLOCK_SLACK_S,
      validUntil,
      holder: holderOf(caller),
    },
    Buffer.from(core.random.bytes(SALT_SIZE)).toString('base64url'),
  )
}
