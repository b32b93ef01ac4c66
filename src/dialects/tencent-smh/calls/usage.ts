import type { Json } from '../../../core/model/json.ts'
import type { Volume } from '../../../core/model/trees.ts'
import type { Reply } from '../../../http/types.ts'
import { findSpace } from '../auth/access.ts'
import { requireGrant } from '../auth/grants.ts'
import { requireSameSpace, requireSpace } from '../auth/spaces.ts'
import { SmhError } from '../errors.ts'
import { type LibraryCall, reply } from './call.ts'

/** Spaces that one call may name; ours. */
const SPACES_MAX = 100
/** Spaces that are read at a time. */
const PAGE = 1000

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

/**
 * `GET /api/v1/stats/{L}/space-size`: bytes of all spaces with the same tag together, by tag; with `space_tag` of that tag alone. For who
 * may see all spaces. Reads the counts of every space.
 */
export async function byTag(call: LibraryCall): Promise<Reply> {
  const { core, library, query } = call
  if (library.multiSpace) requireGrant(call, 'space.list-all')
  const asked = query.text('space_tag')
  const sizes = new Map<string, number>()
  for await (const volume of spacesOf(call)) {
    const tag = tagOf(volume)
    if (asked !== null && tag !== asked) continue
    const { bytes } = await core.trees.volumeUsage(volume)
    sizes.set(tag, (sizes.get(tag) ?? 0) + bytes)
  }
  const rows = [...sizes].map(([spaceTag, size]) => ({ spaceTag, size: String(size) }))
  return reply(call, 200, rows)
}

async function* spacesOf({ core, account, library }: LibraryCall): AsyncIterable<Volume> {
  const realm = { account: account.id, realm: library.id }
  for (let after = ''; ; ) {
    const page = await core.trees.listVolumes({ ...realm, after, prefix: '', owner: null, limit: PAGE })
    yield* page
    const last = page.at(-1)
    if (last === undefined || page.length < PAGE) return
    after = last.volume
  }
}

const tagOf = ({ attributes: { spaceTag } }: Volume): string => (typeof spaceTag === 'string' ? spaceTag : '')

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
