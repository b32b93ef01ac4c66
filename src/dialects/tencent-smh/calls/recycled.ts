import type { Json } from '../../../core/model/json.ts'
import type { RecycledEntry } from '../../../core/model/trees.ts'
import { integerIn } from '../../../http/json-shapes.ts'
import type { Reply } from '../../../http/types.ts'
import { requireGrant } from '../auth/grants.ts'
import { invalidParam, SmhError } from '../errors.ts'
import type { Item } from '../model/items.ts'
import { requireBin, restoreItem } from '../model/recycled.ts'
import { readStrategy } from '../model/strategy.ts'
import { downloadUrl } from '../storage/downloads.ts'
import { bodyFields } from '../wire/parameters.ts'
import { entryRecord, fileInfo } from '../wire/records.ts'
import { downloadLimit } from '../wire/traffic-limit.ts'
import { doItems, ITEMS_SIZE_MAX, readItems } from './batch.ts'
import { reply, type SpaceCall } from './call.ts'
import { previewOf } from './pictures.ts'

const RETENTION_DAYS_MAX = 10_000
/** How long a lifecycle stays before it can be set again: reference §7. */
const LIFECYCLE_PAUSE_MS = 10 * 60_000

/** `GET …/{id}?preview`: as a file's. Errors: `RecycledItemNotFound`, those of `preview`; `CosObjectNonexistent` for what is no file. */
const previewInBin = (call: SpaceCall): Promise<Reply> =>
  previewOf(call, async () => {
    const { entry } = await findItem(call, itemId(call))
    if (entry.kind === 'directory' || entry.kind === 'link') throw new SmhError('CosObjectNonexistent')
    return entry
  })

/** `GET …/{id}?info`: as a file's, with a URL that lives as long as that of any download. Errors: `RecycledItemNotFound`. */
export async function info(call: SpaceCall): Promise<Reply> {
  requireBin(call)
  if (call.query.has('preview')) return previewInBin(call)
  const { library, options, query, volume } = call
  const { entry } = await findItem(call, itemId(call))
  const disposition = query.oneOf(['inline', 'attachment'], 'content_disposition')
  const trafficLimit = downloadLimit(query, volume.attributes)
  if (entry.kind === 'directory' || entry.kind === 'link')
    return reply(call, 200, entryRecord(library, entry))
  const shown = { expiresS: options.credentialsTtlS, disposition, trafficLimit }
  return reply(
    call,
    200,
    fileInfo(library, entry, entry.kind === 'file' ? downloadUrl(call, entry, shown) : null),
  )
}

/** `POST …/{id}?restore`. Errors: those of `restoreItem`, `ParamInvalid`. */
export async function restore(call: SpaceCall): Promise<Reply> {
  requireBin(call)
  if (!call.query.has('restore')) throw invalidParam('restore', 'the flag restore')
  requireGrant(call, 'recycled.restore')
  const strategy = readStrategy(call.query.text('conflict_resolution_strategy') ?? undefined) ?? 'ask'
  const { path } = await restoreItem(call, {
    recycledItemId: itemId(call),
    strategy,
    fallbackToRoot: readsFallback(call),
  })
  return reply(call, 200, { path })
}

/** `DELETE …/{id}`. Errors: `RecycledItemNotFound`. */
export async function remove(call: SpaceCall): Promise<Reply> {
  requireBin(call)
  requireGrant(call, 'recycled.delete')
  await call.core.trees.removeRecycled({ volume: call.address, id: itemId(call) })
  return reply(call, 204)
}

/** `DELETE /api/v1/recycled/{L}/{S}`: empties the bin. */
export async function empty(call: SpaceCall): Promise<Reply> {
  requireBin(call)
  requireGrant(call, 'recycled.delete')
  await call.core.trees.emptyBin({ volume: call.address })
  return reply(call, 204)
}

/** `POST /api/v1/recycled/{L}/{S}` with one of `?restore`, `?delete`, `?lifecycle`. */
export async function change(call: SpaceCall): Promise<Reply> {
  requireBin(call)
  const { query } = call
  if (query.has('restore')) return restoreMany(call)
  if (query.has('delete')) return removeMany(call)
  if (query.has('lifecycle')) return setLifecycle(call)
  throw invalidParam('The flag', 'restore, delete or lifecycle')
}

async function restoreMany(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'recycled.restore')
  const strategy = readStrategy(call.query.text('conflict_resolution_strategy') ?? undefined) ?? 'rename'
  const fallbackToRoot = readsFallback(call)
  const ids = readItems(await call.json(ITEMS_SIZE_MAX)).map(readId)
  const items = ids.map((id): Item => ({ do: 'restore', recycledItemId: id, strategy, fallbackToRoot }))
  return doItems(call, 'restore', items)
}

/** If one of them is not there, nothing is removed. */
async function removeMany(call: SpaceCall): Promise<Reply> {
  requireGrant(call, 'recycled.delete')
  const ids = [...new Set(readItems(await call.json(ITEMS_SIZE_MAX)).map(readId))]
  for (const id of ids) await findItem(call, id)
  for (const id of ids) await call.core.trees.removeRecycled({ volume: call.address, id })
  return reply(call, 204)
}

/** For the whole library. Errors: `ParamInvalid`, `SetRecycleLifecycleFrequencyLimit`. */
async function setLifecycle(call: SpaceCall): Promise<Reply> {
  const { core, address } = call
  requireGrant(call, 'recycled.change')
  const days = integerIn({ min: 1, max: RETENTION_DAYS_MAX })
  const retentionDays = bodyFields(await call.body()).required('retentionDays', days)
  const before = await core.trees.realmSettings(address)
  if (before !== null && core.clock.now() - before.changedAt < LIFECYCLE_PAUSE_MS) {
    throw new SmhError('SetRecycleLifecycleFrequencyLimit')
  }
  const attributes = { ...before?.attributes, retentionDays }
  await core.trees.setRealmSettings({ account: address.account, realm: address.realm, attributes })
  return reply(call, 204)
}

/** Errors: `RecycledItemNotFound`. */
export async function findItem({ core, address }: SpaceCall, id: number): Promise<RecycledEntry> {
  const found = await core.trees.findRecycled({ volume: address, id })
  if (found === null) throw new SmhError('RecycledItemNotFound')
  return found
}

const itemId = ({ exchange }: SpaceCall): number => readItemId(exchange.params.id ?? '')

/** A text that is no number is the id of nothing. Errors: `RecycledItemNotFound`. */
export function readItemId(text: string): number {
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new SmhError('RecycledItemNotFound')
  return Number(text)
}

const ITEM_ID = integerIn({ min: 1, max: Number.MAX_SAFE_INTEGER, digits: /^\d{1,15}$/ })

function readId(item: Json): number {
  const id = ITEM_ID.read(item)
  if (id !== undefined) return id
  throw invalidParam('The body', 'an array of ids of recycled items')
}

const readsFallback = ({ query }: SpaceCall): boolean =>
  query.oneOf(['originalPath', 'fallbackToRoot'], 'restore_path_strategy') === 'fallbackToRoot'
