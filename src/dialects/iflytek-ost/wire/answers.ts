import type { JsonObject } from '../../../core/model/json.ts'
import type { Reply } from '../../../http/types.ts'

/** The answer to every call. Keys go out in this order, as the upload host's do. */
export interface Envelope {
  readonly code: number
  readonly sid: string
  readonly data?: JsonObject
  readonly message: string
}

export function envelope(status: number, { code, sid, data, message }: Envelope): Reply {
  const body = data === undefined ? { code, sid, message } : { code, sid, data, message }
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { status, headers, body: JSON.stringify(body) }
}

export const success = (sid: string, data?: JsonObject): Reply =>
  envelope(200, { code: 0, sid, message: 'success', ...(data === undefined ? {} : { data }) })
