import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { Shape } from '../../../http/json-fields.ts'
import { BOOLEAN, listOf, textWhere } from '../../../http/json-shapes.ts'
import type { SpaceContext } from '../model/context.ts'
import { bodyFields } from './parameters.ts'

/** Properties of a space that callers may set (reference §3), with their defaults. */
const DEFAULTS = {
  isPublicRead: false,
  isMultiAlbum: false,
  allowPhoto: false,
  allowVideo: false,
  allowPhotoExtname: [],
  allowVideoExtname: [],
  allowFileExtname: [],
  recognizeSensitiveContent: false,
  spaceTag: '',
} as const satisfies JsonObject

/** So many extensions may be in one list; ours. */
const EXTENSIONS_MAX = 200
const TEXT_LENGTH_MAX = 255

/** Reads the properties of a space out of a body. Unknown fields are left out. Errors: `ParamInvalid`. */
export function readSpaceFields(body: JsonObject): JsonObject {
  const fields = bodyFields(body)
  const given = Object.entries(DEFAULTS).flatMap(([name, like]) => {
    const value = fields.optional<Json>(name, shapeOf(like))
    return value === null ? [] : [[name, value] as const]
  })
  return Object.fromEntries(given)
}

/** All properties. One that was never set comes from the library, or is the vendor's default. */
export function shownSpaceFields({ volume, library }: Pick<SpaceContext, 'volume' | 'library'>): JsonObject {
  const defaults = {
    ...DEFAULTS,
    isPublicRead: library.publicRead,
    isMultiAlbum: library.kind === 'media' && library.multiAlbum,
  }
  const shown = Object.entries(defaults).map(([name, value]) => [name, volume.attributes[name] ?? value])
  return Object.fromEntries(shown)
}

const shapeOf = (like: Json): Shape<Json> =>
  typeof like === 'boolean' ? BOOLEAN : typeof like === 'string' ? SHORT_TEXT : EXTENSIONS

const SHORT_TEXT = textWhere(
  `a text of at most ${TEXT_LENGTH_MAX} characters`,
  (text) => text.length <= TEXT_LENGTH_MAX,
)

const EXTENSIONS = listOf(
  textWhere('an extension', (text) => /^\.?[^./\\]{1,64}$/.test(text)),
  `at most ${EXTENSIONS_MAX} extensions`,
  EXTENSIONS_MAX,
)
