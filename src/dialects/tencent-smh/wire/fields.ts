import type { TimeMs } from '../../../core/clock.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import { JsonFields, objectFields, type Shape } from '../../../http/json-fields.ts'
import { listOf, textWhere } from '../../../http/json-shapes.ts'
import { utf8Text } from '../../../http/signed-request.ts'
import { invalidParam, SmhError } from '../errors.ts'
import { type GivenTraits, isTexts } from '../model/attributes.ts'
import { bodyFields } from './parameters.ts'

/** Bytes of UTF-8: reference §5.1. */
const CATEGORY_SIZE_MAX = 16
/** Limits of ours, so that an entry's facts stay small. */
const LABELS_MAX = 100
const LABEL_LENGTH_MAX = 255
const META_SIZE_MAX = 8192
export const META_PREFIX = 'x-smh-meta-'
const META_NAME = /^x-smh-meta-[!#$%&'*+.^_`|~0-9a-z-]{1,128}$/

/**
 * Reads `labels`, `category`, `metaData`, `localCreationTime` and `localModificationTime` of a body (reference §4, §5.1).
 * Errors: `ParamInvalid`, `InvalidTimeFormat`.
 */
export function readTraits(body: JsonObject): GivenTraits {
  const fields = bodyFields(body)
  const labels = fields.optional('labels', LABELS)
  const category = fields.optional('category', CATEGORY)
  const metaData = fields.optional('metaData', META)
  const meta = metaData === null ? null : checkMeta(metaData)
  const times = new JsonFields(objectFields(body), () => new SmhError('InvalidTimeFormat'))
  const localCreatedAt = times.optional('localCreationTime', TIME)
  const localModifiedAt = times.optional('localModificationTime', TIME)
  return {
    ...(labels === null ? {} : { labels }),
    // An empty text removes it.
    ...(category === null ? {} : { category: category === '' ? null : category }),
    ...(meta === null ? {} : { meta }),
    ...(localCreatedAt === null ? {} : { localCreatedAt }),
    ...(localModifiedAt === null ? {} : { localModifiedAt }),
  }
}

/** Custom metadata of request headers `x-smh-meta-*`, by whole name in lower case. Errors: `ParamInvalid`. */
export function headerMeta(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Readonly<Record<string, string>> {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(META_PREFIX))
  return checkMeta(Object.fromEntries(found.map(([name, value]) => [name, asText(value ?? '')])))
}

const LABELS = listOf(
  textWhere('a label', (text) => text.length <= LABEL_LENGTH_MAX && text.isWellFormed()),
  `at most ${LABELS_MAX} texts of at most ${LABEL_LENGTH_MAX} characters`,
  LABELS_MAX,
)

const CATEGORY = textWhere(
  `a text of at most ${CATEGORY_SIZE_MAX} bytes`,
  (text) => Buffer.byteLength(text) <= CATEGORY_SIZE_MAX && text.isWellFormed(),
)

/** Names may lack their prefix. */
const META: Shape<Readonly<Record<string, string>>> = {
  accepted: 'an object of texts',
  read: (value) => {
    if (!isTexts(value)) return undefined
    const entries = Object.entries(value).map(([name, text]) => {
      const lower = name.toLowerCase()
      return [lower.startsWith(META_PREFIX) ? lower : `${META_PREFIX}${lower}`, text] as const
    })
    return Object.fromEntries(entries)
  },
}

function checkMeta(meta: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(meta)
  const size = entries.reduce((sum, [name, value]) => sum + name.length + Buffer.byteLength(value), 0)
  const isFit = entries.every(
    ([name, value]) => META_NAME.test(name) && value.isWellFormed() && !/\p{Cc}/u.test(value),
  )
  if (isFit && size <= META_SIZE_MAX) return meta
  throw invalidParam(
    'metaData',
    `names of headers and texts without control characters, ${META_SIZE_MAX} bytes in all`,
  )
}

/** UTF-8. Other bytes are read as Latin-1, as Node does it. */
function asText(value: string | readonly string[]): string {
  const text = typeof value === 'string' ? value : value.join(', ')
  const decoded = utf8Text(text)
  return decoded.includes('\ufffd') ? text : decoded
}

const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/

/** Without a zone it is UTC. */
export const TIME: Shape<TimeMs> = {
  accepted: 'a time of ISO 8601',
  read: (value) => {
    const [text, clock, zone] = ISO_TIME.exec(typeof value === 'string' ? value : '') ?? []
    const isBare = clock !== undefined && zone === undefined
    const time = text === undefined ? Number.NaN : Date.parse(isBare ? `${text}Z` : text)
    return Number.isNaN(time) ? undefined : time
  },
}
