import { headerText } from '../http/signed-request.ts'
import type { Exchange } from '../http/types.ts'
import type { PlaneCondition } from './contents.ts'

/** The conditions of a request; `prefix` stands before the names of headers that are about a copy's source. */
export function conditionOf({ request: { headers } }: Exchange, prefix = ''): PlaneCondition {
  const value = (name: string) => headerText(headers, prefix + name) ?? null
  return {
    ifMatch: value('if-match'),
    ifNoneMatch: value('if-none-match'),
    ifModifiedSince: value('if-modified-since'),
    ifUnmodifiedSince: value('if-unmodified-since'),
  }
}
