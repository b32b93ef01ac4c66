import type { JsonObject } from '../../../core/model/json.ts'
import type { Volume, VolumeAddress } from '../../../core/model/trees.ts'
import { isObject } from '../../../http/json-shapes.ts'
import { own } from '../../../http/own.ts'
import type { Library } from '../credentials.ts'
import { SmhError } from '../errors.ts'
import type { Actor, SpaceContext } from '../model/context.ts'

/** A later space of the same id has another root. */
export type SpaceIdentity = Pick<Volume, 'volume' | 'root'>

/** What a token or a task remembers of the spaces that it names. */
export const rootsAttribute = (spaces: readonly SpaceIdentity[]): JsonObject =>
  spaces.length === 0 ? {} : { roots: Object.fromEntries(spaces.map(({ volume, root }) => [volume, root])) }

/** Spaces that are looked at for one call, of those that a token names. */
const READABLE_MAX = 16

/** The spaces whose files the caller may read, the call's own first; null for all of the library. */
export async function readableSpaces(context: SpaceContext): Promise<readonly string[] | null> {
  const { library, caller, address, core } = context
  const isForAll = caller.token === null || caller.token.volumes.length === 0
  if (isForAll || library.publicRead) return null
  const { token } = caller
  const names = [...new Set([address.volume, ...(token?.volumes ?? [])])].slice(0, READABLE_MAX)
  const found = await Promise.all(names.map((volume) => core.trees.findVolume({ ...address, volume })))
  return found.flatMap((each) => (each !== null && isSameSpace({ token }, each) ? [each.volume] : []))
}

/**
 * Refuses who may not go into a space. A token that names no space lets into all spaces if there is only one or if it is an
 * admin's; others of these only make spaces. Errors: `AccessTokenNotMatchSpace`.
 */
export function requireSpace(
  library: Library,
  { grants, token }: Pick<Actor, 'grants' | 'token'>,
  space: string,
): void {
  if (token === null || token.volumes.includes(space)) return
  const isForAll = token.volumes.length === 0 && (!library.multiSpace || grants.includes('admin'))
  if (!isForAll) throw new SmhError('AccessTokenNotMatchSpace')
}

/**
 * Refuses a token that names the space but was made for an earlier space of the same id. Errors:
 * `AccessTokenNotMatchSpace`.
 */
export function requireSameSpace(caller: Pick<Actor, 'token'>, space: SpaceIdentity): void {
  if (!isSameSpace(caller, space)) throw new SmhError('AccessTokenNotMatchSpace')
}

function isSameSpace({ token }: Pick<Actor, 'token'>, { volume, root }: SpaceIdentity): boolean {
  if (token === null || !token.volumes.includes(volume)) return true
  const { roots } = token.attributes
  return (isObject(roots) ? own(roots, volume) : undefined) === root
}

/** Another space of the same library. Refuses who may not go there. Errors: `AccessTokenNotMatchSpace`, `SpaceNotFound`. */
export async function otherSpace(context: SpaceContext, space: string | null): Promise<VolumeAddress> {
  const { core, library, address, caller } = context
  if (space === null || space === address.volume) return address
  requireSpace(library, caller, space)
  const other = { ...address, volume: space }
  const found = await core.trees.findVolume(other)
  if (found === null) throw new SmhError('SpaceNotFound')
  requireSameSpace(caller, found)
  return other
}
