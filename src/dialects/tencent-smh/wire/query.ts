import type { Exchange } from '../../../http/types.ts'
import { invalidParam } from '../errors.ts'

/**
 * A call's query. A flag is there or not, whatever its value. Of a name that stands twice, the first value counts. An empty value
 * counts as missing.
 */
export class Query {
  readonly #values = new Map<string, string>()

  constructor({ query }: Pick<Exchange, 'query'>) {
    for (const [name, value] of query) if (!this.#values.has(name)) this.#values.set(name, value)
  }

  /** Whether a flag is there: `?multipart`, `?multipart=` or `?multipart=1`. */
  has(flag: string): boolean {
    return this.#values.has(flag)
  }

  /** The first of `names` that has a value. */
  text(...names: readonly string[]): string | null {
    for (const name of names) {
      const value = this.#values.get(name)
      if (value !== undefined && value !== '') return value
    }
    return null
  }

  /** A whole number. Errors: `ParamInvalid` outside `min` to `max`. */
  integer(name: string, range: { readonly min: number; readonly max: number }): number | null {
    const value = this.text(name)
    if (value === null) return null
    const number = /^-?\d{1,16}$/.test(value) ? Number(value) : Number.NaN
    if (!Number.isSafeInteger(number) || number < range.min || number > range.max) {
      throw invalidParam(name, `a whole number from ${range.min} to ${range.max}`)
    }
    return number
  }

  /** `1` or `true` is true; `0`, `false` and nothing are false. Errors: `ParamInvalid` for anything else. */
  flag(name: string): boolean {
    const value = this.text(name)
    if (value === null || value === '0' || value === 'false') return false
    if (value === '1' || value === 'true') return true
    throw invalidParam(name, '0 or 1')
  }

  /** One of `accepted`, or null when missing. Errors: `ParamInvalid`. */
  oneOf<Value extends string>(accepted: readonly Value[], ...names: readonly string[]): Value | null {
    const value = this.text(...names)
    if (value === null) return null
    const found = accepted.find((each) => each === value)
    if (found === undefined) throw invalidParam(names[0] ?? '', accepted.join(', '))
    return found
  }
}
