import type { Reply } from '../../../http/types.ts'
import { requireGrant } from '../auth/grants.ts'
import { copyOrTask } from '../background/work.ts'
import { SmhError } from '../errors.ts'
import { changedTraits, newTraits } from '../model/attributes.ts'
import { deleteEntry, deletionOf } from '../model/delete.ts'
import { moveEntry } from '../model/move.ts'
import { directoryPlace } from '../model/places.ts'
import { directoryStrategy, policyOf, readStrategy } from '../model/strategy.ts'
import { readTraits } from '../wire/fields.ts'
import { directoryPath } from '../wire/names.ts'
import { requiredText, textOf } from '../wire/parameters.ts'
import { entryRecord, isoTime } from '../wire/records.ts'
import { reply, type SpaceCall } from './call.ts'
import { list } from './lists.ts'
import { stats } from './stats.ts'

/** Lists a directory. With flags it tells the info of an entry, or the sums of a directory. */
export async function get(call: SpaceCall): Promise<Reply> {
  if (call.query.has('info')) return info(call)
  if (call.query.has('stats')) return stats(call)
  return list(call)
}

export async function head(call: SpaceCall): Promise<Reply> {
  await findDirectory(call)
  return reply(call, 200)
}

/** Makes a directory. With `from` it moves one there, with `copyFrom` it copies one. */
export async function put(call: SpaceCall): Promise<Reply> {
  const body = await call.body()
  const from = textOf(body, 'from')
  if (from !== null) return move(call, from)
  const copyFrom = textOf(body, 'copyFrom')
  if (copyFrom !== null) return copy(call, copyFrom, null)
  return create(call)
}

/** `?update` alone: changes what callers say of a directory or a file. */
export async function post(call: SpaceCall): Promise<Reply> {
  const { core, query, address } = call
  if (!query.has('update')) throw new SmhError('RouteNotFound')
  const given = readTraits(await call.body())
  const entry = await findEntry(call)
  requireGrant(call, entry.kind === 'directory' ? 'directory.change' : 'file.change')
  const change = changedTraits(entry.attributes, given)
  await core.trees.updateEntry({ volume: address, id: entry.id, ifVersion: entry.version, change })
  return reply(call, 204)
}

export async function remove(call: SpaceCall): Promise<Reply> {
  const permanent = call.query.flag('permanent')
  requireGrant(call, deletionOf(call, 'directory', permanent))
  const { recycledItemId } = await deleteEntry(call, { path: call.path, permanent, taken: 'directory' })
  return recycledItemId === null ? reply(call, 204) : reply(call, 200, { recycledItemId })
}

/** Copies a directory of another space of the library. */
export async function copyAcross(call: SpaceCall): Promise<Reply> {
  const body = await call.body()
  return copy(call, requiredText(body, 'copyFrom'), requiredText(body, 'copyFromSpaceId'))
}

async function create(call: SpaceCall): Promise<Reply> {
  const { core, query, address, caller, library } = call
  requireGrant(call, 'directory.create')
  const strategy = directoryStrategy(readStrategy(query.text('conflict_resolution_strategy')))
  const given = readTraits(await call.body())
  const { directory, name } = directoryPlace(call, call.path)
  const made = await core.trees.makeDirectory({
    volume: address,
    path: [...directory, name],
    conflict: policyOf(strategy),
    traits: newTraits(caller.user, given),
  })
  const { name: _name, ...record } = entryRecord(library, made, {
    path: true,
    inode: query.flag('with_inode'),
    user: true,
  })
  return reply(call, 201, { ...record, creationTime: isoTime(made.createdAt) })
}

async function move(call: SpaceCall, from: string): Promise<Reply> {
  requireGrant(call, 'directory.move')
  const { entry, strategy } = await moveEntry(call, {
    from,
    fromSpace: null,
    to: call.path,
    strategy: readStrategy(call.query.text('conflict_resolution_strategy')),
    taken: 'directory',
  })
  return strategy === 'rename' ? reply(call, 200, { path: entry.path }) : reply(call, 204)
}

async function copy(call: SpaceCall, copyFrom: string, copyFromSpace: string | null): Promise<Reply> {
  requireGrant(call, 'directory.copy')
  const copied = await copyOrTask(call, {
    copyFrom,
    copyFromSpace,
    to: call.path,
    strategy: readStrategy(call.query.text('conflict_resolution_strategy')),
    taken: 'directory',
  })
  if (copied.kind === 'task') return reply(call, 202, { taskId: copied.taskId })
  const { entry, strategy } = copied
  return strategy === 'rename' ? reply(call, 200, { path: entry.path }) : reply(call, 204)
}

/** Also for files. */
async function info(call: SpaceCall): Promise<Reply> {
  const { query, library } = call
  const record = entryRecord(library, await findEntry(call), {
    path: true,
    user: true,
    inode: query.flag('with_inode'),
    favorite: query.flag('with_favorite_status'),
    cas: query.flag('with_content_cas'),
  })
  return reply(call, 200, record)
}

/** What is at the call's path. Errors: `DirectoryNotFound`. */
async function findEntry({ core, address, path }: SpaceCall) {
  const found = await core.trees.findEntry({ volume: address, at: { path: directoryPath(path) } })
  if (found === null) throw new SmhError('DirectoryNotFound')
  return found
}

/** Errors: `DirectoryNotFound`, also for anything else. */
async function findDirectory(call: SpaceCall) {
  const found = await findEntry(call)
  if (found.kind !== 'directory') throw new SmhError('DirectoryNotFound')
  return found
}
