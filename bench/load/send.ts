import { once } from 'node:events'
import { request as open } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { FILLING, type LoadRequest } from './plan.ts'

/** One request of a plan, sent by Node, for what has to come before the load. Resolves with the body. Errors: another status than the wanted one. */
export async function send(port: number, request: LoadRequest): Promise<Buffer> {
  const { method, path, before = '', fill = 0, after = '', status = 200 } = request
  const length = Buffer.byteLength(before) + fill + Buffer.byteLength(after)
  const headers = { ...(method === 'GET' ? {} : { 'content-length': length }), ...request.headers }
  const outgoing = open({ host: '127.0.0.1', port, method, path, headers, agent: false })
  const answered = once(outgoing, 'response')
  outgoing.write(before)
  for (let left = fill; left > 0; left -= FILLING.byteLength) {
    const isTaken = outgoing.write(FILLING.subarray(0, Math.min(left, FILLING.byteLength)))
    if (!isTaken) await once(outgoing, 'drain')
  }
  outgoing.end(after)
  const [answer] = await answered
  const body = await buffer(answer)
  if (answer.statusCode !== status)
    throw new Error(`${method} ${path} was answered ${answer.statusCode}: ${body}`)
  return body
}
