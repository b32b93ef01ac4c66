import type { DirectoryEntry, Entry, LinkEntry } from '../../../core/model/trees.ts'
import { requireGrant } from '../auth/grants.ts'
import { SmhError } from '../errors.ts'
import { fileNames } from '../wire/names.ts'
import { newTraits } from './attributes.ts'
import type { SpaceContext } from './context.ts'
import { filePlace, findDirectory } from './places.ts'
import { policyOf, type Strategy } from './strategy.ts'

/** So many links may lead to each other before a file comes. The vendor's number is not known. */
const LINKS_MAX = 10

/** The end of a chain of links. It is never a link. */
export type Linked = Exclude<Entry, LinkEntry>
/** A file, or a virtual file. */
export type Content = Exclude<Linked, DirectoryEntry>

/**
 * The entry itself, or the end of the chain if it is a link. Errors: `FileNotFound` for a target
 * that is gone or in the bin, `CircleSymlink`, `SymlinkDepthLimitExceeded`.
 */
export async function followLinks(context: SpaceContext, entry: Entry): Promise<Linked> {
  return (await chainOf(context, entry)).end
}

/** The file at a path, links followed. Errors: `FileNotFound`, also for directories, and those of links. */
export async function findContent(context: SpaceContext, path: string): Promise<Content> {
  const names = fileNames(path)
  if (names.length === 0) throw new SmhError('EmptyPath')
  const found = await context.core.trees.findEntry({ volume: context.address, at: { path: names } })
  if (found === null) throw new SmhError('FileNotFound')
  const end = await followLinks(context, found)
  if (end.kind === 'directory') throw new SmhError('FileNotFound')
  return end
}

export interface Linking {
  /** The link's whole path. */
  readonly path: string
  /** The path of what it leads to. */
  readonly linkTo: string
  readonly strategy: Strategy
}

/**
 * Makes a link. It leads to its target wherever that is moved. Errors: `NoPermission`, those of names and
 * places, `SourceFileNotFound`, `SymlinkToDirectoryNotAllowed`, `SymlinkOverwriteConflict` for a link in place of its own
 * target, `CircleSymlink`, `SymlinkDepthLimitExceeded`, `SameNameDirectoryOrFileExists`, `DirectoryNotFound`.
 */
export async function createLink(context: SpaceContext, { path, linkTo, strategy }: Linking): Promise<Entry> {
  const { core, address, caller } = context
  requireGrant(context, strategy === 'overwrite' ? 'symlink.create-force' : 'symlink.create')
  const { directory, name } = filePlace(context, path)
  const target = await findTarget(context, linkTo)
  if (strategy === 'overwrite') await requireNoCircle(context, [...directory, name], target)
  const { entry } = await core.trees.putEntry({
    volume: address,
    place: { parent: await findDirectory(context, directory), name },
    conflict: policyOf(strategy),
    traits: newTraits(caller.user),
    what: { kind: 'link', target: target.id },
  })
  return entry
}

async function findTarget(context: SpaceContext, path: string): Promise<Entry> {
  const names = fileNames(path)
  if (names.length === 0) throw new SmhError('SymlinkToDirectoryNotAllowed')
  const target = await context.core.trees.findEntry({ volume: context.address, at: { path: names } })
  if (target === null) throw new SmhError('SourceFileNotFound')
  const { end, links } = await chainOf(context, target)
  if (end.kind === 'directory') throw new SmhError('SymlinkToDirectoryNotAllowed')
  if (links.length >= LINKS_MAX) throw new SmhError('SymlinkDepthLimitExceeded')
  return target
}

/** Refuses a link in place of an entry that the link leads through. */
async function requireNoCircle(context: SpaceContext, path: readonly string[], target: Entry): Promise<void> {
  const taken = await context.core.trees.findEntry({ volume: context.address, at: { path } })
  if (taken === null) return
  if (taken.id === target.id) throw new SmhError('SymlinkOverwriteConflict')
  const { end, links } = await chainOf(context, target)
  if ([...links, end.id].includes(taken.id)) throw new SmhError('CircleSymlink')
}

interface Chain {
  /** Ids of the links on the way. */
  readonly links: readonly string[]
  readonly end: Linked
}

async function chainOf({ core, address }: SpaceContext, entry: Entry): Promise<Chain> {
  const links: string[] = []
  let at = entry
  while (at.kind === 'link') {
    if (links.includes(at.id)) throw new SmhError('CircleSymlink')
    if (links.length >= LINKS_MAX) throw new SmhError('SymlinkDepthLimitExceeded')
    links.push(at.id)
    const next = await core.trees.findEntry({ volume: address, at: { id: at.target } })
    if (next === null || next.path === null) throw new SmhError('FileNotFound')
    at = next
  }
  return { links, end: at }
}
