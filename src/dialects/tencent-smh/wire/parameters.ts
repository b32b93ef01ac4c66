import type { JsonObject } from '../../../core/model/json.ts'
import { invalidParam } from '../errors.ts'

/** A text of a body; null when it is missing or null. Errors: `ParamInvalid` for anything else. */
export function textOf(body: JsonObject, name: string): string | null {
  const value = body[name]
  if (value === undefined || value === null) return null
  if (typeof value !== 'string' || !value.isWellFormed()) throw invalidParam(name, 'a text')
  return value
}

/** As `textOf`, but it has to be there. */
export function requiredText(body: JsonObject, name: string): string {
  const value = textOf(body, name)
  if (value === null) throw invalidParam(name, 'a text')
  return value
}

/** A number of bytes, as a number or as its decimal digits; null when missing. Errors: `ParamInvalid`. */
export function sizeOf(body: JsonObject, name: string): number | null {
  const value = body[name]
  if (value === undefined || value === null) return null
  const isDigits = typeof value === 'string' && /^\d{1,16}$/.test(value)
  const size = isDigits ? Number(value) : value
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalidParam(name, 'a number of bytes')
  }
  return size
}
