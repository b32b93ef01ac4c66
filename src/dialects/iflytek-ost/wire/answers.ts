import type { JsonObject } from '../../../core/model/json.ts'
import type { Reply } from '../../../http/types.ts'

/** The answer to every call of the upload host. Keys go out in this order, as the upload host's do. */
export interface Envelope {
  readonly code: number
  readonly sid: string
  readonly data?: JsonObject
  readonly message: string
}

export const envelope = (status: number, { code, sid, data, message }: Envelope): Reply =>
  reply(status, data === undefined ? { code, sid, message } : { code, sid, data, message })

/** The same of the task API, whose keys go out in alphabetical order. */
export const taskEnvelope = (status: number, { code, sid, data, message }: Envelope): Reply =>
  reply(status, data === undefined ? { code, message, sid } : { code, data, message, sid })

const reply = (status: number, body: JsonObject): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
})

export const success = (sid: string, data?: JsonObject): Reply =>
  envelope(200, { code: 0, sid, message: 'success', ...(data === undefined ? {} : { data }) })
