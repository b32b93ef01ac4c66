import { isCoreError } from '../../../core/errors.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Random } from '../../../core/random.ts'
import type { Shape } from '../../../http/json-fields.ts'
import { integerIn } from '../../../http/json-shapes.ts'
import type { Reply } from '../../../http/types.ts'
import { requireGrant } from '../auth/grants.ts'
import { invalidParam, SmhError } from '../errors.ts'
import { treeBucket } from '../storage/buckets.ts'
import { bodyFields } from '../wire/parameters.ts'
import { readSpaceFields, shownSpaceFields } from '../wire/space-fields.ts'
import { TRAFFIC_LIMIT } from '../wire/traffic-limit.ts'
import { type LibraryCall, reply, type SpaceCall } from './call.ts'

/** Characters after `space` of an id that the server makes: as in the vendor's sample. */
const RANDOM_LENGTH = 13
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'
/** Words that stand in paths where an id would. */
const RESERVED: readonly string[] = ['list', 'count']

/**
 * `POST /api/v1/space/{L}` (reference §3). The vendor's JavaScript client sends the id of its default space as `space_id` with this call,
 * too. So an id that is taken gives way to one that the server makes. Errors: `NotMultiSpaceLibrary`, `NoPermission`, `SpaceIdInvalid`.
 */
export async function create(call: LibraryCall): Promise<Reply> {
  const { core, account, library, caller, query } = call
  requireMultiSpace(call)
  requireGrant(call, 'space.create')
  const asked = readSpaceId(query.text('space_id'))
  const attributes = readSpaceFields(await call.body())
  const make = async (spaceId: string): Promise<string> => {
    const volume = { account: account.id, realm: library.id, volume: spaceId }
    const bucket = treeBucket(volume)
    await core.trees.createVolume({ volume, bucket, owner: caller.user, attributes, ifAbsent: false })
    return spaceId
  }
  try {
    return reply(call, 201, { spaceId: await make(asked ?? newSpaceId(core.random)) })
  } catch (error) {
    if (!isCoreError(error, 'name-conflict')) throw error
    return reply(call, 201, { spaceId: await make(newSpaceId(core.random)) })
  }
}

/** Errors: `NotMultiSpaceLibrary`. */
export function requireMultiSpace({ library }: Pick<LibraryCall, 'library'>): void {
  if (!library.multiSpace) throw new SmhError('NotMultiSpaceLibrary')
}

function readSpaceId(text: string | null): string | null {
  if (text === null) return null
  if (!/^[a-z0-9][a-z0-9-]{0,30}[a-z0-9]$/.test(text)) throw new SmhError('SpaceIdInvalid')
  if (RESERVED.includes(text)) throw new SmhError('SpaceIdInvalid', 'This space id is reserved.')
  return text
}

/** 67 random bits. */
const newSpaceId = (random: Random): string =>
  `space${[...random.bytes(RANDOM_LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('')}`

/** `GET …/extension`: the space's properties. */
export async function extension(call: SpaceCall): Promise<Reply> {
  return reply(call, 200, shownSpaceFields(call))
}

/** `POST …/extension`: changes the properties that are named. Errors: `ParamInvalid`, also for another `isMultiAlbum`. */
export async function update(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'space.change')
  const change = readSpaceFields(await call.body())
  const { isMultiAlbum: now } = shownSpaceFields(call)
  if ((change.isMultiAlbum ?? now) !== now) throw invalidParam('isMultiAlbum', 'what the space was made with')
  await changeAttributes(call, change)
  return reply(call, 204)
}

/** `POST …/traffic-limit`: bytes a second of each download; -1 for no limit. Errors: `ParamInvalid`. */
export async function trafficLimit(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'space.change')
  const downloadTrafficLimit = bodyFields(await call.body()).required('downloadTrafficLimit', LIMIT_OR_NONE)
  await changeAttributes(call, { downloadTrafficLimit })
  return reply(call, 204)
}

const LIMIT_OR_NONE: Shape<number> = {
  accepted: `-1, or ${TRAFFIC_LIMIT.min} to ${TRAFFIC_LIMIT.max}`,
  read: (value) => (value === -1 ? -1 : integerIn(TRAFFIC_LIMIT).read(value)),
}

async function changeAttributes({ core, address, volume }: SpaceCall, change: JsonObject): Promise<void> {
  await core.trees.updateVolume({ ...address, attributes: { ...volume.attributes, ...change } })
}

/** `GET …/size`: bytes of all files, those in the bin included. */
export async function size(call: SpaceCall): Promise<Reply> {
  const { bytes } = await call.core.trees.volumeUsage(call.address)
  return reply(call, 200, { size: String(bytes) })
}

/** `GET …/file-count`. There are no history versions here. */
export async function fileCount(call: SpaceCall): Promise<Reply> {
  const usage = await call.core.trees.volumeUsage(call.address)
  return reply(call, 200, {
    fileNum: String(usage.files),
    dirNum: String(usage.directories),
    recycledFileNum: String(usage.binFiles),
    recycledDirNum: String(usage.binDirectories),
    historyFileNum: '0',
  })
}

/** `DELETE /api/v1/space/{L}/{S}`; `force=1` with all that is in it. Errors: `SpaceNotEmpty`, `NotMultiSpaceLibrary`. */
export async function remove(call: SpaceCall): Promise<Reply> {
  requireMultiSpace(call)
  requireGrant(call, 'space.delete')
  await call.core.trees.deleteVolume({ ...call.address, force: call.query.flag('force') })
  return reply(call, 204)
}
