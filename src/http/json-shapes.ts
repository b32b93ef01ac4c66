import type { Json, JsonObject } from '../core/model/json.ts'
import type { Shape } from './json-fields.ts'

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !isList(value)

export const TEXT: Shape<string> = {
  accepted: 'a text',
  read: (value) => (typeof value === 'string' ? value : undefined),
}

/** A text, or a number as JSON writes it. */
export const TEXT_OR_NUMBER: Shape<string> = {
  accepted: 'a text or a number',
  read: (value) => (typeof value === 'number' ? String(value) : TEXT.read(value)),
}

export const BOOLEAN: Shape<boolean> = {
  accepted: 'true or false',
  read: (value) => (typeof value === 'boolean' ? value : undefined),
}

export const OBJECT: Shape<JsonObject> = {
  accepted: 'an object',
  read: (value) => (isObject(value) ? value : undefined),
}

/** A text that `isFine` lets pass. */
export const textWhere = (accepted: string, isFine: (text: string) => boolean): Shape<string> => ({
  accepted,
  read: (value) => (typeof value === 'string' && isFine(value) ? value : undefined),
})

export interface IntegerRange {
  /** Both inclusive. */
  readonly min: number
  readonly max: number
  /** Texts that count as numbers; default none. */
  readonly digits?: RegExp
}

/** A whole number. */
export const integerIn = (
  { min, max, digits }: IntegerRange,
  accepted = `a whole number from ${min} to ${max}`,
): Shape<number> => ({
  accepted,
  read: (value) => {
    const number = typeof value === 'string' && digits?.test(value) === true ? Number(value) : value
    const isInRange = typeof number === 'number' && number >= min && number <= max
    return isInRange && Number.isSafeInteger(number) ? number : undefined
  },
})

/** As the shape; an empty text is taken too, as null. */
export const orEmpty = <Value>({ accepted, read }: Shape<Value>): Shape<Value | null> => ({
  accepted,
  read: (value) => (value === '' ? null : read(value)),
})

/** One of some texts. */
export const oneOf = <const Value extends string>(values: readonly Value[]): Shape<Value> => ({
  accepted: values.join(', '),
  read: (value) => values.find((each) => each === value),
})

/** At most `countMax` elements of one shape. */
export const listOf = <Value>(
  { read }: Pick<Shape<Value>, 'read'>,
  accepted: string,
  countMax = Number.POSITIVE_INFINITY,
): Shape<readonly Value[]> => ({
  accepted,
  read: (value) => {
    if (!isList(value) || value.length > countMax) return undefined
    const elements = value.map((each) => read(each))
    return isWhole(elements) ? elements : undefined
  },
})

const isWhole = <Value>(values: readonly (Value | undefined)[]): values is readonly Value[] =>
  !values.includes(undefined)
