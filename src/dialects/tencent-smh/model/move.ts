import { isCoreError } from '../../../core/errors.ts'
import type { Entry } from '../../../core/model/trees.ts'
import { otherSpace, type SpaceScope } from '../auth/scope.ts'
import { requireGrant } from '../calls/call.ts'
import { SmhError } from '../errors.ts'
import { requireSameType } from './library-rules.ts'
import {
  directoryPlace,
  ensureDirectory,
  filePlace,
  findDirectory,
  findSource,
  isBelow,
  type Taken,
} from './places.ts'
import { directoryStrategy, policyOf, type Strategy } from './strategy.ts'

export interface Moving {
  readonly from: string
  /** Where `from` is; null: where `to` is. */
  readonly fromSpace: string | null
  /** The whole new path, in the scope's space. */
  readonly to: string
  /** Null: `ask` for directories, `rename` for all else. */
  readonly strategy: Strategy | null
  readonly taken: Taken
}

export interface Moved {
  /** As it is now. */
  readonly entry: Entry
  /** That was followed. */
  readonly strategy: Strategy
}

/**
 * Moves or renames. Directories above a directory's new place are made, those above a file's are not. Errors:
 * `NoPermission`, those of sources, names and places, `SourceDirectoryIsParentOfDestination`,
 * `FileTypeNotMatched`, `InvalidConflictResolutionStrategy`, `SameNameDirectoryOrFileExists`, `DirectoryNotFound`,
 * `QuotaLimitReached`.
 */
export async function moveEntry(scope: SpaceScope, moving: Moving): Promise<Moved> {
  const volume = await otherSpace(scope, moving.fromSpace)
  const source = await findSource(scope, volume, moving.from, moving.taken)
  if (source.kind === 'directory') {
    requireGrant(scope, 'directory.move')
    const strategy = directoryStrategy(moving.strategy)
    if (volume.volume !== scope.address.volume) {
      throw new SmhError('InvalidSourceDirectory', 'Directories cannot be moved to another space.')
    }
    const { directory, name } = directoryPlace(scope, moving.to)
    if (isBelow([...directory, name], source.path ?? [])) {
      throw new SmhError('SourceDirectoryIsParentOfDestination')
    }
    const parent = await ensureDirectory(scope, directory)
    const to = { volume: scope.address, parent, name }
    return { entry: await run(scope, source, to, policyOf(strategy)), strategy }
  }
  const strategy = moving.strategy ?? 'rename'
  requireGrant(scope, strategy === 'overwrite' ? 'file.move-force' : 'file.move')
  const { directory, name } = filePlace(scope, moving.to)
  requireSameType(scope, source, name)
  const to = { volume: scope.address, parent: await findDirectory(scope, directory), name }
  return { entry: await run(scope, source, to, policyOf(strategy)), strategy }
}

type Command = Parameters<SpaceScope['core']['trees']['moveEntry']>[0]

async function run(
  { core }: SpaceScope,
  { id, volume, kind }: Entry,
  to: Command['to'],
  conflict: Command['conflict'],
): Promise<Entry> {
  try {
    return await core.trees.moveEntry({ volume, id, to, conflict })
  } catch (error) {
    if (!isCoreError(error, 'entry-not-found')) throw error
    throw new SmhError(kind === 'directory' ? 'SourceDirectoryNotFound' : 'SourceFileNotFound')
  }
}
