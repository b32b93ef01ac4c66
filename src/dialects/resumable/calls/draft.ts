import { isCoreError } from '../../../core/errors.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { Appended } from '../../../core/ports/commands/uploads.ts'
import { announcedLength, bodyStream, mediaType } from '../../../http/body.ts'
import { contentDigests, fieldDigests } from '../../../http/digest-fields.ts'
import { fileNameOf } from '../../../http/disposition.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../../http/types.ts'
import { ResumableError, refusalWith } from '../errors.ts'
import * as wire from '../wire/draft.ts'
import { headerOf } from '../wire/tus.ts'
import { addBody, finish, sizeNamedOf } from './adding.ts'
import { admit, begin } from './begin.ts'
import { type Door, isDone, referenceOf, requireNotFinal, requireUpload, sizeMaxOf, urlOf } from './call.ts'

/** Upload creation: the body is the whole, its beginning, or nothing yet. Errors: 400, 401, 403, 404, 413, 415. */
export async function create(door: Door, exchange: Exchange): Promise<Reply> {
  const { request, query } = exchange
  const isLast = wire.completenessOf(request)
  if (isLast === null) throw new ResumableError(400, 'Upload-Complete has to be ?0 or ?1')
  const digests = headerOf(request, 'repr-digest')
  fieldDigests(digests)
  const described = {
    key: query.find(([name]) => name === 'key')?.[1] ?? null,
    name: fileNameOf(headerOf(request, 'content-disposition') ?? ''),
    type: headerOf(request, 'content-type'),
    size: lengthOf(exchange, { offset: 0, isLast, known: null }),
  }
  const kept = { metadata: '', reprDigest: digests, concat: null }
  const { upload, offset } = await begin(door, admit(door, exchange), described, kept)
  const location = urlOf(door, upload)
  // The body has to follow what is there of an upload that another door began.
  if (offset > 0) throw refusalWith(wire.mismatch(offset, 0), { location })
  const limits = limitsOf(door, upload)
  const version = wire.versionOf(request)
  const own = version === null ? {} : { 'Upload-Draft-Interop-Version': String(version) }
  exchange.inform(104, {
    ...own,
    Location: location,
    'Upload-Limit': String(limits['upload-limit']),
  })
  // Nothing comes yet: the bytes may come by any door.
  const added =
    !isLast && announcedLength(exchange) === 0
      ? { ...wire.completeHeaders(request, false), 'upload-offset': 0 }
      : await add(door, exchange, upload, { offset: 0, isLast })
  return { status: 201, headers: { location, ...limits, ...referenceOf(door, upload), ...added } }
}

const limitsOf = ({ core }: Door, upload: Upload): ReplyHeaders =>
  wire.limitHeaders({ sizeMax: sizeMaxOf(upload), expiresAt: upload.expiresAt }, core.clock.now())

/** Offset retrieval. Errors: 403, 404, 410. */
export async function tell(door: Door, exchange: Exchange): Promise<Reply> {
  const { upload: known } = await requireUpload(door, exchange)
  await door.turns.interrupt(known.id)
  const { upload, offset } = await requireUpload(door, exchange)
  const size = sizeNamedOf(upload)
  return {
    status: 204,
    headers: {
      'upload-offset': offset,
      ...wire.completeHeaders(exchange.request, isDone(upload)),
      ...(size === null ? {} : { 'upload-length': size }),
      ...limitsOf(door, upload),
      ...referenceOf(door, upload),
      'cache-control': 'no-store',
    },
  }
}

/** Upload append. Errors: 400, 403, 404, 409, 410, 413, 415. */
export async function append(door: Door, exchange: Exchange): Promise<Reply> {
  const { request } = exchange
  const { upload, offset: end } = await requireUpload(door, exchange)
  if (wire.needsType(request) && mediaType(exchange) !== wire.BODY_TYPE)
    throw new ResumableError(415, `the body has to be ${wire.BODY_TYPE}`, { 'accept-patch': wire.BODY_TYPE })
  const isLast = wire.completenessOf(request)
  const offset = wire.integerOf(request, 'upload-offset')
  if (isLast === null || offset === null)
    throw new ResumableError(400, 'Upload-Complete and Upload-Offset are needed')
  requireNotFinal(upload)
  if (isDone(upload) && announcedLength(exchange) === 0) throw wire.completed(end)
  if (offset !== end) throw wire.mismatch(end, offset)
  if (isDone(upload)) throw wire.inconsistent()
  // A server that died while it looked at the whole.
  if (upload.state === 'sealed' && isLast && announcedLength(exchange) === 0) {
    await complete(door, exchange, { upload, offset })
    return { status: 200, headers: { ...wire.completeHeaders(request, true), 'upload-offset': end } }
  }
  const added = await add(door, exchange, upload, { offset, isLast })
  return { status: isLast ? 200 : 204, headers: added }
}

/** Upload cancellation. Errors: 403, 404, 410. */
export async function cancel(door: Door, exchange: Exchange): Promise<Reply> {
  const { upload } = await requireUpload(door, exchange)
  await door.turns.interrupt(upload.id)
  if (upload.state !== 'committed') await door.core.uploads.abort(upload)
  return { status: 204 }
}

interface Piece {
  readonly offset: number
  readonly isLast: boolean
}

/** Adds the body, and makes the object where it is the last of it. */
async function add(
  door: Door,
  exchange: Exchange,
  upload: Upload,
  { offset, isLast }: Piece,
): Promise<ReplyHeaders> {
  const { request } = exchange
  const length = lengthOf(exchange, { offset, isLast, known: sizeNamedOf(upload) })
  const isAtomic = contentDigests(exchange).length > 0
  const body = bodyStream(exchange)
  const added = await orOver(door, upload, () =>
    addBody(door, exchange, upload, { offset, length, body, isAtomic }),
  )
  if (isLast) await complete(door, exchange, added)
  return { ...wire.completeHeaders(request, isLast), 'upload-offset': added.offset }
}

/** An upload that got more than its length is over, as the draft has it. */
async function orOver(door: Door, upload: Upload, work: () => Promise<Appended>): Promise<Appended> {
  try {
    return await work()
  } catch (error) {
    if (!isCoreError(error, 'body-too-large')) throw error
    await door.core.uploads.fail(upload, 'it got more bytes than its length')
    throw refusalWith(error, limitsOf(door, upload))
  }
}

/** Errors tell that all bytes came, and that it does not help to go on. */
async function complete(door: Door, { request }: Exchange, { upload, offset }: Appended): Promise<void> {
  const size = sizeNamedOf(upload)
  if (size !== null && size !== offset) throw wire.inconsistent()
  try {
    await finish(door, upload)
  } catch (error) {
    throw refusalWith(error, { ...wire.completeHeaders(request, true), 'upload-offset': offset })
  }
}

/** The size of the whole, as far as this request tells it. Errors: 400 where it tells two, or another than before. */
function lengthOf(
  exchange: Exchange,
  { offset, isLast, known }: Piece & { readonly known: number | null },
): number | null {
  const named = wire.integerOf(exchange.request, 'upload-length')
  const announced = announcedLength(exchange)
  const counted = isLast && announced !== null ? offset + announced : null
  const told = [named, counted, known].filter((size) => size !== null)
  const [size = null] = told
  if (told.some((other) => other !== size)) throw wire.inconsistent()
  return size
}
