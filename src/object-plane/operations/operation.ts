import type { IncomingMessage } from 'node:http'
import type { Staging } from '../../core/core.ts'
import { parsePairs } from '../../http/body.ts'
import type { Exchange, Reply } from '../../http/types.ts'
import type { Admission, Place } from '../admission.ts'
import type { ThrottleFor } from '../throttling.ts'
import type { PlaneFlavour } from '../types.ts'

/** What all operations of a plane share. */
export interface Handling extends Admission {
  readonly flavour: PlaneFlavour
  readonly staging: Staging
  readonly throttleFor: ThrottleFor
}

export type Handler = (exchange: Exchange) => Promise<Reply>

/** One row of the table of operations: what it takes, and what it does. */
export interface Operation {
  /** What the log calls it, after the flavour's name. */
  readonly call: string
  readonly method: string
  /** An object's path, that of a bucket, that of the service (or of a bucket that the host names), or a path of forms. */
  readonly at: 'object' | 'bucket' | 'service' | 'form'
  /** Whether it takes a request, by its URL and headers alone. An operation without it takes what no other one took. */
  matches?(request: IncomingMessage): boolean
  /** Bytes of a body that are read before its sender is known. Default none. */
  readonly openBodySizeMax?: number
  /** What does it. Null where the flavour or the namespace does not have it. */
  handlerOf(handling: Handling, place: Place): Handler | null
}

/** Whether a request has a parameter of one of these names (lower case), in any letter case. */
export function asksFor(...names: readonly string[]): (request: Pick<IncomingMessage, 'url'>) => boolean {
  return ({ url = '' }) => url.includes('?') && namesIn(url).some((name) => names.includes(name))
}

/** A query that cannot be decoded has no names: the request is refused for it whatever takes it. */
function namesIn(url: string): readonly string[] {
  try {
    return parsePairs(url.slice(url.indexOf('?') + 1)).map(([name]) => name.toLowerCase())
  } catch {
    return []
  }
}
