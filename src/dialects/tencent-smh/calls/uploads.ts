import type { Reply } from '../../../http/types.ts'
import type { SpaceCall } from '../call.ts'
import { abort as abortTask } from '../uploads/abort.ts'
import { confirm } from '../uploads/confirm.ts'
import { renew } from '../uploads/renew.ts'
import { startForm, startMultipart, startSimple } from '../uploads/start.ts'
import { status } from '../uploads/status.ts'

/** `GET …?upload`. */
export const get = (call: SpaceCall): Promise<Reply> => status(call)

/** `PUT` of a file's path, where its body asks for nothing else. */
export const put = async (call: SpaceCall): Promise<Reply> => startSimple(call, await call.body())

/** `POST` of a file's path starts an upload; with `renew` or `confirm` the path is a confirmKey. */
export async function post(call: SpaceCall): Promise<Reply> {
  const { query } = call
  if (query.has('renew')) return renew(call)
  if (query.has('confirm')) return confirm(call)
  const body = await call.body()
  return query.has('multipart') ? startMultipart(call, body) : startForm(call, body)
}

/** `DELETE …?upload`. */
export const abort = (call: SpaceCall): Promise<Reply> => abortTask(call)
