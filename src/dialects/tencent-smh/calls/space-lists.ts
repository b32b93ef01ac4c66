import type { Volume } from '../../../core/model/trees.ts'
import type { Reply } from '../../../http/types.ts'
import { permits } from '../auth/grants.ts'
import { invalidParam, SmhError } from '../errors.ts'
import { isoTime } from '../wire/records.ts'
import { type LibraryCall, reply } from './call.ts'
import { requireMultiSpace } from './spaces.ts'

/** Default and most of `limit`: reference §3. */
const LIMIT_MAX = 1000

/**
 * `GET /api/v1/space/{L}/list`, in the order of ids, `ordered` or not. `prefix` and `start_name`, which is left out itself, count
 * with `ordered=1` alone; a `marker` goes before `start_name` (reference §3). Errors: `NotMultiSpaceLibrary`, `ParamInvalid`,
 * `MarkerInvalid`.
 */
export async function list(call: LibraryCall): Promise<Reply> {
  const { items, marker } = await readPage(call)
  return reply(call, 200, { list: items, ...(marker === null ? {} : { marker, nextMarker: marker }) })
}

/** `GET /api/v1/space/{L}`: the older form, a bare array. */
export async function listBare(call: LibraryCall): Promise<Reply> {
  const { items } = await readPage(call)
  return reply(call, 200, items)
}

/** `GET /api/v1/space/{L}/count`. */
export async function count(call: LibraryCall): Promise<Reply> {
  requireMultiSpace(call)
  const { core, account, library } = call
  const owner = ownerOf(call)
  const total =
    owner === '' ? 0 : await core.trees.countVolumes({ account: account.id, realm: library.id, owner })
  return reply(call, 200, { total })
}

async function readPage(call: LibraryCall) {
  requireMultiSpace(call)
  const { core, account, library, query } = call
  const limit = query.integer('limit', { min: 1, max: LIMIT_MAX }) ?? LIMIT_MAX
  const owner = ownerOf(call)
  const isOrdered = query.flag('ordered')
  const prefix = isOrdered ? readIdPart(call, 'prefix') : ''
  const marker = readMarker(query.text('marker'))
  const after = marker ?? (isOrdered ? readIdPart(call, 'start_name') : '')
  const realm = { account: account.id, realm: library.id }
  const volumes =
    owner === '' ? [] : await core.trees.listVolumes({ ...realm, after, prefix, owner, limit: limit + 1 })
  const shown = volumes.slice(0, limit)
  const last = volumes.length > limit ? shown.at(-1) : undefined
  return { items: shown.map(recordOf), marker: last === undefined ? null : markerOf(last) }
}

/** Whose spaces the caller sees. Null: everybody's. A caller without a user sees none. */
const ownerOf = ({ caller }: LibraryCall): string | null =>
  permits(caller.grants, 'space.list-all') ? null : caller.user

const recordOf = ({ volume, owner, createdAt }: Volume) => ({
  spaceId: volume,
  userId: owner,
  creationTime: isoTime(createdAt),
})

function readIdPart({ query }: LibraryCall, name: 'prefix' | 'start_name'): string {
  const text = query.text(name) ?? ''
  if (!/^[a-z0-9-]{0,32}$/.test(text)) throw invalidParam(name, 'the beginning of a space id')
  return text
}

const markerOf = ({ volume }: Volume): string => Buffer.from(volume).toString('base64url')

function readMarker(text: string | null): string | null {
  if (text === null) return null
  const id = Buffer.from(text, 'base64url').toString()
  if (!/^[a-z0-9-]{2,32}$/.test(id)) throw new SmhError('MarkerInvalid')
  return id
}
