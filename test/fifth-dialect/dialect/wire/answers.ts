import type { Json } from '../../../../src/core/model/json.ts'
import type { Reply } from '../../../../src/http/types.ts'

export const json = (status: number, body: Json): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})
