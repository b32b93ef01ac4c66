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
import { BODY_SIZE_MAX, type Task } from '../model/upload.ts'
import { isoTime } from '../wire/records.ts'

/** Seconds that credentials count as valid before they were made, for clocks that are behind. */
const CLOCK_SLACK_S = 300
/** Bytes that tell credentials of one second apart. */
const SALT_SIZE = 9
/** As the vendor's samples have them; the store takes them and needs none. */
const STORAGE_HEADERS = {
  'Cache-Control': 'max-age=31104000',
  'x-cos-acl': 'default',
  'x-cos-storage-class': 'STANDARD',
} as const

/** What credentials are made by beside the task. */
export interface Terms {
  /** Unix seconds: the last that they are good for. */
  readonly validUntil: number
  /** Bytes a second for each request; null for no limit. */
  readonly trafficLimit: number | null
}

/** When credentials that are made now end: after their life, or with the task. Unix seconds. */
export function endOfCredentials({ core, options }: SpaceCall, expiresAt: TimeMs): number {
  return Math.floor(Math.min(core.clock.now() + options.credentialsTtlS * 1000, expiresAt) / 1000)
}

/** Where a task's bytes go on the data plane: `/cos/<library>/<space>/<confirmKey>`. */
export const taskPath = ({ library, address }: SpaceCall, { upload }: Task): string =>
  `/cos/${library.id}/${address.volume}/${upload.id}`

/** What a start of a simple upload answers: reference §5.2. */
export function simpleTerms(call: SpaceCall, task: Task, terms: Terms): JsonObject {
  const signed = signedHeaders(credentialsOf(call, task, terms, { method: 'PUT' }), {
    method: 'PUT',
    host: domainOf(call),
  })
  const { 'Cache-Control': cacheControl, ...storage } = STORAGE_HEADERS
  const headers = {
    'Cache-Control': cacheControl,
    'Content-Type': task.contentType,
    ...storage,
    ...signed,
    ...limitHeader(terms),
  }
  return { ...destination(call, task), headers, ...validity(task, terms) }
}

/** What a start of a form upload answers: reference §5.3. The limit stands in the security token. */
export function formTerms(call: SpaceCall, task: Task, terms: Terms): JsonObject {
  const { prefix, domain } = placeOf(call)
  const credentials = credentialsOf(call, task, terms, { method: 'POST' })
  const fields = { acl: 'default', 'Content-Type': task.contentType }
  const form = signedForm(credentials, { fields, sizeMax: BODY_SIZE_MAX })
  return { domain, path: `${prefix}/`, form, ...validity(task, terms) }
}

/**
 * What the start of a multipart upload and its renewals answer: reference §5.4, §5.5. One set of headers for every part, or
 * with `numbers` one for each of these alone.
 */
export function multipartTerms(
  call: SpaceCall,
  task: Task,
  terms: Terms,
  numbers: readonly number[] | null,
): JsonObject {
  const headersOf = (partNumber: number | null): JsonObject => ({
    'Content-Type': 'application/octet-stream',
    ...signedHeaders(credentialsOf(call, task, terms, { method: 'PUT', partNumber }), {
      method: 'PUT',
      host: domainOf(call),
    }),
    ...limitHeader(terms),
  })
  const allowed: JsonObject =
    numbers === null
      ? { headers: headersOf(null) }
      : { parts: Object.fromEntries(numbers.map((number) => [number, { headers: headersOf(number) }])) }
  return { ...destination(call, task), uploadId: task.upload.ref, ...allowed, ...validity(task, terms) }
}

const limitHeader = ({ trafficLimit }: Terms): JsonObject =>
  trafficLimit === null ? {} : { 'x-cos-traffic-limit': trafficLimit }

const validity = ({ upload }: Task, { validUntil }: Terms): JsonObject => ({
  confirmKey: upload.id,
  expiration: isoTime(validUntil * 1000),
  availableDomainNum: 1,
})

const destination = (call: SpaceCall, task: Task): JsonObject => {
  const { domain, prefix } = placeOf(call)
  return { domain, path: `${prefix}${taskPath(call, task)}` }
}

/** The public URL's host, and a proxy's path prefix, which the server does not see and which is not signed. */
function placeOf({ publicUrl }: SpaceCall): { readonly domain: string; readonly prefix: string } {
  const { host, pathname } = new URL(publicUrl)
  return { domain: host, prefix: pathname.replace(/\/$/, '') }
}

const domainOf = (call: SpaceCall): string => placeOf(call).domain

/** Nothing is kept of credentials: any number of them is good at the same time, each to its own end. No two are the same. */
function credentialsOf(
  call: SpaceCall,
  task: Task,
  { validUntil, trafficLimit }: Terms,
  {
    method,
    partNumber = null,
  }: { readonly method: CosGrant['methods'][number]; readonly partNumber?: number | null },
): CosCredentials {
  const { account, library, core } = call
  return mint(
    { name: library.id, account: account.id, secret: library.secret },
    {
      methods: [method],
      path: taskPath(call, task),
      uploadId: task.kind === 'multipart' ? task.upload.ref : null,
      partNumber,
      trafficLimit,
      validFrom: Math.floor(core.clock.now() / 1000) - CLOCK_SLACK_S,
      validUntil,
    },
    Buffer.from(core.random.bytes(SALT_SIZE)).toString('base64url'),
  )
}
