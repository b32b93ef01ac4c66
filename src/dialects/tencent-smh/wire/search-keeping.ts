import type { Json, JsonObject } from '../../../core/model/json.ts'
import { isList, isObject } from '../../../http/json-shapes.ts'
import { readSpaceSearch, tooComplex } from './search-fields.ts'

/** What `readSpaceSearch` reads of a body, but for what changes nothing and for `creators`. */
const FIELDS = [
  ...['keyword', 'type', 'scope', 'inExtnames', 'extname', 'excludeExtnames', 'excludeExtName'],
  ...['minFileSize', 'maxFileSize', 'modificationTimeStart', 'modificationTimeEnd'],
  ...['labels', 'categories', 'orderBy', 'orderByType'],
] as const
/** Bytes of a search that is kept, as JSON; ours. */
const KEPT_SIZE_MAX = 16 * 1024

/**
 * The part of a body of `space-contents` that says what is searched: `readSpaceSearch` reads the same of it as of the whole. Errors:
 * those of `readSpaceSearch`, `SearchTooComplex` for what is too long to be kept.
 */
export function spaceSearchFields(body: JsonObject): JsonObject {
  readSpaceSearch(body)
  const given = FIELDS.map((name) => [name, Object.hasOwn(body, name) ? body[name] : undefined] as const)
  const { creators } = body
  const users = isList(creators) ? creators.map((each) => ({ userId: userOf(each) })) : null
  const fields: JsonObject = Object.fromEntries([
    ...given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ...(users === null ? [] : [['creators', users] as const]),
  ])
  if (Buffer.byteLength(JSON.stringify(fields)) <= KEPT_SIZE_MAX) return fields
  throw tooComplex(`what is asked for has more than ${KEPT_SIZE_MAX} bytes`)
}

const userOf = (creator: Json): Json => (isObject(creator) ? (creator.userId ?? null) : null)
