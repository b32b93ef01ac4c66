import type { Upload } from '../../../core/model/uploads.ts'
import type { Appended } from '../../../core/ports/commands/uploads.ts'
import { bodyStream, mediaType } from '../../../http/body.ts'
import { contentDigests, fieldDigests } from '../../../http/digest-fields.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../../http/types.ts'
import { ResumableError } from '../errors.ts'
import {
  BODY_TYPE,
  bytesOf,
  type Concat,
  checkedBody,
  concatOf,
  hasChecksum,
  headerOf,
  lengthOf,
  metadataOf,
  requireVersion,
} from '../wire/tus.ts'
import { type Addition, addBody, finishIfWhole, sizeNamedOf } from './adding.ts'
import { admit, begin, beginPartial, nothing } from './begin.ts'
import {
  type Door,
  expiryOf,
  referenceOf,
  requireNotFinal,
  requireSender,
  requireUpload,
  urlOf,
} from './call.ts'
import { beginFinal, gather, isGathered } from './concat.ts'

/** Creation, with or without the first bytes (extensions creation, creation-with-upload, creation-defer-length). Errors: 400, 401, 403, 404, 412, 413, 415. */
export async function create(door: Door, exchange: Exchange): Promise<Reply> {
  requireVersion(exchange)
  const { request } = exchange
  const concat = concatOf(request)
  const metadata = headerOf(request, 'upload-metadata') ?? ''
  if (concat?.kind === 'final') return createFinal(door, exchange, concat, metadata)
  const length = lengthOf(request)
  const described = { ...describedBy(metadataOf(metadata)), size: length }
  const reprDigest = headerOf(request, 'repr-digest')
  fieldDigests(reprDigest)
  const admitted = admit(door, exchange)
  const { upload, offset } =
    concat === null
      ? await begin(door, admitted, described, { metadata, reprDigest, concat: null })
      : await beginPartial(door, admitted, length, metadata)
  const location = { location: urlOf(door, upload), ...referenceOf(door, upload) }
  if (mediaType(exchange) !== BODY_TYPE || offset > 0) {
    const { upload: now } = length === 0 ? await addNothing(door, upload) : { upload }
    return {
      status: 201,
      headers: { ...location, ...expiryOf(now), ...(offset > 0 ? { 'upload-offset': offset } : {}) },
    }
  }
  const added = await addPiece(door, exchange, upload, { offset: 0, length: null })
  return { status: 201, headers: { ...location, ...expiryOf(added.upload), 'upload-offset': added.offset } }
}

/** An upload that is put together of others (extensions concatenation, concatenation-unfinished). Errors: 400, and as `create`. */
async function createFinal(
  door: Door,
  exchange: Exchange,
  concat: Extract<Concat, { kind: 'final' }>,
  metadata: string,
): Promise<Reply> {
  if (bytesOf(exchange.request, 'upload-length') !== null)
    throw new ResumableError(400, 'the length is that of the uploads that it is put together of')
  const described = { ...describedBy(metadataOf(metadata)), size: null }
  const { upload } = await finishIfWhole(
    door,
    await beginFinal(door, exchange, concat, { described, metadata }),
  )
  return {
    status: 201,
    headers: { location: urlOf(door, upload), ...referenceOf(door, upload), ...expiryOf(upload) },
  }
}

const describedBy = (said: ReadonlyMap<string, string>) => ({
  key: said.get('key') ?? null,
  name: said.get('filename') ?? said.get('name') ?? null,
  type: said.get('filetype') ?? said.get('contentType') ?? said.get('type') ?? null,
})

/** With a checksum all of the body is added or nothing. The last one makes the object. */
async function addPiece(
  door: Door,
  exchange: Exchange,
  upload: Upload,
  piece: Pick<Addition, 'offset' | 'length'>,
): Promise<Appended> {
  const { request } = exchange
  const isAtomic = hasChecksum(request) || contentDigests(exchange).length > 0
  const stream = bodyStream(exchange)
  const body = hasChecksum(request) ? checkedBody(request, stream) : stream
  return finishIfWhole(door, await addBody(door, exchange, upload, { ...piece, body, isAtomic }))
}

/** An empty upload is whole at once. */
const addNothing = async (door: Door, upload: Upload): Promise<Appended> =>
  finishIfWhole(door, await door.core.uploads.append(upload, nothing(), { offset: 0, sizeMax: 0 }))

/** Errors: 403, 404, 410, 412. */
export async function tell(door: Door, exchange: Exchange): Promise<Reply> {
  requireVersion(exchange)
  const { upload: known } = await requireUpload(door, exchange)
  await door.turns.interrupt(known.id)
  // A server that died behind the last byte has not made the object yet.
  const found = await gather(door, await requireUpload(door, exchange))
  const { upload, offset } = await finishIfWhole(door, found)
  const { metadata, concat } = requireSender(upload)
  const headers: ReplyHeaders = {
    ...(concat?.kind === 'final' && !isGathered(upload) ? {} : { 'upload-offset': offset }),
    ...sizeHeaders(upload),
    ...(concat === null ? {} : { 'upload-concat': concat.kind === 'final' ? concat.text : 'partial' }),
    ...(metadata === '' ? {} : { 'upload-metadata': metadata }),
    ...referenceOf(door, upload),
  }
  return { status: 200, headers: { ...headers, ...expiryOf(upload), 'cache-control': 'no-store' } }
}

/** The length of an upload that is put together is told as soon as it is known. */
function sizeHeaders(upload: Upload): ReplyHeaders {
  const { concat } = requireSender(upload)
  const size = sizeNamedOf(upload) ?? (concat?.kind === 'final' ? concat.size : null)
  if (size !== null) return { 'upload-length': size }
  return concat?.kind === 'final' ? {} : { 'upload-defer-length': '1' }
}

/** Errors: 400, 403, 404, 409, 410, 412, 413, 415, 460. */
export async function add(door: Door, exchange: Exchange): Promise<Reply> {
  requireVersion(exchange)
  const { request } = exchange
  const { upload, offset: end } = await requireUpload(door, exchange)
  requireNotFinal(upload)
  if (mediaType(exchange) !== BODY_TYPE) throw new ResumableError(415, `the body has to be ${BODY_TYPE}`)
  const offset = bytesOf(request, 'upload-offset')
  if (offset === null) throw new ResumableError(400, 'Upload-Offset is needed')
  const length = bytesOf(request, 'upload-length')
  if (length !== null && sizeNamedOf(upload) !== null && length !== sizeNamedOf(upload))
    throw new ResumableError(400, 'another Upload-Length was told before')
  // What was answered and got lost: the sender learns where it is.
  if (offset !== end) throw new ResumableError(409, `the upload ends at ${end}`, { 'upload-offset': end })
  if (upload.state !== 'open') {
    await finishIfWhole(door, { upload, offset })
    return { status: 204, headers: { 'upload-offset': end } }
  }
  const added = await addPiece(door, exchange, upload, { offset, length })
  return { status: 204, headers: { 'upload-offset': added.offset, ...expiryOf(added.upload) } }
}

/** Ends an upload that is not whole. Errors: 403, 404, 410, 412. */
export async function end(door: Door, exchange: Exchange): Promise<Reply> {
  requireVersion(exchange)
  const { upload } = await requireUpload(door, exchange)
  await door.turns.interrupt(upload.id)
  await door.core.uploads.abort(upload)
  return { status: 204 }
}
