import type { Json, JsonObject } from '../../../core/model/json.ts'
import type { SpaceCall } from '../calls/call.ts'
import { invalidParam } from '../errors.ts'

/** Properties of a space that callers may set (reference §3), with what they are while nobody did. */
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

/** Of one list of extensions; ours. */
const EXTENSIONS_MAX = 200
const TEXT_LENGTH_MAX = 255

/** What a body says of a space. Fields that nobody knows are left out. Errors: `ParamInvalid`. */
export function readSpaceFields(body: JsonObject): JsonObject {
  const given = Object.entries(DEFAULTS).filter(([name]) => body[name] !== undefined && body[name] !== null)
  return Object.fromEntries(given.map(([name, like]) => [name, readLike(name, body[name], like)]))
}

/** All properties; those that were never set by the library's settings and the vendor's defaults. */
export function shownSpaceFields({ volume, library }: Pick<SpaceCall, 'volume' | 'library'>): JsonObject {
  const defaults = {
    ...DEFAULTS,
    isPublicRead: library.publicRead,
    isMultiAlbum: library.kind === 'media' && library.multiAlbum,
  }
  const shown = Object.entries(defaults).map(([name, value]) => [name, volume.attributes[name] ?? value])
  return Object.fromEntries(shown)
}

function readLike(name: string, value: Json | undefined, like: Json): Json {
  if (typeof like === 'boolean') return readBoolean(name, value)
  return typeof like === 'string' ? readText(name, value) : readExtensions(name, value)
}

function readBoolean(name: string, value: Json | undefined): boolean {
  if (typeof value === 'boolean') return value
  throw invalidParam(name, 'true or false')
}

function readText(name: string, value: Json | undefined): string {
  if (typeof value === 'string' && value.length <= TEXT_LENGTH_MAX) return value
  throw invalidParam(name, `a text of at most ${TEXT_LENGTH_MAX} characters`)
}

function readExtensions(name: string, value: Json | undefined): readonly string[] {
  const list: readonly Json[] = Array.isArray(value) ? value : []
  const texts = list.filter((each) => typeof each === 'string' && /^\.?[^./\\]{1,64}$/.test(each))
  if (Array.isArray(value) && list.length <= EXTENSIONS_MAX && texts.length === list.length) {
    return texts.map(String)
  }
  throw invalidParam(name, `at most ${EXTENSIONS_MAX} extensions`)
}
