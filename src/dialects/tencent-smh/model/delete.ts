import { isCoreError } from '../../../core/errors.ts'
import type { Entry } from '../../../core/model/trees.ts'
import type { Operation } from '../auth/grants.ts'
import { requireGrant } from '../auth/grants.ts'
import { SmhError } from '../errors.ts'
import { directoryPath, fileNames } from '../wire/names.ts'
import { requireCas } from './content-cas.ts'
import type { SpaceContext } from './context.ts'
import { placeOf, type Taken } from './places.ts'

export interface Deletion {
  readonly path: string
  /** Past the bin, if there is one. */
  readonly permanent: boolean
  readonly taken: Taken
  /** `content_cas`: what is deleted has to be a file with these bytes. Absent: anything may be. */
  readonly cas?: string | null
}

export interface Deleted {
  /** As it was. */
  readonly entry: Entry
  /** Null when it is gone for good. */
  readonly recycledItemId: number | null
}

/** The operation that has to be granted for a deletion. */
export function deletionOf(
  { library }: Pick<SpaceContext, 'library'>,
  kind: 'directory' | 'file',
  permanent: boolean,
): Operation {
  return library.recycleBin && permanent ? `${kind}.delete-permanent` : `${kind}.delete`
}

/**
 * Deletes a file, or a directory with everything in it. If the library has a bin, it goes there. Errors: `NoPermission`,
 * `RootDirectoryNotAllowed`, `FileNotFound`, `DirectoryNotFound`, `PathConflict`.
 */
export async function deleteEntry(context: SpaceContext, deletion: Deletion): Promise<Deleted> {
  const { core, library, address } = context
  const { taken, permanent, cas = null } = deletion
  const missing = new SmhError(taken === 'directory' ? 'DirectoryNotFound' : 'FileNotFound')
  const names = taken === 'file' ? fileNames(deletion.path) : directoryPath(deletion.path)
  if (names.length === 0) throw new SmhError(taken === 'file' ? 'EmptyPath' : 'RootDirectoryNotAllowed')
  const found = await core.trees.findEntry({ volume: address, at: { path: names } })
  if (found === null) throw missing
  const isDirectory = found.kind === 'directory'
  if (taken !== 'any' && isDirectory !== (taken === 'directory')) throw missing
  requireGrant(context, deletionOf(context, isDirectory ? 'directory' : 'file', permanent))
  const bin = library.recycleBin && !permanent
  const ifBlob = requireCas(found, cas)?.blob
  try {
    const { entry, recycledId } = await core.trees.removeEntry({
      volume: address,
      id: found.id,
      kind: found.kind,
      ...{ bin, ifBlob, ifPlace: placeOf(found) },
    })
    return { entry, recycledItemId: recycledId }
  } catch (error) {
    throw isCoreError(error, 'entry-not-found') ? missing : error
  }
}
