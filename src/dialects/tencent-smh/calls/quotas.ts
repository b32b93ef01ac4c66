import type { JsonObject } from '../../../core/model/json.ts'
import type { Quota, VolumeAddress } from '../../../core/model/trees.ts'
import { JsonFields, objectFields } from '../../../http/json-fields.ts'
import { listOf, orEmpty, TEXT } from '../../../http/json-shapes.ts'
import type { Reply } from '../../../http/types.ts'
import { findSpace } from '../auth/access.ts'
import { requireGrant } from '../auth/grants.ts'
import { requireSameSpace, requireSpace } from '../auth/spaces.ts'
import { SmhError } from '../errors.ts'
import { ONLY_SPACE } from '../storage/buckets.ts'
import { BYTES, bodyFields } from '../wire/parameters.ts'
import { type LibraryCall, reply, type SpaceCall } from './call.ts'

/** Spaces of one quota; ours. */
const SPACES_MAX = 1000

/**
 * `POST /api/v1/quota/{L}`: a limit for one space or several together. Errors: `QuotaCapacityRequired`, `ParamInvalid`,
 * `QuotaSpacesInvalid`, `QuotaCapacityLessThanSize`, `DuplicateQuota`, `FunctionNotEnabled`.
 */
export async function create(call: LibraryCall): Promise<Reply> {
  requireGrant(call, 'quota.change')
  const body = await call.body()
  const capacity = readCapacity(body)
  if (capacity === null) throw new SmhError('QuotaCapacityRequired')
  const attributes = readRemoval(body)
  const volumes = await readSpaces(call, body)
  await requireRoom(call, volumes, capacity)
  const { account, realm } = addressOf(call, '')
  const { id } = await call.core.trees.createQuota({ account, realm, volumes, capacity, attributes })
  return reply(call, 201, { quotaId: id })
}

/** `GET /api/v1/quota/{L}/{S}` and `GET /api/v1/quota/{L}/{QuotaId}`. Errors: `NoQuota`, `QuotaNotFound`, `SpaceNotFound`. */
export async function get(call: LibraryCall): Promise<Reply> {
  const { quota, isById } = await find(call)
  if (isById) requireGrant(call, 'quota.change')
  const { id, capacity, volumes, attributes } = quota
  if (!isById) return reply(call, 200, { id, capacity: String(capacity) })
  return reply(call, 200, { id, spaces: volumes, capacity: String(capacity), ...attributes })
}

/** `PUT` of the same paths. Errors: those of both. */
export async function update(call: LibraryCall): Promise<Reply> {
  requireGrant(call, 'quota.change')
  const body = await call.body()
  const capacity = readCapacity(body)
  const removal = readRemoval(body)
  if (capacity === null && Object.keys(removal).length === 0) throw new SmhError('QuotaCapacityRequired')
  const { quota } = await find(call)
  if (capacity !== null) await requireRoom(call, quota.volumes, capacity)
  const { account, realm } = addressOf(call, '')
  await call.core.trees.updateQuota({
    ...{ account, realm, id: quota.id },
    ...(capacity === null ? {} : { capacity }),
    attributes: { ...quota.attributes, ...removal },
  })
  return reply(call, 204)
}

/** `GET /api/v1/space-quota/{L}/{S}`: the space's quota, and how much of it is left. Errors: `NoQuota`. */
export async function ofSpace(call: SpaceCall): Promise<Reply> {
  const { core, address } = call
  const quota = await core.trees.findQuota(address)
  if (quota === null) throw new SmhError('NoQuota')
  const { bytes } = await core.trees.volumeUsage(address)
  const room = await core.trees.roomOf(address)
  return reply(call, 200, {
    ...{ id: quota.id, spaces: quota.volumes, capacity: String(quota.capacity), size: String(bytes) },
    availableSpace: String(room ?? 0),
  })
}

/** A path's last piece is the id of a space, if there is such a space, or else that of a quota. */
async function find(call: LibraryCall): Promise<{ readonly quota: Quota; readonly isById: boolean }> {
  const { core, library, caller, exchange } = call
  const target = exchange.params.target ?? ''
  const address = addressOf(call, target)
  const space = await findSpace(call, library, address)
  if (space === null && /^\d{1,15}$/.test(target)) {
    const { account, realm } = address
    const quota = await core.trees.findQuota({ account, realm, id: Number(target) })
    if (quota === null) throw new SmhError('QuotaNotFound')
    return { quota, isById: true }
  }
  requireSpace(library, caller, target)
  if (space === null) throw new SmhError('SpaceNotFound')
  requireSameSpace(caller, space)
  const quota = await core.trees.findQuota(address)
  if (quota === null) throw new SmhError('NoQuota')
  return { quota, isById: false }
}

const addressOf = ({ account, library }: LibraryCall, volume: string): VolumeAddress => ({
  account: account.id,
  realm: library.id,
  volume,
})

/** Bytes, as decimal digits or as a number; null when missing. */
const readCapacity = (body: JsonObject): number | null =>
  bodyFields(body).optional('capacity', orEmpty(BYTES))

/** This server never removes files to make room. It refuses a call that asks for that. */
function readRemoval({ removeWhenExceed, removeAfterDays, removeNewest }: JsonObject): JsonObject {
  if (removeWhenExceed === true || removeWhenExceed === 1) {
    throw new SmhError('FunctionNotEnabled', 'This server does not remove files that exceed a quota.')
  }
  const given = { removeWhenExceed, removeAfterDays, removeNewest }
  const kept = Object.entries(given).flatMap(([name, value]) =>
    typeof value === 'boolean' || typeof value === 'number' ? [[name, value] as const] : [],
  )
  return Object.fromEntries(kept)
}

/** Errors: `QuotaSpacesInvalid`. */
async function readSpaces(call: LibraryCall, body: JsonObject): Promise<readonly string[]> {
  const { library } = call
  const fields = new JsonFields(objectFields(body), () => new SmhError('QuotaSpacesInvalid'))
  const names = [...new Set(fields.optional('spaces', NAMES))]
  const isRight = library.multiSpace ? names.length > 0 : names.every((name) => name === ONLY_SPACE)
  if (names.length > SPACES_MAX || !isRight) throw new SmhError('QuotaSpacesInvalid')
  const volumes = library.multiSpace ? names : [ONLY_SPACE]
  for (const name of volumes) {
    const space = await findSpace(call, library, addressOf(call, name))
    if (space === null) throw new SmhError('QuotaSpacesInvalid', 'There is no space of an id that was given.')
  }
  return volumes
}

const NAMES = listOf(TEXT, 'a list of texts')

/** Errors: `QuotaCapacityLessThanSize`. */
async function requireRoom(call: LibraryCall, volumes: readonly string[], capacity: number): Promise<void> {
  const { trees } = call.core
  let used = 0
  for (const name of volumes) {
    const address = addressOf(call, name)
    const isThere = (await trees.findVolume(address)) !== null
    if (isThere) used += (await trees.volumeUsage(address)).bytes
  }
  if (used > capacity) throw new SmhError('QuotaCapacityLessThanSize')
}
