import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { Shape } from '../../../http/json-fields.ts'
import { BOOLEAN, isList, isObject } from '../../../http/json-shapes.ts'
import type { Reply } from '../../../http/types.ts'
import { doBatch } from '../background/work.ts'
import { invalidParam, SmhError } from '../errors.ts'
import { type Item, isSuccess } from '../model/items.ts'
import { readStrategy } from '../model/strategy.ts'
import { directoryPath } from '../wire/names.ts'
import { bodyFields, requiredText, textOf } from '../wire/parameters.ts'
import { reply, type SpaceCall } from './call.ts'

/** Of one call: reference §7. */
const ITEMS_MAX = 1000
/** Bytes of a body with so many items, each with two long paths. */
export const ITEMS_SIZE_MAX = 1024 * 1024

const READERS = { delete: readDelete, copy: readCopy, move: readMove } as const
const KINDS = ['delete', 'copy', 'move'] as const

/**
 * `POST /api/v1/batch/{L}/{S}` with one of `?delete`, `?copy`, `?move`. The items are done one after the other; what an item
 * lacks (a grant, a source, a free name) stands in its own result. Errors, with nothing done: `NoItemsProvided`,
 * `TooManyItems`, `ParamInvalid`, `InvalidConflictResolutionStrategy` and those of names.
 */
export async function batch(call: SpaceCall): Promise<Reply> {
  const [kind, ...others] = KINDS.filter((flag) => call.query.has(flag))
  if (kind === undefined || others.length > 0) {
    throw invalidParam('The flag', 'one of delete, copy and move')
  }
  const read = READERS[kind]
  const items = readItems(await call.json(ITEMS_SIZE_MAX)).map((item) => read(call, objectOf(item)))
  return doItems(call, kind, items)
}

/** The items of a body. Errors: `NoItemsProvided`, `TooManyItems`, `ParamInvalid`. */
export function readItems(body: Json): readonly Json[] {
  if (isEmpty(body)) throw new SmhError('NoItemsProvided')
  if (!isList(body)) throw invalidParam('The body', 'an array of items')
  if (body.length > ITEMS_MAX) throw new SmhError('TooManyItems')
  return body
}

/** An empty object is what clients send that have nothing to say. */
const isEmpty = (body: Json): boolean =>
  typeof body === 'object' && body !== null && Object.keys(body).length === 0

/** 200 when all went well, 207 when something failed, 202 where a task goes on. */
export async function doItems(call: SpaceCall, type: Item['do'], items: readonly Item[]): Promise<Reply> {
  const onTrouble = ({ message }: Error) => call.exchange.note({ itemFailure: message })
  const done = await doBatch(call, type, items, onTrouble)
  if ('taskId' in done) return reply(call, 202, { taskId: done.taskId })
  return reply(call, done.results.every(isSuccess) ? 200 : 207, { result: done.results })
}

function objectOf(item: Json): JsonObject {
  if (isObject(item)) return item
  throw invalidParam('The body', 'an array of objects')
}

/** 0 and 1 are taken too. */
const FLAG: Shape<boolean> = {
  accepted: BOOLEAN.accepted,
  read: (value) => (value === 0 || value === 1 ? value === 1 : BOOLEAN.read(value)),
}

function readDelete(_call: SpaceCall, item: JsonObject): Item {
  const permanent = bodyFields(item).optional('permanent', FLAG) ?? false
  return { do: 'delete', path: pathOf(item, 'path'), permanent }
}

function readCopy({ library }: SpaceCall, item: JsonObject): Item {
  const from = textOf(item, 'copyFromLibraryId')
  if (from !== null && from !== '' && from !== library.id) {
    throw new SmhError('AccessTokenNotMatchLibrary')
  }
  return {
    do: 'copy',
    copyFrom: pathOf(item, 'copyFrom'),
    copyFromSpace: spaceOf(item, 'copyFromSpaceId'),
    to: pathOf(item, 'to'),
    strategy: readStrategy(item.conflictResolutionStrategy),
  }
}

function readMove(_call: SpaceCall, item: JsonObject): Item {
  return {
    do: 'move',
    from: pathOf(item, 'from'),
    fromSpace: spaceOf(item, 'fromSpaceId'),
    to: pathOf(item, 'to'),
    strategy: readStrategy(item.conflictResolutionStrategy),
  }
}

function spaceOf(item: JsonObject, name: string): string | null {
  const space = textOf(item, name)
  return space === '' ? null : space
}

/** Errors: `EmptyPath` and those of names. */
function pathOf(item: JsonObject, name: string): string {
  const path = requiredText(item, name)
  if (directoryPath(path).length === 0) throw new SmhError('EmptyPath')
  return path
}
