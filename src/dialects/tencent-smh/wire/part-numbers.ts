import type { Json } from '../../../core/model/json.ts'
import { invalidParam } from '../errors.ts'
import { PARTS_MAX } from '../model/upload.ts'

/** Numbers of one request: the vendor's Android client asks for no more. */
const NUMBERS_MAX = 100
const ACCEPTED = `at most ${NUMBERS_MAX} part numbers from 1 to ${PARTS_MAX}, as "1,8-10" or [1, 8, 9, 10]`

/**
 * Reads `partNumberRange`: a text of numbers and spans, or an array of numbers (reference §5.4). Null: it is missing, and one set of
 * headers serves all parts. A number that stands twice counts once. Errors: `ParamInvalid`.
 */
export function readPartNumbers(value: Json | undefined): readonly number[] | null {
  if (value === undefined || value === null) return null
  const spans = typeof value === 'string' ? value.split(',').map(spanOf) : arrayOf(value).map(numberSpan)
  const numbers = new Set<number>()
  for (const { from, to } of spans) {
    for (let number = from; number <= to; number++) {
      numbers.add(number)
      if (numbers.size > NUMBERS_MAX) throw refused()
    }
  }
  if (numbers.size === 0) throw refused()
  return [...numbers].sort((a, b) => a - b)
}

interface Span {
  readonly from: number
  readonly to: number
}

function spanOf(text: string): Span {
  const [, from, to] = /^\s*(\d{1,6})\s*(?:-\s*(\d{1,6})\s*)?$/.exec(text) ?? []
  return checked({ from: Number(from), to: Number(to ?? from) })
}

const numberSpan = (value: Json): Span => {
  const number = typeof value === 'number' ? value : Number.NaN
  return checked({ from: number, to: number })
}

function checked({ from, to }: Span): Span {
  const isWhole = Number.isInteger(from) && Number.isInteger(to)
  if (!isWhole || from < 1 || to > PARTS_MAX || from > to) throw refused()
  return { from, to }
}

function arrayOf(value: Json): readonly Json[] {
  if (!Array.isArray(value) || value.length > PARTS_MAX) throw refused()
  return value
}

const refused = () => invalidParam('partNumberRange', ACCEPTED)
