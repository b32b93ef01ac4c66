import type { Staged } from '../../core/model/bytes.ts'
import { valuesOfAnyCase } from '../../http/pairs.ts'
import type { Exchange } from '../../http/types.ts'
import { PlaneError } from '../errors.ts'
import type { PlaneNamespace, PlanePart, PlaneTarget } from '../types.ts'

const NUMBER_MAX = 10_000

/** A part that the namespace takes. */
export interface WritablePart extends PlanePart {
  write(target: PlaneTarget, staged: Staged): Promise<void>
}

/**
 * The part that `uploadId` and `partNumber` name; null where neither is there. Throws `argument-invalid` for half of it, for
 * one that stands twice and for a number out of 1 to 10,000, and `not-implemented` where the namespace has no parts.
 */
export function readPart(query: Exchange['query'], namespace: PlaneNamespace): WritablePart | null {
  const uploadId = only(query, 'uploadid')
  const number = only(query, 'partnumber')
  if (uploadId === null && number === null) return null
  if (uploadId === null || number === null)
    throw new PlaneError('argument-invalid', 'uploadId and partNumber belong together')
  if (namespace.writePart === undefined) throw new PlaneError('not-implemented', 'there are no parts here')
  const part = { uploadId, number: partNumber(number) }
  const { writePart } = namespace
  return { ...part, write: (target, staged) => writePart.call(namespace, target, part, staged) }
}

/** Throws `not-implemented` for a GET or HEAD of parts. */
export function refusePart(query: Exchange['query']): void {
  if (only(query, 'uploadid') === null && only(query, 'partnumber') === null) return
  throw new PlaneError('not-implemented', 'parts cannot be read')
}

/** The number of the part that a request names; null for none. Throws `argument-invalid`. */
export function partNumberOf(query: Exchange['query']): number | null {
  const text = only(query, 'partnumber')
  return text === null ? null : partNumber(text)
}

function partNumber(text: string): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (number < 1 || number > NUMBER_MAX)
    throw new PlaneError('argument-invalid', 'partNumber is not within 1 to 10000', {
      argument: 'partNumber',
      value: text,
    })
  return number
}

/** The value of the parameter (lower case), or null. Throws `argument-invalid` when it stands twice. */
export function only(query: Exchange['query'], name: string): string | null {
  const values = valuesOfAnyCase(query, name)
  if (values.length > 1) throw new PlaneError('argument-invalid', `${name} stands twice`)
  return values[0] ?? null
}

const NUMBER_LIMIT = 0x7fffffff

/** The number of a parameter (lower case), from `min` on; null where it is not there. Throws `argument-invalid`. */
export function readNumber(query: Exchange['query'], name: string, min = 0): number | null {
  const value = only(query, name)
  if (value === null) return null
  const number = /^\d{1,10}$/.test(value) ? Number(value) : -1
  if (number >= min && number <= NUMBER_LIMIT) return number
  throw new PlaneError('argument-invalid', `${name} is not a number from ${min}`, { argument: name, value })
}
