import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { TestContext } from 'node:test'
import { type Rig, startRig } from './rig.ts'

export const SECRET = 'secret of the events'

export interface Received {
  readonly method: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** Status of the answers from now on. */
  status: number
}

async function startReceiver(t: TestContext): Promise<Receiver> {
  const receiver = { url: '', received: [] as Received[], status: 200 }
  const server = createServer(async (request, response) => {
    const { method, headers } = request
    receiver.received.push({ method, headers, body: await text(request) })
    response.writeHead(receiver.status).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => new Promise((resolve) => server.close(resolve)))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/vod?token=of-receiver`
  return receiver
}

/** A server whose events are received. */
export async function startWithReceiver(
  t: TestContext,
  more: Readonly<Record<string, string>> = {},
): Promise<Rig & { readonly receiver: Receiver }> {
  const receiver = await startReceiver(t)
  const settings = { 'huawei_vod.event_url': receiver.url, 'huawei_vod.event_secret': SECRET, ...more }
  const rig = await startRig({ settings })
  t.after(() => rig.stop())
  return { ...rig, receiver }
}

/** Everything that is due now is sent when this resolves. */
export const deliver = ({ server }: Rig) => server.jobs.runAll()
