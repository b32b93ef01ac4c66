import type { Json } from '../../../core/model/json.ts'
import type { Reply } from '../../../http/types.ts'
import { findSpace } from '../auth/access.ts'
import { requireGrant } from '../auth/grants.ts'
import { requireSameSpace, requireSpace } from '../auth/spaces.ts'
import { SmhError } from '../errors.ts'
import { type LibraryCall, reply } from './call.ts'

/** Spaces that one call may name; ours. */
const SPACES_MAX = 100

/** `GET /api/v1/usage/{L}`: bytes of all spaces together, for who may see them all. */
export async function ofLibrary(call: LibraryCall): Promise<Reply> {
  const { core, account, library } = call
  if (library.multiSpace) requireGrant(call, 'space.list-all')
  const bytes = await core.trees.realmBytes({ account: account.id, realm: library.id })
  return reply(call, 200, { totalFileSize: String(bytes) })
}

/** `GET /api/v1/usage/{L}/{S1,S2}`. Errors: `AccessTokenNotMatchSpace`, `SpaceNotFound`, `TooManyItems`. */
export async function ofSpaces(call: LibraryCall): Promise<Reply> {
  const names = [...new Set((call.exchange.params.spaces ?? '').split(','))].filter((name) => name !== '')
  if (names.length === 0) throw new SmhError('EmptySpaceId')
  if (names.length > SPACES_MAX) {
    throw new SmhError('TooManyItems', `Too many spaces: at most ${SPACES_MAX}.`)
  }
  for (const name of names) requireSpace(call.library, call.caller, name)
  const usages: Json[] = []
  for (const name of names) usages.push(await usageOf(call, name))
  return reply(call, 200, usages)
}

async function usageOf(call: LibraryCall, space: string): Promise<Json> {
  const { core, account, library } = call
  const address = { account: account.id, realm: library.id, volume: space }
  const found = await findSpace(call, library, address)
  if (found === null) throw new SmhError('SpaceNotFound')
  requireSameSpace(call.caller, found)
  const { bytes } = await core.trees.volumeUsage(address)
  const quota = await core.trees.findQuota(address)
  const room = await core.trees.roomOf(address)
  return {
    spaceId: space,
    capacity: quota === null ? null : String(quota.capacity),
    availableSpace: room === null ? null : String(room),
    size: String(bytes),
  }
}
