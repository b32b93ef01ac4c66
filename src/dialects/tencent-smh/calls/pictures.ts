import { isCoreError } from '../../../core/errors.ts'
import type { FileEntry } from '../../../core/model/trees.ts'
import type { PictureSize, Pictures } from '../../../core/ports/pictures.ts'
import type { Reply } from '../../../http/types.ts'
import { SmhError } from '../errors.ts'
import { fileTypeOf } from '../model/file-types.ts'
import { type Content, findContent } from '../model/symlinks.ts'
import type { Query } from '../wire/query.ts'
import type { SpaceCall } from './call.ts'
import { redirect } from './downloads.ts'

/** Pixels of a side. The vendor tells no limit. */
export const SIDE = { min: 1, max: 4096 } as const

/**
 * `GET …?preview` (1283/75434): a picture of an image, or of a video's first frame, as 200 with its bytes. An image in its own size, and what is neither,
 * is a redirect to the file: both are the document's. Errors: `FunctionNotEnabled` where no pictures are made, and for
 * pictures of documents (`type`); those of a download.
 */
export const preview = (call: SpaceCall): Promise<Reply> =>
  previewOf(call, () => findContent(call, call.path))

/** As `preview`, of what is found in another place than by the call's path. */
export async function previewOf(call: SpaceCall, find: () => Promise<Content>): Promise<Reply> {
  const { query, pictures } = call
  if (pictures === null || query.has('info') || query.text('type') !== null)
    throw new SmhError('FunctionNotEnabled')
  query.integer('frame_number', { min: 1, max: 1_000_000 })
  const size = previewSize(query)
  const entry = await find()
  // Also what is asked for wrongly is told before a picture is made.
  const toFile = redirect(call, entry)
  return entry.kind === 'file' ? pictureOr(toFile, { call, pictures, entry, size }) : toFile
}

/** `size` cuts a square out of the middle, then `scale` counts, then width and height (1283/75434). Errors: `ParamInvalid`. */
function previewSize(query: Query): PictureSize {
  const side = query.integer('size', SIDE)
  const percent = query.integer('scale', { min: 1, max: 100 })
  const width = query.integer('width_size', SIDE)
  const height = query.integer('height_size', SIDE)
  if (side !== null) return { fit: 'filled', width: side, height: side }
  if (percent !== null) return { fit: 'scaled', percent }
  return width === null && height === null ? { fit: 'whole' } : { fit: 'within', width, height }
}

interface Picturing {
  readonly call: SpaceCall
  readonly pictures: Pictures
  readonly entry: FileEntry
  readonly size: PictureSize
}

/** A file's picture, or the answer that leads to the file itself: for an image as it is, and for what no picture can be made of. */
export async function pictureOr(toFile: Reply, { call, pictures, entry, size }: Picturing): Promise<Reply> {
  const { core, exchange } = call
  const type = shownType(entry)
  if (type === null || (type === 'image' && size.fit === 'whole')) return toFile
  const { blob, size: bytes } = entry.content
  const source = { id: blob, size: bytes, read: () => core.trees.read(entry) }
  try {
    const body = await pictures.make(source, { size, atMs: 0 })
    const headers = { 'x-request-id': exchange.requestId, 'content-type': 'image/jpeg' }
    return { status: 200, headers, body }
  } catch (error) {
    if (isCoreError(error, 'media-refused')) return toFile
    throw error
  }
}

/** Null for what is no picture and no video. */
export function shownType({ name, contentType }: FileEntry): 'image' | 'video' | null {
  const type = fileTypeOf(name)
  if (type === 'image' || type === 'video') return type
  if (type !== 'other') return null
  return (['image', 'video'] as const).find((kind) => contentType?.startsWith(`${kind}/`)) ?? null
}
