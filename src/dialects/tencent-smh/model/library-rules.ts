import type { JsonObject } from '../../../core/model/json.ts'
import type { Entry } from '../../../core/model/trees.ts'
import { SmhError } from '../errors.ts'
import type { SpaceContext } from './context.ts'
import { contentsType, extensionOf, type FileType, fileTypeOf } from './file-types.ts'

/** The space for an entry. */
type Space = Pick<SpaceContext, 'library' | 'volume'>

/**
 * Refuses a directory at `path` that the library does not allow. Media libraries have no directories, or one level of albums
 * (reference §1). Errors: `DirectoryNotAllowed`, `DirectoryLevelExceed`.
 */
export function requireDirectoryAllowed(space: Space, path: readonly string[]): void {
  if (space.library.kind === 'file' || path.length === 0) return
  if (!hasAlbums(space)) throw new SmhError('DirectoryNotAllowed')
  if (path.length > 1) throw new SmhError('DirectoryLevelExceed')
}

/**
 * Refuses a file that the library does not allow in `directory` under this name. Errors: those of the directory,
 * `UploadToRootDirectoryNotAllowed` if there are albums, `ExtnameNotAllowed`.
 */
export function requireFileAllowed(
  space: Space,
  { directory, name }: { readonly directory: readonly string[]; readonly name: string },
): void {
  requireDirectoryAllowed(space, directory)
  if (space.library.kind === 'media' && directory.length === 0 && hasAlbums(space)) {
    throw new SmhError('UploadToRootDirectoryNotAllowed')
  }
  if (!isNameAllowed(space, name)) throw new SmhError('ExtnameNotAllowed')
}

/**
 * Refuses a new name that makes a file another type. In media libraries an image stays an image, and a video a video (inferred from
 * the code's meaning, reference §8.1). Errors: `FileTypeNotMatched`.
 */
export function requireSameType({ library }: Pick<Space, 'library'>, source: Entry, name: string): void {
  if (source.kind !== 'file' && source.kind !== 'virtual') return
  if (contentsType(library, { ...source, name }) !== contentsType(library, source)) {
    throw new SmhError('FileTypeNotMatched')
  }
}

/** Whether files lie in albums. A space may say so itself. */
export function hasAlbums({ library, volume }: Space): boolean {
  const { isMultiAlbum } = volume.attributes
  return typeof isMultiAlbum === 'boolean' ? isMultiAlbum : library.multiAlbum
}

function isNameAllowed({ library, volume }: Space, name: string): boolean {
  const { attributes } = volume
  const type = fileTypeOf(name)
  if (library.kind === 'file') return isListed(attributes.allowFileExtname, name, true)
  return (
    isMediaAllowed(attributes, 'allowPhoto', 'image', name, type) ||
    isMediaAllowed(attributes, 'allowVideo', 'video', name, type)
  )
}

/** A space that says nothing of photos and videos takes both. Otherwise it takes what it allows. */
function isMediaAllowed(
  attributes: JsonObject,
  flag: 'allowPhoto' | 'allowVideo',
  wanted: FileType,
  name: string,
  type: FileType,
): boolean {
  const saysNothing = attributes.allowPhoto === undefined && attributes.allowVideo === undefined
  if (attributes[flag] !== true && !saysNothing) return false
  return isListed(attributes[`${flag}Extname`], name, type === wanted)
}

/** Whether the name's extension is in the list, with its dot or without. `otherwise`: if there is no list. */
function isListed(list: JsonObject[string] | undefined, name: string, otherwise: boolean): boolean {
  if (!Array.isArray(list) || list.length === 0) return otherwise
  const extension = extensionOf(name)
  return list.some((each) => typeof each === 'string' && each.toLowerCase().replace(/^\./, '') === extension)
}
