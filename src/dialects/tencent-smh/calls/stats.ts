import { isCoreError } from '../../../core/errors.ts'
import type { RecycledEntry } from '../../../core/model/trees.ts'
import type { Reply } from '../../../http/types.ts'
import { invalidParam, SmhError } from '../errors.ts'
import { requireBin } from '../model/recycled.ts'
import { directoryPath } from '../wire/names.ts'
import { reply, type SpaceCall } from './call.ts'
import { findItem, readItemId } from './recycled.ts'

interface Sums {
  readonly bytes: number
  /** All but directories. */
  readonly files: number
  readonly directories: number
}

const NOTHING: Sums = { bytes: 0, files: 0, directories: 0 }
/** Items of the bin that are read at a time. */
const PAGE = 1000

/**
 * `GET /api/v1/directory/{L}/{S}/{DirPath}?stats` (`apis/directory-api.ts` of the vendor's JavaScript SDK): what is below a directory, in
 * the bin, or kept as history versions, of which there are none here. Errors: `InvalidDirectoryStatsType`, `DirectoryNotFound`,
 * `RecycleBinNotEnabled`, `RecycledItemNotFound`.
 */
export async function stats(call: SpaceCall): Promise<Reply> {
  const statsType = call.query.text('stats_type') ?? 'normal'
  const { bytes, files, directories } = await sumsOf(call, statsType)
  const sums = { storage: bytes, fileCount: files, dirCount: directories }
  return reply(call, 200, { userId: call.caller.user, statsType, ...sums })
}

async function sumsOf(call: SpaceCall, statsType: string): Promise<Sums> {
  switch (statsType) {
    case 'normal':
      return call.core.trees.measureDirectory({ volume: call.address, id: await directoryId(call) })
    case 'history':
      await directoryId(call)
      return NOTHING
    case 'recycle':
      return binSums(call)
    default:
      throw new SmhError('InvalidDirectoryStatsType')
  }
}

/** Errors: `DirectoryNotFound`, also for what is no directory. */
async function directoryId({ core, address, path }: SpaceCall) {
  const found = await core.trees.findEntry({ volume: address, at: { path: directoryPath(path) } })
  if (found?.kind !== 'directory') throw new SmhError('DirectoryNotFound')
  return found.id
}

/** Of the item `recycled_id`. Without it, which the root alone permits, of the whole bin. */
async function binSums(call: SpaceCall): Promise<Sums> {
  requireBin(call)
  const { token, grants } = call.caller
  // What is public is read without a token. The bin is not.
  if (token === null && grants.length === 0) throw new SmhError('EmptyAccessToken')
  const id = call.query.text('recycled_id')
  if (id !== null) return (await itemSums(call, await findItem(call, readItemId(id)))).below
  if (directoryPath(call.path).length > 0) throw invalidParam('recycled_id', 'the id of an item in the bin')
  let sums = NOTHING
  for await (const item of itemsOf(call)) {
    const { own, below } = await itemSums(call, item)
    sums = added(added(sums, own), below)
  }
  return sums
}

async function* itemsOf({ core, address }: SpaceCall): AsyncIterable<RecycledEntry> {
  const order = { volume: address, order: 'removed', descending: false, offset: 0, limit: PAGE } as const
  for (let after: { readonly value: number; readonly id: number } | null = null; ; ) {
    const { recycled, hasMore }: Awaited<ReturnType<typeof core.trees.listRecycled>> =
      await core.trees.listRecycled({ ...order, after })
    yield* recycled
    const last = recycled.at(-1)
    if (!hasMore || last === undefined) return
    after = { value: last.removedAt, id: last.id }
  }
}

/** What an item is itself, and what is in it. A file is in itself. */
async function itemSums({ core, address }: SpaceCall, { entry }: RecycledEntry) {
  if (entry.kind !== 'directory') {
    const bytes = entry.kind === 'file' ? entry.content.size : 0
    return { own: NOTHING, below: { bytes, files: 1, directories: 0 } }
  }
  const own = { ...NOTHING, directories: 1 }
  try {
    return { own, below: await core.trees.measureDirectory({ volume: address, id: entry.id }) }
  } catch (error) {
    // It was removed for good meanwhile.
    if (isCoreError(error, 'directory-not-found')) return { own: NOTHING, below: NOTHING }
    throw error
  }
}

const added = (a: Sums, b: Sums): Sums => ({
  bytes: a.bytes + b.bytes,
  files: a.files + b.files,
  directories: a.directories + b.directories,
})
