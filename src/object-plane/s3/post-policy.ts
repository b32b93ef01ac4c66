import type { TimeMs } from '../../core/clock.ts'
import type { Json, JsonObject } from '../../core/model/json.ts'
import { isList, isObject } from '../../http/json-shapes.ts'
import type { PlaneFields } from '../form-types.ts'
import { S3Error } from './codes.ts'

/** What a form's policy allows of the file, in bytes, inclusive. */
export interface AllowedSize {
  readonly sizeMin: number
  readonly sizeMax: number
}

const ISO_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/
/** Fields that no condition has to name. */
const FREE = new Set(['policy', 'x-amz-signature', 'file', 'awsaccesskeyid', 'signature'])

/**
 * Holds a form against its policy ("POST Policy" of the API reference): each condition has to be met, and each field named by one. `fields`
 * are by lower-case name, with the bucket and the key as they are meant. Throws S3Error `InvalidPolicyDocument`, `AccessDenied`.
 */
export function requirePostPolicy(base64: string, fields: PlaneFields, now: TimeMs): AllowedSize {
  const { expiration, conditions } = parse(base64)
  if (expiration === undefined) throw wrong('Policy missing expiration.')
  const isTime = typeof expiration === 'string' && ISO_UTC.test(expiration)
  const expiresAt = isTime ? Date.parse(expiration) : Number.NaN
  if (Number.isNaN(expiresAt)) throw wrong(`Invalid 'expiration' value: '${String(expiration)}'`)
  if (conditions === undefined) throw wrong('Policy missing conditions.')
  if (!isList(conditions)) throw wrong("Invalid 'conditions' value: must be a List.")
  const checks = conditions.map(readCondition)
  if (now > expiresAt) throw refused('Policy expired.')
  const named = new Set<string>(FREE)
  let size: AllowedSize = { sizeMin: 0, sizeMax: Number.MAX_SAFE_INTEGER }
  for (const check of checks) {
    if (check.kind === 'size') {
      size = {
        sizeMin: Math.max(size.sizeMin, check.min),
        sizeMax: Math.min(size.sizeMax, check.max),
      }
      continue
    }
    named.add(check.field)
    if (!isMet(check, fields.get(check.field) ?? ''))
      throw refused(`Policy Condition failed: ${JSON.stringify(check.said)}`)
  }
  const extra = [...fields.keys()].find((name) => !named.has(name) && !name.startsWith('x-ignore-'))
  if (extra !== undefined) throw refused(`Extra input fields: ${extra}`)
  return size
}

type Check =
  | { readonly kind: 'size'; readonly min: number; readonly max: number }
  | {
      readonly kind: 'eq' | 'starts-with'
      readonly field: string
      readonly value: string
      /** As the policy has it. */
      readonly said: readonly Json[]
    }

function isMet(check: Exclude<Check, { readonly kind: 'size' }>, sent: string): boolean {
  if (check.kind === 'eq') return sent === check.value
  // Several types are named at once, and each has to begin so.
  const each = check.field === 'content-type' ? sent.split(',') : [sent]
  return each.every((text) => text.startsWith(check.value))
}

function parse(base64: string): JsonObject {
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(base64)) throw wrong('invalid Base64 encoding.')
  const text = Buffer.from(base64, 'base64').toString()
  if (text === '') throw wrong("Expecting '{' but found End-of-Input")
  let policy: Json
  try {
    policy = JSON.parse(text) as Json
  } catch {
    throw wrong('Invalid JSON.')
  }
  if (!isObject(policy)) throw wrong('Invalid JSON.')
  const odd = Object.keys(policy).find((name) => name !== 'expiration' && name !== 'conditions')
  if (odd !== undefined) throw wrong(`Unexpected: "${odd}"`)
  return policy
}

function readCondition(condition: Json): Check {
  if (isList(condition)) return readList(condition)
  if (!isObject(condition)) throw wrong('Invalid condition test: must be a List or Object.')
  const [first, ...others] = Object.entries(condition)
  if (first === undefined || others.length > 0)
    throw wrong('Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.')
  const [name, value] = first
  if (typeof value !== 'string') throw wrong('Invalid Simple-Condition: value must be a string.')
  return { kind: 'eq', field: name.toLowerCase(), value, said: ['eq', `$${name}`, value] }
}

function readList(condition: readonly Json[]): Check {
  const [operation, field, value] = condition
  if (typeof operation !== 'string') throw wrong('Invalid Condition: missing operation identifier.')
  const kind = operation.toLowerCase()
  if (kind !== 'eq' && kind !== 'starts-with' && kind !== 'content-length-range')
    throw wrong(`Invalid Condition: unknown operation '${operation}'.`)
  if (condition.length !== 3) throw wrong(`Invalid ${operation}: wrong number of arguments.`)
  if (kind === 'content-length-range') {
    const [min, max] = [Number(field), Number(value)]
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min < 0)
      throw wrong(`Invalid ${operation}: wrong number of arguments.`)
    return { kind: 'size', min, max }
  }
  if (typeof field !== 'string' || typeof value !== 'string' || !field.startsWith('$'))
    throw wrong('Invalid Simple-Condition: value must be a string.')
  return { kind, field: field.slice(1).toLowerCase(), value, said: condition }
}

const wrong = (what: string): S3Error => new S3Error('InvalidPolicyDocument', `Invalid Policy: ${what}`)
const refused = (what: string): S3Error => new S3Error('AccessDenied', `Invalid according to Policy: ${what}`)
