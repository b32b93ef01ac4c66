import { isCoreError } from '../../../core/errors.ts'
import type { DirectoryEntry, Entry, VolumeAddress } from '../../../core/model/trees.ts'
import { requireGrant } from '../auth/grants.ts'
import { otherSpace } from '../auth/spaces.ts'
import { SmhError } from '../errors.ts'
import { fromJson, toJson } from './attributes.ts'
import { requireEitherCas } from './content-cas.ts'
import type { SpaceContext } from './context.ts'
import { requireSameType } from './library-rules.ts'
import {
  directoryPlace,
  ensureDirectory,
  filePlace,
  findDirectory,
  findSource,
  type Taken,
} from './places.ts'
import { directoryStrategy, policyOf, type Strategy } from './strategy.ts'

/** So many entries of a directory are copied before the answer. A task copies a larger one. */
const ENTRIES_MAX = 1000

export interface Copying {
  readonly copyFrom: string
  /** Where `copyFrom` is; null: where `to` is. */
  readonly copyFromSpace: string | null
  /** The whole path of the copy, in the context's space. */
  readonly to: string
  /** Null: `ask` for directories, `rename` for all else. */
  readonly strategy: Strategy | null
  readonly taken: Taken
  /** `content_cas`: see `requireEitherCas`. Absent: anything may be copied and replaced. */
  readonly cas?: string | null
}

/** What `trees.beginCopy` takes. */
export type CopyCommand = Parameters<SpaceContext['core']['trees']['beginCopy']>[0]

/** `strategy` is the one that was followed. `large`: nothing is copied yet, and a task has to do it. */
export type Copied =
  | { readonly kind: 'copied'; readonly entry: Entry; readonly strategy: Strategy }
  | { readonly kind: 'large'; readonly command: CopyCommand; readonly strategy: 'ask' | 'rename' }

/**
 * Copies an entry. A copied file shares the bytes. Directories above a directory's place are made, those above a file's are not.
 * Errors: those of moving, but a directory may be copied into itself.
 */
export async function copyEntry(context: SpaceContext, copying: Copying): Promise<Copied> {
  const volume = await otherSpace(context, copying.copyFromSpace)
  const source = await findSource(context, volume, copying.copyFrom, copying.taken)
  if (source.kind === 'directory') return copyDirectory(context, copying, source)
  const strategy = copying.strategy ?? 'rename'
  requireGrant(context, strategy === 'overwrite' ? 'file.copy-force' : 'file.copy')
  const { directory, name } = filePlace(context, copying.to)
  requireSameType(context, source, name)
  const place = { parent: await findDirectory(context, directory), name }
  const { there } = await requireEitherCas(context, source, [...directory, name], copying.cas ?? null)
  try {
    const { entry } = await context.core.trees.putEntry({
      volume: context.address,
      place,
      conflict: policyOf(strategy),
      ifThere: there,
      traits: traitsOf(context, source),
      what: copyOf(source, context.address),
    })
    return { kind: 'copied', entry, strategy }
  } catch (error) {
    // The bytes that were seen are no longer the source's.
    throw isCoreError(error, 'entry-not-found') ? new SmhError('PathConflict') : error
  }
}

async function copyDirectory(
  context: SpaceContext,
  copying: Copying,
  source: DirectoryEntry,
): Promise<Copied> {
  requireGrant(context, 'directory.copy')
  const strategy = directoryStrategy(copying.strategy)
  const { directory, name } = directoryPlace(context, copying.to)
  const parent = await ensureDirectory(context, directory)
  const command: CopyCommand = {
    source: { volume: source.volume, id: source.id },
    to: { volume: context.address, parent, name },
    conflict: policyOf(strategy),
  }
  try {
    const entry = await context.core.trees.copyDirectory({ ...command, entriesMax: ENTRIES_MAX })
    return entry === null ? { kind: 'large', command, strategy } : { kind: 'copied', entry, strategy }
  } catch (error) {
    throw isCoreError(error, 'entry-not-found') ? new SmhError('SourceDirectoryNotFound') : error
  }
}

function traitsOf({ caller }: SpaceContext, { attributes, localCreatedAt, localModifiedAt }: Entry) {
  return {
    attributes: toJson({ ...fromJson(attributes), user: caller.user }),
    localCreatedAt,
    localModifiedAt,
  }
}

type What = Parameters<SpaceContext['core']['trees']['putEntry']>[0]['what']

function copyOf(source: Exclude<Entry, DirectoryEntry>, to: VolumeAddress): What {
  const { id, volume } = source
  switch (source.kind) {
    case 'file': {
      const { content, contentType } = source
      return { kind: 'file', source: { volume, id, blob: content.blob }, contentType }
    }
    case 'virtual':
      return { kind: 'virtual', size: source.size, contentType: source.contentType }
    case 'link':
      if (volume.volume !== to.volume) {
        throw new SmhError('InvalidSourceFile', 'A link leads within its own space.')
      }
      return { kind: 'link', target: source.target }
  }
}
