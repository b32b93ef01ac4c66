import type { TimeMs } from '../../../core/clock.ts'
import type { Exchange } from '../../../http/types.ts'
import { illegalField } from '../errors.ts'
import { base64Md5, integerOf, isStorable } from './fields.ts'
import { parseTime } from './times.ts'

/** Bytes of one value. */
const VALUE_BYTES_MAX = 4096

/**
 * Reads the parameters of a query one by one. An empty one counts as absent. Throws VOD.10053 with the parameter's name if its
 * value is not accepted, or if it stands twice and may not.
 */
export class Query {
  readonly #pairs: Exchange['query']

  constructor({ query }: Pick<Exchange, 'query'>) {
    this.#pairs = query
  }

  text(name: string, bytesMax = VALUE_BYTES_MAX): string | null {
    const values = this.#values(name)
    const [value, ...others] = values
    if (value === undefined) return null
    if (others.length > 0 || !isStorable(value) || Buffer.byteLength(value) > bytesMax)
      throw illegalField(name)
    return value
  }

  requiredText(name: string): string {
    return this.text(name) ?? fail(name)
  }

  /** Repeated, separated by commas, or both; each value once. */
  texts(name: string, countMax: number): readonly string[] | null {
    const values = this.#values(name)
    if (values.length === 0) return null
    const texts = [...new Set(values.flatMap((value) => value.split(',')))].map((text) => text.trim())
    const isFine = texts.length <= countMax && texts.every((text) => text !== '' && isStorable(text))
    return isFine ? texts : fail(name)
  }

  /** As `texts`, of these values. */
  choices<const Value extends string>(
    name: string,
    values: readonly Value[],
    countMax: number,
  ): readonly Value[] | null {
    const texts = this.texts(name, countMax)
    return texts?.map((text) => values.find((value) => value === text) ?? fail(name)) ?? null
  }

  oneOf<const Value extends string>(name: string, values: readonly Value[]): Value | null {
    const text = this.text(name)
    return text === null ? null : (values.find((value) => value === text) ?? fail(name))
  }

  requiredOneOf<const Value extends string>(name: string, values: readonly Value[]): Value {
    return this.oneOf(name, values) ?? fail(name)
  }

  /** Inclusive bounds. */
  integer(name: string, min: number, max: number): number | null {
    const text = this.text(name)
    return text === null ? null : (integerOf(text, min, max) ?? fail(name))
  }

  /** Of `yyyyMMddHHmmss`. */
  time(name: string): TimeMs | null {
    const text = this.text(name)
    return text === null ? null : (parseTime(text) ?? fail(name))
  }

  /** Base64, also out of hex. */
  md5(name: string): string | null {
    const text = this.text(name)
    return text === null ? null : (base64Md5(text) ?? fail(name))
  }

  #values(name: string): readonly string[] {
    return this.#pairs.filter(([each, value]) => each === name && value !== '').map(([, value]) => value)
  }
}

function fail(name: string): never {
  throw illegalField(name)
}
