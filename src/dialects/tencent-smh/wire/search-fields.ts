import type { JsonObject } from '../../../core/model/json.ts'
import type { EntryCriteria, EntryShape, SearchOrder } from '../../../core/model/tree-search.ts'
import { JsonFields, objectFields, type Shape } from '../../../http/json-fields.ts'
import { isObject, listOf, oneOf, TEXT, TEXT_OR_NUMBER, textWhere } from '../../../http/json-shapes.ts'
import { SmhError } from '../errors.ts'
import { TIME } from './fields.ts'
import { directoryPath } from './names.ts'
import { BYTES, bodyFields } from './parameters.ts'
import { FILE_TYPE_LIST, SEARCH_TYPES } from './search-types.ts'

/** A search as its body asks for it. */
export interface WantedSearch {
  readonly criteria: EntryCriteria
  readonly order: SearchOrder
  readonly descending: boolean
  readonly ranked: boolean
}

/** Keywords of one text: each makes the ranking longer. Ours. */
const WORDS_MAX = 10
/** Elements of each list: of keywords the vendor's, of others ours. */
const ITEMS_MAX = 100
/** Characters of a keyword, as of a name. */
const KEYWORD_LENGTH_MAX = 255
/** Characters of a text of keywords; ours. */
const TEXT_LENGTH_MAX = 2048

const ORDERS: ReadonlyMap<string, SearchOrder> = new Map([
  ['name', 'name'],
  ['modificationTime', 'modified'],
  ['size', 'size'],
  ['creationTime', 'created'],
  ['localCreationTime', 'local-created'],
  ['localModificationTime', 'local-modified'],
])

/**
 * The body of `space-contents` (document 1339/71107). `keyword` has several between white space; who has more of them comes first,
 * unless there is an order. Errors: `ParamInvalid`, `InvalidTimeFormat`, `OrderByNotAllowed`, `OrderByTypeNotAllowed`,
 * `SearchTooComplex`, `FunctionNotEnabled` for tags, and those of paths.
 */
export function readSpaceSearch(body: JsonObject): WantedSearch {
  const fields = bodyFields(body)
  const keyword = fields.optional('keyword', KEYWORD_TEXT) ?? ''
  const keywords = keyword.split(/\s+/u).filter((word) => word !== '')
  if (keywords.length > WORDS_MAX) throw tooComplex(`keyword has more than ${WORDS_MAX} words`)
  fields.optional('searchMode', oneOf(['fast', 'normal']))
  const order = readOrder(body)
  return {
    criteria: { ...criteriaOf(body), keywords, shapes: fields.optional('type', SEARCH_TYPES) },
    ...(order ?? { order: 'name', descending: false }),
    ranked: order === null,
  }
}

/**
 * The body of `search-fs` and `search-fs-stats` (JavaScript SDK, in its older and newer spelling). Errors: as `readSpaceSearch`;
 * `FunctionNotEnabled` for a search of contents.
 */
export function readFileSearch(body: JsonObject): WantedSearch {
  const type = bodyFields(body).optional('type', oneOf(['filename', 'filecontent']))
  if (type === 'filecontent')
    throw new SmhError('FunctionNotEnabled', 'This server does not look into files.')
  const keywords = either(body, ['keywords', 'keyword'], KEYWORDS) ?? []
  return {
    criteria: { ...criteriaOf(body), keywords, shapes: shapesOf(body) },
    ...(readOrder(body) ?? { order: 'name', descending: false }),
    ranked: false,
  }
}

function shapesOf(body: JsonObject): readonly EntryShape[] | null {
  const shapes = either(body, ['fileTypes', 'fileType'], FILE_TYPE_LIST)
  return shapes === null || shapes.length === 0 ? null : shapes
}

/** What both kinds of searches ask for. Empty lists ask for nothing. */
function criteriaOf(body: JsonObject): Omit<EntryCriteria, 'keywords' | 'shapes'> {
  const fields = bodyFields(body)
  const times = new JsonFields(objectFields(body), () => new SmhError('InvalidTimeFormat'))
  const scope = directoryPath(fields.optional('scope', TEXT) ?? '')
  const extensions = either(body, ['inExtnames', 'extname'], EXTENSIONS) ?? []
  if ((fields.optional('tags', listOf({ read: (tag) => tag }, 'a list')) ?? []).length > 0) {
    throw new SmhError('FunctionNotEnabled', 'This server has no tags.')
  }
  return {
    under: scope.length === 0 ? null : { path: scope },
    extensions: extensions.length === 0 ? null : extensions,
    notExtensions: either(body, ['excludeExtnames', 'excludeExtName'], EXTENSIONS) ?? [],
    sizeMin: fields.optional('minFileSize', BYTES),
    sizeMax: fields.optional('maxFileSize', BYTES),
    modifiedFrom: times.optional('modificationTimeStart', SEARCH_TIME),
    modifiedUntil: times.optional('modificationTimeEnd', SEARCH_TIME),
    attributes: [
      ...anyOf('labels', fields.optional('labels', LABELS)),
      ...anyOf('category', fields.optional('categories', LABELS)),
      ...anyOf('user', fields.optional('creators', CREATORS)),
    ],
  }
}

const anyOf = (name: string, texts: readonly string[] | null): EntryCriteria['attributes'] =>
  texts === null || texts.length === 0 ? [] : [{ name, anyOf: texts }]

/** The first of some names that is there. */
function either<Value>(body: JsonObject, names: readonly string[], shape: Shape<Value>): Value | null {
  const fields = bodyFields(body)
  return names.reduce<Value | null>((found, name) => found ?? fields.optional(name, shape), null)
}

function readOrder(body: JsonObject): Pick<WantedSearch, 'order' | 'descending'> | null {
  const fields = bodyFields(body)
  const by = fields.optional('orderBy', TEXT)
  const order = ORDERS.get(by ?? 'name')
  if (order === undefined && by !== '') throw new SmhError('OrderByNotAllowed')
  const type = fields.optional('orderByType', TEXT)
  if (type !== null && !['', 'asc', 'desc'].includes(type)) throw new SmhError('OrderByTypeNotAllowed')
  return by === null || order === undefined ? null : { order, descending: type === 'desc' }
}

export const tooComplex = (why: string): SmhError => new SmhError('SearchTooComplex', `${why}.`)

const KEYWORD = textWhere('a keyword', (text) => isShort(text, KEYWORD_LENGTH_MAX) && text.isWellFormed())
const KEYWORD_TEXT = textWhere(
  `a text of at most ${TEXT_LENGTH_MAX} characters, ${KEYWORD_LENGTH_MAX} a word`,
  (text) =>
    isShort(text, TEXT_LENGTH_MAX) && text.split(/\s+/u).every((word) => KEYWORD.read(word) !== undefined),
)
const KEYWORDS = limited(KEYWORD, `texts of at most ${KEYWORD_LENGTH_MAX} characters`)
const LABELS = limited(TEXT, 'texts')
/** With or without their dot, in any letter case. */
const EXTENSIONS: Shape<readonly string[]> = {
  accepted: 'a list of extensions',
  read: (value) => LABELS.read(value)?.map((text) => text.replace(/^\./, '').toLowerCase()),
}
const CREATORS = limited(
  { read: (value) => (isObject(value) ? TEXT_OR_NUMBER.read(value.userId ?? null) : undefined) },
  'objects with a userId',
)

/** Errors: `ParamInvalid` for longer lists. */
function limited<Value>(element: Pick<Shape<Value>, 'read'>, what: string): Shape<readonly Value[]> {
  return listOf(element, `a list of at most ${ITEMS_MAX} ${what}`, ITEMS_MAX)
}

const isShort = (text: string, most: number): boolean => text.length <= 2 * most && [...text].length <= most

/** Also milliseconds or seconds since 1970, as digits or a number. */
const SEARCH_TIME: Shape<number> = {
  accepted: TIME.accepted,
  read: (value) => {
    const digits = /^\d{9,14}$/.exec(String(value))?.[0]
    if (digits === undefined) return TIME.read(value)
    return digits.length <= 10 ? Number(digits) * 1000 : Number(digits)
  },
}

/** Bytes of a search's body; ours. */
export const SEARCH_BODY_SIZE_MAX = 256 * 1024

/** `limit` of a query. Errors: `ParamInvalid`. */
export const SEARCH_LIMIT = { min: 1, max: 100 } as const
