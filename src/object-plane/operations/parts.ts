import { createHash } from 'node:crypto'
import type { TimeMs } from '../../core/clock.ts'
import { CoreError } from '../../core/errors.ts'
import { readBody } from '../../http/body.ts'
import { RequestFault } from '../../http/faults.ts'
import { parseHttpDate } from '../../http/http-date.ts'
import { headerText } from '../../http/signed-request.ts'
import type { Exchange, Reply } from '../../http/types.ts'
import { type Admitted, requireSupportedHeaders } from '../admission.ts'
import { conditionOf } from '../condition.ts'
import { PlaneError } from '../errors.ts'
import type { PlaneOperation } from '../operations.ts'
import { contentMd5 } from '../receive.ts'
import type {
  PlaneFlavour,
  PlaneMultipart,
  PlaneMultipartFlavour,
  PlaneTarget,
  PlaneUpload,
} from '../types.ts'
import { asksFor, type Operation } from './operation.ts'
import { only, readNumber } from './part-query.ts'

/** Bytes of a complete's body: 10,000 parts, laid out with blanks and with a checksum or two of each, have less. */
const COMPLETE_SIZE_MAX = 2 * 1024 * 1024
/** Parts of one list, if the client does not ask for fewer. */
const LIST_MAX = 1000

/** What flavour and namespace have of uploads of parts. */
interface Uploading {
  readonly speaks: PlaneMultipartFlavour
  readonly uploads: PlaneMultipart
}

type PartHandler = (
  uploading: Uploading,
  exchange: Exchange,
  admitted: Admitted,
  flavour: PlaneFlavour,
) => Promise<Reply>

/**
 * Uploads of parts, as S3 has them: POST `?uploads` begins one, GET `?uploadId` lists its parts, POST and DELETE `?uploadId` complete and
 * abort it. None where the namespace or the flavour has no such uploads.
 */
export const partOperations: readonly Operation[] = [
  operation('list-parts', 'GET', asksFor('uploadid'), (uploading, exchange, { target }) =>
    list(uploading, exchange, uploadOf(exchange, target)),
  ),
  operation('initiate', 'POST', asksFor('uploads'), initiate, ['uploads']),
  operation('complete', 'POST', null, complete),
  operation('abort', 'DELETE', null, async ({ uploads }, exchange, { target }, flavour) => {
    await uploads.abort(target, uploadOf(exchange, target).uploadId, initiatedAt(exchange))
    return { status: 204, headers: flavour.commonHeaders(exchange) }
  }),
]

/** The time that an upload has to have begun at; null for any. Later ones than now do not count. */
function initiatedAt({ request, receivedAt }: Exchange): TimeMs | null {
  const time = parseHttpDate(headerText(request.headers, 'x-amz-if-match-initiated-time') ?? '', receivedAt)
  return time === null || time > receivedAt ? null : time
}

/** `queries` are those that it takes although the flavour has none of them elsewhere. */
function operation(
  name: PlaneOperation,
  method: string,
  matches: NonNullable<Operation['matches']> | null,
  handle: PartHandler,
  queries: readonly string[] = [],
): Operation {
  return {
    ...{ call: name, method, at: 'object', ...(matches === null ? {} : { matches }) },
    handlerOf: ({ flavour, admit }, place) => {
      const speaks = flavour.multipart
      const uploads = place.namespace.multipart
      if (speaks === undefined || uploads === undefined) return null
      return async (exchange) =>
        handle({ speaks, uploads }, exchange, await admit(exchange, place, name, queries), flavour)
    },
  }
}

async function initiate(
  { speaks, uploads }: Uploading,
  exchange: Exchange,
  { target }: Admitted,
  flavour: PlaneFlavour,
): Promise<Reply> {
  only(exchange.query, 'uploads')
  requireSupportedHeaders(exchange, flavour.unsupportedHeaders)
  if (only(exchange.query, 'uploadid') !== null)
    throw new PlaneError('argument-invalid', 'an upload is begun without an uploadId')
  const isKeyEncoded = readEncoding(exchange.query)
  const uploadId = await uploads.initiate(
    ...[target, exchange.request.headers['content-type'] ?? null],
    speaks.detailsOf?.(exchange) ?? flavour.describe?.(exchange, null).details ?? null,
  )
  return speaks.initiated(exchange, { target, uploadId, isKeyEncoded })
}

async function list({ speaks, uploads }: Uploading, exchange: Exchange, upload: PlaneUpload): Promise<Reply> {
  const { query } = exchange
  const page = {
    after: readNumber(query, 'part-number-marker') ?? 0,
    max: Math.min(readNumber(query, 'max-parts', 1) ?? LIST_MAX, LIST_MAX),
  }
  const found = await uploads.listParts(upload.target, upload.uploadId, page)
  return speaks.listed(exchange, upload, { ...found, ...page })
}

async function complete(
  { speaks, uploads }: Uploading,
  exchange: Exchange,
  { target, signer }: Admitted,
): Promise<Reply> {
  const upload = uploadOf(exchange, target)
  const md5 = contentMd5(exchange)
  const body = await readBody(exchange, COMPLETE_SIZE_MAX)
  requireDigest('md5', body, md5)
  requireDigest('sha256', body, signer.bodySha256)
  const parts = await speaks.readComplete(body)
  const completed = await uploads.complete(
    ...([upload.target, upload.uploadId, parts, conditionOf(exchange)] as const),
    (stored) => speaks.settle?.(exchange, { ...stored, listed: parts }) ?? {},
  )
  return speaks.completed(exchange, upload, completed)
}

/** Throws `digest-mismatch` unless the body has the digest; null is none. */
export function requireDigest(digest: 'md5' | 'sha256', body: Uint8Array, expected: string | null): void {
  if (expected === null || createHash(digest).update(body).digest('hex') === expected) return
  throw new CoreError('digest-mismatch', `the body's ${digest} is not the one that was sent`, { digest })
}

/** Throws `method-not-allowed` without an uploadId: whole objects have no such request here. */
function uploadOf({ query }: Exchange, target: PlaneTarget): PlaneUpload {
  const uploadId = only(query, 'uploadid')
  if (uploadId === null) throw new RequestFault('method-not-allowed', 'no upload is named')
  if (only(query, 'partnumber') !== null)
    throw new PlaneError('argument-invalid', 'the request is not about one part')
  return { target, uploadId, isKeyEncoded: readEncoding(query) }
}

function readEncoding(query: Exchange['query']): boolean {
  const encoding = only(query, 'encoding-type')
  if (encoding !== null && encoding !== 'url')
    throw new PlaneError('argument-invalid', 'encoding-type is not url')
  return encoding === 'url'
}
