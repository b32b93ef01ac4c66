import type { Json, JsonObject } from '../../../core/model/json.ts'
import { illegalField } from '../errors.ts'

/** Bytes in UTF-8 that a text may have. */
export interface TextLimit {
  readonly bytesMax: number
}

/**
 * The fields of a JSON object, read one by one: absent and null are the same. Throws VOD.10053 with the field's name for what
 * is not as asked. Whole numbers may be sent as texts, as examples of the vendor have them.
 */
export class Fields {
  readonly #values: JsonObject
  readonly #prefix: string

  constructor(values: JsonObject, prefix = '') {
    this.#values = values
    this.#prefix = prefix
  }

  has(name: string): boolean {
    return this.#at(name) !== null
  }

  text(name: string, { bytesMax }: TextLimit): string | null {
    const value = this.#at(name)
    if (value === null) return null
    if (typeof value !== 'string' || !isStorable(value) || Buffer.byteLength(value) > bytesMax)
      throw this.illegal(name)
    return value
  }

  /** Not empty. */
  requiredText(name: string, limit: TextLimit): string {
    return this.text(name, limit) || this.#fail(name)
  }

  /** An empty text counts as absent. */
  oneOf<const Value extends string>(name: string, values: readonly Value[]): Value | null {
    const value = this.#at(name)
    if (value === null || value === '') return null
    return values.find((each) => each === value) ?? this.#fail(name)
  }

  requiredOneOf<const Value extends string>(name: string, values: readonly Value[]): Value {
    return this.oneOf(name, values) ?? this.#fail(name)
  }

  /** Inclusive bounds. */
  integer(name: string, min: number, max: number): number | null {
    const value = this.#at(name)
    return value === null ? null : (integerOf(value, min, max) ?? this.#fail(name))
  }

  /** 0 or 1. */
  flag(name: string): boolean | null {
    const value = this.integer(name, 0, 1)
    return value === null ? null : value === 1
  }

  integers(name: string, options: { min: number; max: number; countMax: number }): readonly number[] | null {
    const { min, max, countMax } = options
    return this.list(name, countMax)?.map((each) => integerOf(each, min, max) ?? this.#fail(name)) ?? null
  }

  list(name: string, countMax: number): readonly Json[] | null {
    const value = this.#at(name)
    if (value === null) return null
    if (!isList(value) || value.length > countMax) throw this.illegal(name)
    return value
  }

  /** Not empty, of texts. */
  requiredTexts(name: string, limit: TextLimit): readonly string[] {
    const list = this.list(name, Number.POSITIVE_INFINITY) ?? []
    if (list.length === 0) throw this.illegal(name)
    return list.map((each) => new Fields({ [name]: each }, this.#prefix).requiredText(name, limit))
  }

  object(name: string): Fields | null {
    const value = this.#at(name)
    if (value === null) return null
    if (!isObject(value)) throw this.illegal(name)
    return new Fields(value, `${this.#prefix}${name}.`)
  }

  /** The objects of a list. */
  objects(name: string, countMax: number): readonly Fields[] | null {
    const prefix = `${this.#prefix}${name}.`
    return (
      this.list(name, countMax)?.map((each) =>
        isObject(each) ? new Fields(each, prefix) : this.#fail(name),
      ) ?? null
    )
  }

  /** The MD5 of a file, as base64; hex is taken too, as an example of the vendor has it. */
  md5(name: string): string | null {
    const value = this.#at(name)
    if (value === null || value === '') return null
    return (typeof value === 'string' ? base64Md5(value) : null) ?? this.#fail(name)
  }

  illegal(name: string): Error {
    return illegalField(`${this.#prefix}${name}`)
  }

  #at(name: string): Json | null {
    return Object.hasOwn(this.#values, name) ? (this.#values[name] ?? null) : null
  }

  #fail(name: string): never {
    throw this.illegal(name)
  }
}

/** What every store keeps as it is: no NUL and no half of a surrogate pair. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** A whole number within inclusive bounds, also as text; else null. */
export function integerOf(value: Json, min: number, max: number): number | null {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= min && number <= max
    ? number
    : null
}

/** Base64 of 16 bytes out of base64 or hex; null for anything else. */
export function base64Md5(text: string): string | null {
  if (/^[0-9A-Fa-f]{32}$/.test(text)) return Buffer.from(text, 'hex').toString('base64')
  return /^[A-Za-z0-9+/]{22}==$/.test(text) && Buffer.from(text, 'base64').toString('base64') === text
    ? text
    : null
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !isList(value)
