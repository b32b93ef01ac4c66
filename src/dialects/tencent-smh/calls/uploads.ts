import type { Reply } from '../../../http/types.ts'
import type { SpaceCall } from './call.ts'
import { abort as abortTask } from './upload-abort.ts'
import { confirm } from './upload-confirm.ts'
import { renew } from './upload-renew.ts'
import { startForm, startMultipart, startSimple } from './upload-start.ts'
import { status } from './upload-status.ts'

/** `GET …?upload`. */
export function get(call: SpaceCall): Promise<Reply> {
  call.exchange.note({ call: 'upload.status' })
  return status(call)
}

/** `PUT` of a file's path, where its body asks for nothing else. */
export async function put(call: SpaceCall): Promise<Reply> {
  call.exchange.note({ call: 'upload.start-simple' })
  return startSimple(call, await call.body())
}

/** `POST` of a file's path starts an upload; with `renew` or `confirm` the path is a confirmKey. */
export async function post(call: SpaceCall): Promise<Reply> {
  const { query, exchange } = call
  const name = (['renew', 'confirm', 'multipart'] as const).find((flag) => query.has(flag)) ?? 'form'
  exchange.note({ call: CALLS[name] })
  switch (name) {
    case 'renew':
      return renew(call)
    case 'confirm':
      return confirm(call)
    case 'multipart':
      return startMultipart(call, await call.body())
    case 'form':
      return startForm(call, await call.body())
  }
}

/** What the log calls them. */
const CALLS = {
  renew: 'upload.renew',
  confirm: 'upload.confirm',
  multipart: 'upload.start-multipart',
  form: 'upload.start-form',
} as const

/** `DELETE …?upload`. */
export function abort(call: SpaceCall): Promise<Reply> {
  call.exchange.note({ call: 'upload.abort' })
  return abortTask(call)
}
