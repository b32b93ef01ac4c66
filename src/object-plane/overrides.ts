import type { Pairs } from '../http/pairs.ts'
import type { ReplyHeaders } from '../http/types.ts'
import { PlaneError } from './errors.ts'

/** Parameters of a GET, in lower case, and the header of its answer that each replaces: all clouds took them over from S3. */
const OVERRIDES: ReadonlyMap<string, string> = new Map(
  [
    ...['cache-control', 'content-disposition', 'content-encoding', 'content-language', 'content-type'],
    'expires',
  ].map((header) => [`response-${header}`, header]),
)

/**
 * Headers that the query replaces: its signed parameters. Throws `argument-invalid` for a value that is no header, and for one that
 * stands twice.
 */
export function readOverrides(query: Pairs): ReplyHeaders {
  const overrides = new Map<string, string>()
  for (const [name, value] of query) {
    const header = OVERRIDES.get(name.toLowerCase())
    if (header === undefined) continue
    if (overrides.has(header) || !/^[\x20-\x7e\xa0-\xff]+$/.test(value))
      throw new PlaneError('argument-invalid', `the value of ${name} is no header`)
    overrides.set(header, value)
  }
  return Object.fromEntries(overrides)
}
