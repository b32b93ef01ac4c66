import type { Json, JsonObject } from '../../../core/model/json.ts'
import { JsonFields, objectFields, type Shape } from '../../../http/json-fields.ts'
import {
  type IntegerRange,
  integerIn,
  listOf,
  OBJECT,
  oneOf,
  orEmpty,
  textWhere,
} from '../../../http/json-shapes.ts'
import { illegalField } from '../errors.ts'

/** Bytes in UTF-8 that a text may have. */
export interface TextLimit {
  readonly bytesMax: number
}

/**
 * Reads the fields of a JSON object one by one. Absent and null are the same. Throws VOD.10053 with the field's name if its value is
 * not accepted. Whole numbers may be sent as texts, as in examples of the vendor.
 */
export class Fields {
  readonly #fields: JsonFields
  readonly #prefix: string

  constructor(values: JsonObject, prefix = '') {
    this.#fields = new JsonFields(objectFields(values), ({ name }) => this.illegal(name))
    this.#prefix = prefix
  }

  has(name: string): boolean {
    return this.#fields.optional(name, ANY) !== null
  }

  text(name: string, limit: TextLimit): string | null {
    return this.#fields.optional(name, storable(limit))
  }

  /** Not empty. */
  requiredText(name: string, limit: TextLimit): string {
    return this.#fields.required(name, notEmpty(limit))
  }

  /** An empty text counts as absent. */
  oneOf<const Value extends string>(name: string, values: readonly Value[]): Value | null {
    return this.#fields.optional(name, orEmpty(oneOf(values)))
  }

  requiredOneOf<const Value extends string>(name: string, values: readonly Value[]): Value {
    return this.#fields.required(name, oneOf(values))
  }

  /** Inclusive bounds. */
  integer(name: string, min: number, max: number): number | null {
    return this.#fields.optional(name, integer({ min, max }))
  }

  /** 0 or 1. */
  flag(name: string): boolean | null {
    const value = this.integer(name, 0, 1)
    return value === null ? null : value === 1
  }

  integers(name: string, { countMax, ...range }: IntegerRange & { readonly countMax: number }) {
    return this.#fields.optional(name, listOf(integer(range), 'whole numbers', countMax))
  }

  texts(name: string, { countMax, ...limit }: TextLimit & { readonly countMax: number }) {
    return this.#fields.optional(name, listOf(storable(limit), 'a list of texts', countMax))
  }

  /** Not empty, of texts. */
  requiredTexts(name: string, limit: TextLimit): readonly string[] {
    const texts = this.#fields.required(name, listOf(notEmpty(limit), 'a list of texts'))
    if (texts.length === 0) throw this.illegal(name)
    return texts
  }

  object(name: string): Fields | null {
    const value = this.#fields.optional(name, OBJECT)
    return value === null ? null : this.#within(name, value)
  }

  /** The objects of a list. */
  objects(name: string, countMax: number): readonly Fields[] | null {
    const values = this.#fields.optional(name, listOf(OBJECT, 'a list of objects', countMax))
    return values?.map((value) => this.#within(name, value)) ?? null
  }

  /** The MD5 of a file, as base64; hex is taken too, as an example of the vendor has it. */
  md5(name: string): string | null {
    return this.#fields.optional(name, orEmpty(MD5))
  }

  illegal(name: string): Error {
    return illegalField(`${this.#prefix}${name}`)
  }

  #within(name: string, value: JsonObject): Fields {
    return new Fields(value, `${this.#prefix}${name}.`)
  }
}

const ANY: Shape<Json> = { accepted: 'any value', read: (value) => value }

const storable = ({ bytesMax }: TextLimit): Shape<string> =>
  textWhere(
    `a text of at most ${bytesMax} bytes`,
    (text) => isStorable(text) && Buffer.byteLength(text) <= bytesMax,
  )

const notEmpty = (limit: TextLimit): Shape<string> => {
  const { accepted, read } = storable(limit)
  return { accepted, read: (value) => read(value) || undefined }
}

const integer = (range: IntegerRange): Shape<number> => integerIn({ ...range, digits: /^-?\d{1,15}$/ })

const MD5: Shape<string> = {
  accepted: 'an MD5 in base64 or hex',
  read: (value) => (typeof value === 'string' ? (base64Md5(value) ?? undefined) : undefined),
}

/** What every store keeps as it is: no NUL and no half of a surrogate pair. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** A whole number within inclusive bounds, also as text; else null. */
export const integerOf = (value: Json, min: number, max: number): number | null =>
  integer({ min, max }).read(value) ?? null

/** Base64 of 16 bytes out of base64 or hex; null for anything else. */
export function base64Md5(text: string): string | null {
  if (/^[0-9A-Fa-f]{32}$/.test(text)) return Buffer.from(text, 'hex').toString('base64')
  return /^[A-Za-z0-9+/]{22}==$/.test(text) && Buffer.from(text, 'base64').toString('base64') === text
    ? text
    : null
}
