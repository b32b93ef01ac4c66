import type { FileEntry } from '../../../core/model/trees.ts'
import type { PictureSize } from '../../../core/ports/pictures.ts'
import type { Reply } from '../../../http/types.ts'
import { SmhError } from '../errors.ts'
import { hasAlbums } from '../model/library-rules.ts'
import { directoryPath } from '../wire/names.ts'
import type { SpaceCall } from './call.ts'
import { redirect } from './downloads.ts'
import { pictureOr, SIDE, shownType } from './pictures.ts'

/** So many of the first files of an album are looked at. */
const LOOKED_AT_MAX = 100

/**
 * `GET /api/v1/album/{L}/{S}/cover[/{AlbumName}]` (1283/75460): a picture of the image or video that was uploaded first, as `?preview` answers it.
 * Errors: `CoverNotSupportedInFileLibrary`, `CoverNotSupportedInRootDirectory`, `FunctionNotEnabled` where no pictures are made,
 * `DirectoryNotFound`, `FileNotFound` where the album has none.
 */
export async function cover(call: SpaceCall): Promise<Reply> {
  const { library, pictures, query } = call
  if (library.kind === 'file') throw new SmhError('CoverNotSupportedInFileLibrary')
  if (hasAlbums(call) && call.path === '') throw new SmhError('CoverNotSupportedInRootDirectory')
  if (pictures === null) throw new SmhError('FunctionNotEnabled')
  const side = query.integer('size', SIDE)
  const size: PictureSize = side === null ? { fit: 'whole' } : { fit: 'filled', width: side, height: side }
  const entry = await firstShown(call)
  return pictureOr(redirect(call, entry), { call, pictures, entry, size })
}

async function firstShown({ core, address, path }: SpaceCall): Promise<FileEntry> {
  const { entries } = await core.trees.listEntries({
    ...{ volume: address, directory: { path: directoryPath(path) }, prefix: '', afterName: null },
    ...{ order: 'created', descending: false, directoriesFirst: false, only: 'others' },
    ...{ after: null, offset: 0, limit: LOOKED_AT_MAX },
  })
  for (const entry of entries) if (entry.kind === 'file' && shownType(entry) !== null) return entry
  throw new SmhError('FileNotFound')
}
