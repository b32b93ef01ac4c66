import type { TimeMs } from '../core/clock.ts'
import type { Json, JsonObject } from '../core/model/json.ts'
import { parseJsonObject } from '../http/body.ts'
import { isList, isObject } from '../http/json-shapes.ts'
import { PlaneError } from './errors.ts'
import type { PlaneFields } from './types.ts'

/** What a form's signed policy says, in the shape that all clouds took over from S3. */
export interface Policy {
  readonly expiresAt: TimeMs
  readonly conditions: readonly PolicyCondition[]
  /** Of the file, inclusive, in bytes; the narrowest of all its conditions. */
  readonly sizeMin: number
  readonly sizeMax: number
}

export interface PolicyCondition {
  readonly match: 'eq' | 'starts-with'
  /** Lower case. */
  readonly field: string
  readonly value: string
}

const ISO_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/

/** Reads a policy's JSON text. Throws `policy-malformed` for what it does not understand: nothing of it is skipped. */
export function parsePolicy(text: string): Policy {
  const { expiration, conditions } = parseJson(text)
  const isTime = typeof expiration === 'string' && ISO_UTC.test(expiration)
  const expiresAt = isTime ? Date.parse(expiration) : Number.NaN
  if (Number.isNaN(expiresAt)) throw malformed('expiration is no UTC time')
  if (!isList(conditions)) throw malformed('conditions is no list')
  const parsed: PolicyCondition[] = []
  let sizeMin = 0
  let sizeMax = Number.MAX_SAFE_INTEGER
  for (const condition of conditions) {
    const range = readRange(condition)
    if (range === null) parsed.push(...readMatches(condition))
    else {
      sizeMin = Math.max(sizeMin, range.min)
      sizeMax = Math.min(sizeMax, range.max)
    }
  }
  return { expiresAt, conditions: parsed, sizeMin, sizeMax }
}

/** Throws `policy-refused` unless the fields (by lower-case name; one that is missing is empty) meet every condition. */
export function requirePolicy({ conditions }: Policy, fields: PlaneFields): void {
  for (const { match, field, value } of conditions) {
    const sent = fields.get(field) ?? ''
    const isMet = match === 'eq' ? sent === value : sent.startsWith(value)
    if (!isMet) throw new PlaneError('policy-refused', `the field ${field} is not what the policy allows`)
  }
}

/** A whole origin, so that no other host begins like it. */
const WHOLE_ORIGIN = /^https?:\/\/[^/?#\\]+\//i

/**
 * Where the form's field (lower case) sends its sender afterwards; null where the form has none. Only an http or https address counts that
 * the signed policy names, or whose beginning it names, host and all: whoever gets hold of a form sends nobody anywhere else.
 * `requirePolicy` has passed.
 */
export function signedRedirect({ conditions }: Policy, fields: PlaneFields, name: string): string | null {
  const url = fields.get(name) ?? ''
  const isSigned = conditions.some(
    ({ match, field, value }) => field === name && (match === 'eq' || WHOLE_ORIGIN.test(value)),
  )
  return isSigned && /^https?:\/\/[\x21-\x7e]+$/i.test(url) && URL.canParse(url) ? url : null
}

function parseJson(text: string): JsonObject {
  try {
    return parseJsonObject(Buffer.from(text))
  } catch {
    throw malformed('no JSON object')
  }
}

function readRange(condition: Json): { readonly min: number; readonly max: number } | null {
  if (!isList(condition) || operator(condition) !== 'content-length-range') return null
  const [, min, max] = condition.map(Number)
  if (condition.length !== 3 || !isSize(min) || !isSize(max)) throw malformed('content-length-range')
  return { min, max }
}

function readMatches(condition: Json): readonly PolicyCondition[] {
  if (isList(condition)) return [readMatch(condition)]
  if (!isObject(condition)) throw malformed('a condition is no object or list')
  return Object.entries(condition).map(([name, value]) => {
    if (typeof value !== 'string') throw malformed('a value is no text')
    return { match: 'eq', field: name.toLowerCase(), value }
  })
}

function readMatch(condition: readonly Json[]): PolicyCondition {
  const match = operator(condition)
  const [, field, value] = condition
  const isKnown = match === 'eq' || match === 'starts-with'
  if (!isKnown || condition.length !== 3) throw malformed('a condition is not known')
  if (typeof field !== 'string' || !field.startsWith('$') || typeof value !== 'string')
    throw malformed('a condition names no field and text')
  return { match, field: field.slice(1).toLowerCase(), value }
}

const operator = ([first]: readonly Json[]): string => (typeof first === 'string' ? first.toLowerCase() : '')
const isSize = (value: number | undefined): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

const malformed = (message: string): PlaneError => new PlaneError('policy-malformed', `policy: ${message}`)
