import { isCoreError } from '../../../core/errors.ts'
import type { Entry, EntryId, Place, VolumeAddress } from '../../../core/model/trees.ts'
import { SmhError } from '../errors.ts'
import { directoryPath, fileNames, filePath } from '../wire/names.ts'
import { newTraits } from './attributes.ts'
import type { SpaceContext } from './context.ts'
import { requireDirectoryAllowed, requireFileAllowed } from './library-rules.ts'

/** Where something shall be put: the names of the directories above it, and its own. */
export interface NamedPlace {
  readonly directory: readonly string[]
  readonly name: string
}

/** Where a path puts a directory. Errors: those of names and of the library's rules, `RootDirectoryNotAllowed`. */
export function directoryPlace(context: SpaceContext, path: string): NamedPlace {
  const names = directoryPath(path)
  const name = names.at(-1)
  if (name === undefined) throw new SmhError('RootDirectoryNotAllowed')
  requireDirectoryAllowed(context, names)
  return { directory: names.slice(0, -1), name }
}

/** Where a path puts a file. Errors: those of names and of the library's rules. */
export function filePlace(context: SpaceContext, path: string): NamedPlace {
  const place = filePath(path)
  requireFileAllowed(context, place)
  return place
}

/** The id of the directory at these names. Errors: `DirectoryNotFound`. */
export async function findDirectory(context: SpaceContext, names: readonly string[]): Promise<EntryId> {
  if (names.length === 0) return context.volume.root
  const found = await context.core.trees.findEntry({ volume: context.address, at: { path: names } })
  if (found?.kind !== 'directory') throw new SmhError('DirectoryNotFound')
  return found.id
}

/** As `findDirectory`, but makes what is missing. Errors: `SameNameDirectoryOrFileExists` if a file is in the way. */
export async function ensureDirectory(context: SpaceContext, names: readonly string[]): Promise<EntryId> {
  const { core, address, caller } = context
  if (names.length === 0) return context.volume.root
  const found = await core.trees.findEntry({ volume: address, at: { path: names } })
  if (found !== null) return idOfDirectory(found)
  const traits = newTraits(caller.user)
  try {
    const made = await core.trees.makeDirectory({ volume: address, path: names, conflict: 'fail', traits })
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
 * The entry that shall be moved or copied. Errors: `SourceDirectoryNotFound`, `SourceFileNotFound`; `InvalidSourceDirectory` and
 * `InvalidSourceFile` for the root and for entries of the other kind.
 */
export async function findSource(
  { core }: SpaceContext,
  volume: VolumeAddress,
  path: string,
  taken: Taken,
): Promise<Entry> {
  const names = taken === 'file' ? fileNames(path) : directoryPath(path)
  if (names.length === 0) throw new SmhError(INVALID[taken])
  const entry = await core.trees.findEntry({ volume, at: { path: names } })
  if (entry === null) throw new SmhError(MISSING[taken])
  if (taken !== 'any' && (entry.kind === 'directory') !== (taken === 'directory')) {
    throw new SmhError(INVALID[taken])
  }
  return entry
}

/** Where an entry was found: who named it by its path means no other place. Undefined for the root. */
export const placeOf = ({ parent, name }: Entry): Place | undefined =>
  parent === null ? undefined : { parent, name }

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
