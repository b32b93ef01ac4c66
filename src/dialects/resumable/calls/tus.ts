import type { Upload } from '../../../core/model/uploads.ts'
import type { Appended } from '../../../core/ports/commands/uploads.ts'
import { bodyStream, mediaType } from '../../../http/body.ts'
import type { Exchange, Reply, ReplyHeaders } from '../../../http/types.ts'
import { ResumableError } from '../errors.ts'
import { digestedBody, digestsOf } from '../wire/digests.ts'
import {
  BODY_TYPE,
  bytesOf,
  checkedBody,
  hasChecksum,
  headerOf,
  lengthOf,
  metadataOf,
  requireVersion,
} from '../wire/tus.ts'
import { type Addition, addBody, finishIfWhole, sizeNamedOf } from './adding.ts'
import { begin, nothing } from './begin.ts'
import { type Door, expiryOf, referenceOf, requireSender, requireUpload, urlOf } from './call.ts'

/** Creation, with or without the first bytes (extensions creation, creation-with-upload, creation-defer-length). Errors: 400, 401, 403, 404, 412, 413, 415. */
export async function create(door: Door, exchange: Exchange): Promise<Reply> {
  requireVersion(exchange)
  const { request } = exchange
  if (headerOf(request, 'upload-concat') !== null)
    throw new ResumableError(400, 'uploads are not put together here: send one upload for the whole')
  const length = lengthOf(request)
  const text = headerOf(request, 'upload-metadata') ?? ''
  const reprDigest = headerOf(request, 'repr-digest')
  digestsOf(reprDigest)
  const { upload, offset } = await begin(
    door,
    exchange,
    { ...describedBy(metadataOf(text)), size: length },
    { metadata: text, reprDigest },
  )
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
  const digests = digestsOf(headerOf(request, 'content-digest'))
  const isAtomic = hasChecksum(request) || digests.length > 0
  const stream = digestedBody(bodyStream(exchange), digests)
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
  const { upload, offset } = await finishIfWhole(door, await requireUpload(door, exchange))
  const size = sizeNamedOf(upload)
  const { metadata } = requireSender(upload)
  const headers: ReplyHeaders = {
    'upload-offset': offset,
    ...(size === null ? { 'upload-defer-length': '1' } : { 'upload-length': size }),
    ...(metadata === '' ? {} : { 'upload-metadata': metadata }),
    ...referenceOf(door, upload),
  }
  return { status: 200, headers: { ...headers, ...expiryOf(upload), 'cache-control': 'no-store' } }
}

/** Errors: 400, 403, 404, 409, 410, 412, 413, 415, 460. */
export async function add(door: Door, exchange: Exchange): Promise<Reply> {
  requireVersion(exchange)
  const { request } = exchange
  const { upload, offset: end } = await requireUpload(door, exchange)
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
