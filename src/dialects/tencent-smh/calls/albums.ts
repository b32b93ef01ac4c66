import type { Reply } from '../../../http/types.ts'
import { SmhError } from '../errors.ts'
import { hasAlbums } from '../model/library-rules.ts'
import type { SpaceCall } from './call.ts'

/**
 * `GET /api/v1/album/{L}/{S}/cover[/{AlbumName}]` (1283/75460). This server makes no covers, as it makes no previews. Errors:
 * `CoverNotSupportedInFileLibrary`, `CoverNotSupportedInRootDirectory`, `FunctionNotEnabled`.
 */
export async function cover(call: SpaceCall): Promise<Reply> {
  if (call.library.kind === 'file') throw new SmhError('CoverNotSupportedInFileLibrary')
  if (hasAlbums(call) && call.path === '') throw new SmhError('CoverNotSupportedInRootDirectory')
  throw new SmhError('FunctionNotEnabled')
}
