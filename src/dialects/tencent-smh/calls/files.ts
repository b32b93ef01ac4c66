import { parseObjectId } from '../../../core/ids.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Entry } from '../../../core/model/trees.ts'
import type { Reply } from '../../../http/types.ts'
import { requireGrant } from '../auth/grants.ts'
import { copyOrTask } from '../background/work.ts'
import { invalidParam, SmhError } from '../errors.ts'
import { newTraits } from '../model/attributes.ts'
import { requireCas, shownCas } from '../model/content-cas.ts'
import { deleteEntry, deletionOf } from '../model/delete.ts'
import { moveEntry } from '../model/move.ts'
import { filePlace, findDirectory } from '../model/places.ts'
import { policyOf, readStrategy } from '../model/strategy.ts'
import { createLink, findContent } from '../model/symlinks.ts'
import { downloadUrl } from '../storage/downloads.ts'
import { readTraits } from '../wire/fields.ts'
import { sizeOf, textOf } from '../wire/parameters.ts'
import { confirmRecord, entryRecord, fileInfo } from '../wire/records.ts'
import { reply, type SpaceCall } from './call.ts'
import { asksForCas, downloadOptions, givenCas, redirect, withHeaders } from './downloads.ts'
import { preview } from './pictures.ts'
import { put as startUpload } from './uploads.ts'

/** Seconds that a URL of `?info` may live: reference §6. */
const PERIOD = { min: 60, max: 7200 } as const
/** Fields of bodies that ask for files made of others. */
const OTHERS = ['fromTemplate', 'convertFrom']
const CONTENT_TYPE = /^[\x20-\x7e]{1,255}$/

/** A redirect to the bytes; with the flag `info` what is known of the file, with `preview` a picture of it. */
export async function get(call: SpaceCall): Promise<Reply> {
  if (call.query.has('preview')) return preview(call)
  return call.query.has('info') ? info(call) : redirect(call, await findContent(call, call.path))
}

export async function head(call: SpaceCall): Promise<Reply> {
  return withHeaders(call, 200, await findContent(call, call.path))
}

/** Starts an upload; what the body names makes it a move, a copy or a link, and the flag `virtual_file` a virtual file. */
export async function put(call: SpaceCall): Promise<Reply> {
  const body = await call.body()
  if (call.query.has('virtual_file')) return createVirtual(call)
  const from = textOf(body, 'from')
  if (from !== null) return move(call, from)
  const copyFrom = textOf(body, 'copyFrom')
  if (copyFrom !== null) return copy(call, copyFrom)
  const linkTo = textOf(body, 'linkTo')
  if (linkTo !== null) return link(call, linkTo)
  if (OTHERS.some((name) => textOf(body, name) !== null)) throw new SmhError('FunctionNotEnabled')
  return startUpload(call)
}

export async function remove(call: SpaceCall): Promise<Reply> {
  const permanent = call.query.flag('permanent')
  requireGrant(call, deletionOf(call, 'file', permanent))
  const deletion = { path: call.path, permanent, taken: 'file', cas: givenCas(call) } as const
  const { recycledItemId } = await deleteEntry(call, deletion)
  return recycledItemId === null ? reply(call, 204) : reply(call, 200, { recycledItemId })
}

/** Where an entry is now, by its inode. */
export async function byInode(call: SpaceCall): Promise<Reply> {
  const entry = await findByInode(call)
  const options = { path: true, cas: asksForCas(call) }
  const { path, name, type, creationTime, modificationTime, contentType, size, crc64, contentCas } =
    entryRecord(call.library, entry, options)
  const record = { path, name, type, creationTime, modificationTime, contentType, size, crc64, contentCas }
  const known = Object.entries(record).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  )
  return reply(call, 200, Object.fromEntries(known))
}

/** Why a file is gone: this server removes nothing because of quotas, and keeps no record of what is gone. */
export async function deletionCheck(call: SpaceCall): Promise<Reply> {
  if (parseObjectId(call.exchange.params.inode ?? '') === null) throw new SmhError('FileNotFound')
  return reply(call, 200, { reason: 'Unknown', deletedAt: null, quotaCleanupRecordRetentionDays: 0 })
}

async function info(call: SpaceCall): Promise<Reply> {
  const { query, library, options } = call
  const entry = await findContent(call, call.path)
  requireCas(entry, givenCas(call))
  const period = query.integer('period', PERIOD)
  const hasUrl = entry.kind === 'file' && !query.flag('pre_check')
  const download = hasUrl
    ? downloadUrl(call, entry, downloadOptions(call, period ?? options.credentialsTtlS))
    : null
  const favorite = query.flag('with_favorite_status') ? { isFavorite: false } : {}
  const inode = query.flag('with_inode') ? { inode: entry.id } : {}
  const cas = shownCas(entry, asksForCas(call))
  return reply(call, 200, { ...fileInfo(library, entry, download), ...favorite, ...inode, ...cas })
}

async function move(call: SpaceCall, from: string): Promise<Reply> {
  const strategy = givenStrategy(call)
  requireGrant(call, strategy === 'overwrite' ? 'file.move-force' : 'file.move')
  const moving = {
    from,
    fromSpace: null,
    to: call.path,
    strategy,
    taken: 'file',
    cas: givenCas(call),
  } as const
  const { entry } = await moveEntry(call, moving)
  return reply(call, 200, { path: entry.path, ...shownCas(entry, asksForCas(call)) })
}

async function copy(call: SpaceCall, copyFrom: string): Promise<Reply> {
  const strategy = givenStrategy(call)
  requireGrant(call, strategy === 'overwrite' ? 'file.copy-force' : 'file.copy')
  const cas = givenCas(call)
  const copying = { copyFrom, copyFromSpace: null, to: call.path, strategy, taken: 'file', cas } as const
  const copied = await copyOrTask(call, copying)
  if (copied.kind === 'task') return reply(call, 202, { taskId: copied.taskId })
  const { entry } = copied
  return reply(call, 200, { path: entry.path, ...shownCas(entry, asksForCas(call)) })
}

async function link(call: SpaceCall, linkTo: string): Promise<Reply> {
  const strategy = givenStrategy(call) ?? 'rename'
  const { path } = await createLink(call, { path: call.path, linkTo, strategy })
  return reply(call, 200, { path })
}

async function createVirtual(call: SpaceCall): Promise<Reply> {
  const { core, query, address, caller, library } = call
  const strategy = givenStrategy(call) ?? 'rename'
  requireGrant(call, 'file.create-virtual')
  if (strategy === 'overwrite') requireGrant(call, 'upload.confirm-force')
  const body = await call.body()
  const { directory, name } = filePlace(call, call.path)
  const { entry, isOverwritten } = await core.trees.putEntry({
    volume: address,
    place: { parent: await findDirectory(call, directory), name },
    conflict: policyOf(strategy),
    traits: newTraits(caller.user, readTraits(body)),
    what: { kind: 'virtual', size: sizeOf(body, 'size') ?? 0, contentType: contentTypeIn(body) },
  })
  const record = confirmRecord(library, entry, { isOverwritten, inode: query.flag('with_inode') })
  return reply(call, 200, record)
}

/** One that fits a header; an empty one says nothing. Errors: `ParamInvalid`. */
function contentTypeIn(body: JsonObject): string | null {
  const type = textOf(body, 'contentType')
  if (type === null || type === '') return null
  if (CONTENT_TYPE.test(type)) return type
  throw invalidParam('contentType', 'a media type of at most 255 printable ASCII characters')
}

const givenStrategy = ({ query }: SpaceCall) => readStrategy(query.text('conflict_resolution_strategy'))

/** Errors: `FileNotFound`, also for what is in the bin. */
async function findByInode({ core, address, exchange }: SpaceCall): Promise<Entry> {
  const id = parseObjectId(exchange.params.inode ?? '')
  const found = id && (await core.trees.findEntry({ volume: address, at: { id } }))
  if (found === null || found.path === null) throw new SmhError('FileNotFound')
  return found
}
