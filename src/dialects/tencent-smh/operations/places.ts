import { isCoreError } from '../../../core/errors.ts'
import type { Entry, EntryId, VolumeAddress } from '../../../core/trees/model.ts'
import { NO_ATTRIBUTES, toJson } from '../attributes.ts'
import { SmhError } from '../errors.ts'
import { directoryPath, filePath } from '../names.ts'
import type { SpaceScope } from './scope.ts'

/** Where something shall be put: the names of the directories above it, and its own. */
export interface NamedPlace {
  readonly directory: readonly string[]
  readonly name: string
}

/** Whether a media library's space has albums; null for file libraries. */
export function albumsOf({ library, volume }: Pick<SpaceScope, 'library' | 'volume'>): boolean | null {
  if (library.kind === 'file') return null
  const { isMultiAlbum } = volume.attributes
  return typeof isMultiAlbum === 'boolean' ? isMultiAlbum : library.multiAlbum
}

/**
 * Where a path puts a directory. Errors: those of names, `RootDirectoryNotAllowed`; in media libraries
 * `DirectoryNotAllowed`, `DirectoryLevelExceed`.
 */
export function directoryPlace(scope: Pick<SpaceScope, 'library' | 'volume'>, path: string): NamedPlace {
  const names = directoryPath(path)
  const name = names.at(-1)
  if (name === undefined) throw new SmhError('RootDirectoryNotAllowed')
  const albums = albumsOf(scope)
  if (albums === false) throw new SmhError('DirectoryNotAllowed')
  if (albums === true && names.length > 1) throw new SmhError('DirectoryLevelExceed')
  return { directory: names.slice(0, -1), name }
}

/**
 * Where a path puts a file. Errors: those of names; in media libraries `DirectoryNotAllowed`, `DirectoryLevelExceed`,
 * `UploadToRootDirectoryNotAllowed`.
 */
export function filePlace(scope: Pick<SpaceScope, 'library' | 'volume'>, path: string): NamedPlace {
  const place = filePath(path)
  const albums = albumsOf(scope)
  const levels = place.directory.length
  if (albums === false && levels > 0) throw new SmhError('DirectoryNotAllowed')
  if (albums === true && levels === 0) throw new SmhError('UploadToRootDirectoryNotAllowed')
  if (albums === true && levels > 1) throw new SmhError('DirectoryLevelExceed')
  return place
}

/** The id of the directory at these names. Errors: `DirectoryNotFound`. */
export async function findDirectory(scope: SpaceScope, names: readonly string[]): Promise<EntryId> {
  if (names.length === 0) return scope.volume.root
  const found = await scope.core.trees.findEntry({ volume: scope.address, at: { path: names } })
  if (found?.kind !== 'directory') throw new SmhError('DirectoryNotFound')
  return found.id
}

/** As `findDirectory`, but what is missing is made. Errors: `SameNameDirectoryOrFileExists` for a file in the way. */
export async function ensureDirectory(scope: SpaceScope, names: readonly string[]): Promise<EntryId> {
  const { core, address, caller } = scope
  if (names.length === 0) return scope.volume.root
  const found = await core.trees.findEntry({ volume: address, at: { path: names } })
  if (found !== null) return idOfDirectory(found)
  const attributes = toJson({ ...NO_ATTRIBUTES, user: caller.user })
  const fields = { attributes, localCreatedAt: null, localModifiedAt: null }
  try {
    const made = await core.trees.makeDirectory({ volume: address, path: names, conflict: 'fail', fields })
    return made.id
  } catch (error) {
    if (!isCoreError(error, 'name-conflict')) throw error
    const other = await core.trees.findEntry({ volume: address, at: { path: names } })
    if (other === null) throw error
    return idOfDirectory(other)
  }
}

function idOfDirectory(entry: Entry): EntryId {
  if (entry.kind !== 'directory') throw new SmhError('SameNameDirectoryOrFileExists')
  return entry.id
}

/** Which kinds of source a call takes. */
export type Taken = 'directory' | 'file' | 'any'

/**
 * What shall be moved or copied. Errors: `SourceDirectoryNotFound`, `SourceFileNotFound`; `InvalidSourceDirectory` and
 * `InvalidSourceFile` for the root and for entries of the other kind.
 */
export async function findSource(
  { core }: SpaceScope,
  volume: VolumeAddress,
  path: string,
  taken: Taken,
): Promise<Entry> {
  const names = directoryPath(path)
  if (names.length === 0) throw new SmhError(INVALID[taken])
  const entry = await core.trees.findEntry({ volume, at: { path: names } })
  if (entry === null) throw new SmhError(MISSING[taken])
  if (taken !== 'any' && (entry.kind === 'directory') !== (taken === 'directory')) {
    throw new SmhError(INVALID[taken])
  }
  return entry
}

const MISSING = {
  directory: 'SourceDirectoryNotFound',
  file: 'SourceFileNotFound',
  any: 'SourceFileNotFound',
} as const

const INVALID = {
  directory: 'InvalidSourceDirectory',
  file: 'InvalidSourceFile',
  any: 'InvalidSourceDirectory',
} as const

/** Whether the names at `inner` lie below those at `outer`. */
export const isBelow = (inner: readonly string[], outer: readonly string[]): boolean =>
  inner.length > outer.length && outer.every((name, at) => name === inner[at])
