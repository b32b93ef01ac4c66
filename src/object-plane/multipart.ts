import { createHash } from 'node:crypto'
import { CoreError } from '../core/errors.ts'
import { readBody } from '../http/body.ts'
import { RequestFault } from '../http/faults.ts'
import type { Exchange, Reply, Route, RoutePath } from '../http/types.ts'
import { type Admission, type Admitted, type Place, requireSupportedHeaders } from './admission.ts'
import { PlaneError } from './errors.ts'
import type { PlaneOperation } from './operations.ts'
import { only } from './part.ts'
import { contentMd5 } from './receive.ts'
import type {
  PlaneFlavour,
  PlaneMultipart,
  PlaneMultipartFlavour,
  PlaneTarget,
  PlaneUpload,
} from './types.ts'

export interface MultipartOptions {
  readonly flavour: PlaneFlavour
  readonly admit: Admission['admit']
}

/** Bytes of a complete's body: 10,000 parts, laid out with blanks and with a checksum or two of each, have less. */
const COMPLETE_SIZE_MAX = 2 * 1024 * 1024
/** Parts of one list, if the client does not ask for fewer. */
const LIST_MAX = 1000

/** What the handlers of one namespace share. */
interface Handling {
  readonly flavour: PlaneFlavour
  readonly speaks: PlaneMultipartFlavour
  readonly uploads: PlaneMultipart
}

/**
 * Routes of a path for uploads of parts, as S3 has them: POST `?uploads` begins one, GET `?uploadId` lists its parts, POST and
 * DELETE `?uploadId` complete and abort it. None where the namespace or the flavour has no such uploads.
 */
export function multipartRoutes(
  { flavour, admit }: MultipartOptions,
  place: Place,
  path: RoutePath,
): readonly Route[] {
  const { namespace } = place
  if (flavour.multipart === undefined || namespace.multipart === undefined) return []
  const handling: Handling = { flavour, speaks: flavour.multipart, uploads: namespace.multipart }
  const call = `${flavour.name}.multipart`
  const admitted = (
    exchange: Exchange,
    operation: PlaneOperation,
    queries?: readonly string[],
  ): Promise<Admitted> => {
    exchange.note({ call: `${flavour.name}.${operation}` })
    return admit(exchange, place, operation, queries)
  }
  return [
    {
      ...{ method: 'GET', path, call, accepts: ({ url = '' }) => /[?&]uploadid(=|&|$)/i.test(url) },
      handle: async (exchange) => {
        const { target } = await admitted(exchange, 'list-parts')
        return list(handling, exchange, uploadOf(exchange, target))
      },
    },
    {
      ...{ method: 'POST', path, call },
      handle: async (exchange) => {
        const isInitiate = only(exchange.query, 'uploads') !== null
        if (isInitiate) {
          const { target } = await admitted(exchange, 'initiate', ['uploads'])
          return initiate(handling, exchange, target)
        }
        const { target, signer } = await admitted(exchange, 'complete')
        return complete(handling, exchange, uploadOf(exchange, target), signer.bodySha256)
      },
    },
    {
      ...{ method: 'DELETE', path, call },
      handle: async (exchange) => {
        const { target } = await admitted(exchange, 'abort')
        await handling.uploads.abort(target, uploadOf(exchange, target).uploadId)
        return { status: 204, headers: flavour.commonHeaders(exchange) }
      },
    },
  ]
}

async function initiate(
  { flavour, speaks, uploads }: Handling,
  exchange: Exchange,
  target: PlaneTarget,
): Promise<Reply> {
  requireSupportedHeaders(exchange, flavour.unsupportedHeaders)
  if (only(exchange.query, 'uploadid') !== null)
    throw new PlaneError('argument-invalid', 'an upload is begun without an uploadId')
  const isKeyEncoded = readEncoding(exchange.query)
  const uploadId = await uploads.initiate(target, exchange.request.headers['content-type'] ?? null)
  return speaks.initiated(exchange, { target, uploadId, isKeyEncoded })
}

async function list({ speaks, uploads }: Handling, exchange: Exchange, upload: PlaneUpload): Promise<Reply> {
  const { query } = exchange
  const page = {
    after: readNumber(query, 'part-number-marker', 0) ?? 0,
    max: Math.min(readNumber(query, 'max-parts', 1) ?? LIST_MAX, LIST_MAX),
  }
  const found = await uploads.listParts(upload.target, upload.uploadId, page)
  return speaks.listed(exchange, upload, { ...found, ...page })
}

async function complete(
  { speaks, uploads }: Handling,
  exchange: Exchange,
  upload: PlaneUpload,
  sha256: string | null,
): Promise<Reply> {
  const md5 = contentMd5(exchange)
  const body = await readBody(exchange, COMPLETE_SIZE_MAX)
  requireDigest('md5', body, md5)
  requireDigest('sha256', body, sha256)
  const parts = await speaks.readComplete(body)
  const { etag } = await uploads.complete(upload.target, upload.uploadId, parts)
  return speaks.completed(exchange, upload, etag)
}

function requireDigest(digest: 'md5' | 'sha256', body: Uint8Array, expected: string | null): void {
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

function readNumber(query: Exchange['query'], name: string, min: number): number | null {
  const text = only(query, name)
  if (text === null) return null
  const number = /^\d{1,9}$/.test(text) ? Number(text) : -1
  if (number < min) throw new PlaneError('argument-invalid', `${name} is not a number from ${min}`)
  return number
}
