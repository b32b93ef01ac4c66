import type { Json } from '../../../core/model/json.ts'
import { isList, isObject } from '../../../http/json-shapes.ts'
import { own } from '../../../http/own.ts'
import { PolicyError } from './policy-error.ts'

/** What conditions are about. */
export interface Circumstances {
  /** What the keys of a list begin with that it asks for, `obs:prefix`; null where the request is no list. */
  readonly prefix: string | null
}

/** Whether a statement counts. */
export type Condition = (circumstances: Circumstances) => boolean

interface Operator {
  /** One that does not hold holds for a key that the request has not. */
  readonly isNegative: boolean
  holds(value: string, wanted: string): boolean
}

const VALUES_MAX = 50
/** Characters: no key has more. */
const TEXT_LENGTH_MAX = 1024
const isTooLong = (text: string): boolean => text.length > TEXT_LENGTH_MAX

const positive = (holds: Operator['holds']): Operator => ({ isNegative: false, holds })
const negative = (holds: Operator['holds']): Operator => ({
  isNegative: true,
  holds: (...of) => !holds(...of),
})

const equals: Operator['holds'] = (value, wanted) => value === wanted
const equalsIgnoringCase: Operator['holds'] = (value, wanted) => value.toLowerCase() === wanted.toLowerCase()
/** `*` stands for any characters, `?` for one. Each character of the value is looked at once for each star. */
const isLike: Operator['holds'] = (value, wanted) => {
  let [at, from, star, mark] = [0, 0, -1, 0]
  while (at < value.length) {
    if (wanted[from] === '*') {
      star = from++
      mark = at
    } else if (wanted[from] === '?' || (from < wanted.length && wanted[from] === value[at])) {
      from += 1
      at += 1
    } else if (star < 0) return false
    else {
      from = star + 1
      mark += 1
      at = mark
    }
  }
  while (wanted[from] === '*') from += 1
  return from === wanted.length
}

/** By lower-case name. Those of other types have no key here. */
const OPERATORS: Readonly<Record<string, Operator>> = {
  stringequals: positive(equals),
  stringnotequals: negative(equals),
  stringequalsignorecase: positive(equalsIgnoringCase),
  stringnotequalsignorecase: negative(equalsIgnoringCase),
  stringlike: positive(isLike),
  stringnotlike: negative(isLike),
  stringmatch: positive(isLike),
  stringnotmatch: negative(isLike),
  stringstartwith: positive((value, wanted) => value.startsWith(wanted)),
  stringnotstartwith: negative((value, wanted) => value.startsWith(wanted)),
  stringendwith: positive((value, wanted) => value.endsWith(wanted)),
  stringnotendwith: negative((value, wanted) => value.endsWith(wanted)),
}

/**
 * Reads the `Condition` of a statement: operators upon texts, of the key `obs:prefix` (page iam_01_0019). All of its entries have to hold,
 * each for one of its values, a negative one for all. Throws PolicyError for what cannot be kept to.
 */
export function readCondition(value: Json | undefined): Condition {
  if (value === undefined || value === null) return () => true
  if (!isObject(value)) throw new PolicyError('Condition has to be an object')
  const parts = Object.entries(value).flatMap(([name, keys]) => {
    const operator = own(OPERATORS, name.toLowerCase())
    if (operator === undefined) throw unsupported(name)
    if (!isObject(keys)) throw new PolicyError(`${name} has to be an object`)
    return Object.entries(keys).map(([key, wanted]) => readPart(operator, key, wanted))
  })
  return (circumstances) => parts.every((part) => part(circumstances))
}

function readPart({ isNegative, holds }: Operator, key: string, wanted: Json | undefined): Condition {
  if (key.toLowerCase() !== 'obs:prefix') throw unsupported(key)
  const texts = (isList(wanted) ? wanted : [wanted]).filter((each) => typeof each === 'string')
  const isWhole = texts.length === (isList(wanted) ? wanted.length : 1)
  if (!isWhole || texts.length === 0 || texts.length > VALUES_MAX || texts.some(isTooLong))
    throw new PolicyError(`${key} has to be a list of 1 to ${VALUES_MAX} texts`)
  return ({ prefix }) => {
    if (prefix === null) return isNegative
    if (prefix.length > TEXT_LENGTH_MAX) return false
    return isNegative ? texts.every((text) => holds(prefix, text)) : texts.some((text) => holds(prefix, text))
  }
}

const unsupported = (name: string): PolicyError =>
  new PolicyError(`the condition ${name.slice(0, 64)} is not supported`)
