import type { Library } from '../../../core/accounts.ts'
import type { Core } from '../../../core/core.ts'
import type { Volume, VolumeAddress } from '../../../core/trees/model.ts'
import { SmhError } from '../errors.ts'

/** Who does something. `spaces`: those that the token is for; empty for all of the library. */
export interface Actor {
  readonly user: string
  readonly grants: readonly string[]
  readonly token: { readonly volumes: readonly string[] } | null
}

/** Where an operation happens, and for whom. Every call to a space is one; so is a task that goes on with a call's work. */
export interface SpaceScope {
  readonly core: Core
  readonly library: Library
  readonly volume: Volume
  readonly address: VolumeAddress
  readonly caller: Actor
}

/** Another space of the same library, for who may go there. Errors: `AccessTokenNotMatchSpace`, `SpaceNotFound`. */
export async function otherSpace(scope: SpaceScope, space: string | null): Promise<VolumeAddress> {
  const { address, caller } = scope
  if (space === null || space === address.volume) return address
  const spaces = caller.token?.volumes ?? []
  if (spaces.length > 0 && !spaces.includes(space)) throw new SmhError('AccessTokenNotMatchSpace')
  const other = { ...address, volume: space }
  if ((await scope.core.trees.findVolume(other)) === null) throw new SmhError('SpaceNotFound')
  return other
}
