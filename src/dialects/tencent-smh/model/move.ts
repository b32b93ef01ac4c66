import { isCoreError } from '../../../core/errors.ts'
import type { Entry } from '../../../core/model/trees.ts'
import { requireGrant } from '../auth/grants.ts'
import { otherSpace } from '../auth/spaces.ts'
import { SmhError } from '../errors.ts'
import { requireEitherCas } from './content-cas.ts'
import type { SpaceContext } from './context.ts'
import { requireSameType } from './library-rules.ts'
import {
  directoryPlace,
  ensureDirectory,
  filePlace,
  findDirectory,
  findSource,
  isBelow,
  placeOf,
  type Taken,
} from './places.ts'
import { directoryStrategy, policyOf, type Strategy } from './strategy.ts'

export interface Moving {
  readonly from: string
  /** Where `from` is; null: where `to` is. */
  readonly fromSpace: string | null
  /** The whole new path, in the context's space. */
  readonly to: string
  /** Null: `ask` for directories, `rename` for all else. */
  readonly strategy: Strategy | null
  readonly taken: Taken
  /** `content_cas`: see `requireEitherCas`. Absent: anything may be moved and replaced. */
  readonly cas?: string | null
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
 * `QuotaLimitReached`, `PathConflict`.
 */
export async function moveEntry(context: SpaceContext, moving: Moving): Promise<Moved> {
  const volume = await otherSpace(context, moving.fromSpace)
  const source = await findSource(context, volume, moving.from, moving.taken)
  if (source.kind === 'directory') {
    requireGrant(context, 'directory.move')
    const strategy = directoryStrategy(moving.strategy)
    if (volume.volume !== context.address.volume) {
      throw new SmhError('InvalidSourceDirectory', 'Directories cannot be moved to another space.')
    }
    const { directory, name } = directoryPlace(context, moving.to)
    if (isBelow([...directory, name], source.path ?? [])) {
      throw new SmhError('SourceDirectoryIsParentOfDestination')
    }
    const parent = await ensureDirectory(context, directory)
    const to = { volume: context.address, parent, name }
    return { entry: await run(context, source, to, policyOf(strategy)), strategy }
  }
  const strategy = moving.strategy ?? 'rename'
  requireGrant(context, strategy === 'overwrite' ? 'file.move-force' : 'file.move')
  const { directory, name } = filePlace(context, moving.to)
  requireSameType(context, source, name)
  const to = { volume: context.address, parent: await findDirectory(context, directory), name }
  const seen = await requireEitherCas(context, source, [...directory, name], moving.cas ?? null)
  const guard = { ifBlob: seen.source?.blob, ifThere: seen.there }
  return { entry: await run(context, source, to, policyOf(strategy), guard), strategy }
}

type Command = Parameters<SpaceContext['core']['trees']['moveEntry']>[0]

async function run(
  { core }: SpaceContext,
  source: Entry,
  to: Command['to'],
  conflict: Command['conflict'],
  guard: Pick<Command, 'ifBlob' | 'ifThere'> = {},
): Promise<Entry> {
  const { id, volume, kind } = source
  try {
    return await core.trees.moveEntry({ volume, id, to, conflict, ifPlace: placeOf(source), ...guard })
  } catch (error) {
    if (!isCoreError(error, 'entry-not-found')) throw error
    throw new SmhError(kind === 'directory' ? 'SourceDirectoryNotFound' : 'SourceFileNotFound')
  }
}
