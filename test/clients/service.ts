import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { presignedGet } from '../dialects/drivers.ts'
import { clientOf as vodClientOf } from '../dialects/huawei-vod/rig.ts'
import { clientOf as smhClientOf } from '../dialects/tencent-smh/rig.ts'
import { rigOn as vmsRigOn } from '../dialects/volcengine-vms/rig.ts'
import { ACCOUNT, LIBRARIES } from '../support/harness.ts'

/** What a storage client is told to do by the program that it serves: where its bytes go, and when they count. */
interface Task {
  readonly bucket: string
  readonly key: string
  readonly uploadId?: string
  /** What names the upload in the calls that follow. */
  readonly handle: string
}
type Input = Readonly<Record<string, string>>
type ServiceCall = (input: Input) => Promise<object>

export interface Service {
  readonly url: string
  close(): Promise<void>
}

/**
 * The other half of a storage client's user: the program that begins, confirms and deletes by the vendor's business API, at
 * `serverUrl` (HTTP). Links that it gives are of `clientUrl`. Clients in any language reach it by `POST /<api>/<call>` with a
 * JSON object.
 */
export async function startService(serverUrl: string, clientUrl: string): Promise<Service> {
  const calls: Readonly<Record<string, ServiceCall>> = {
    ...voiceCalls(serverUrl, clientUrl),
    ...smhCalls(serverUrl),
    ...vodCalls(serverUrl),
  }
  const server = createServer(async (request, response) => {
    // A client that keeps its connection may meet its end in the middle of a call that it cannot repeat.
    response.setHeader('connection', 'close')
    try {
      const call = calls[request.url?.slice(1) ?? '']
      if (call === undefined) throw new Error(`no such call: ${request.url}`)
      response.end(JSON.stringify(await call(JSON.parse(await text(request)) as Input)))
    } catch (error) {
      response.writeHead(500).end(JSON.stringify({ error: String(error) }))
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const nameOf = ({ name = '' }: Input): string => name
const pathOf = (input: Input): string => encodeURIComponent(nameOf(input))

function voiceCalls(serverUrl: string, clientUrl: string): Readonly<Record<string, ServiceCall>> {
  const rig = vmsRigOn(serverUrl)
  const key = (name: string): string => `${ACCOUNT.id}/${name}`
  return {
    'tos/begin': async (input): Promise<Task> => {
      await rig.uploadUrl(nameOf(input))
      return { bucket: 'volc-voice-resource-bucket', key: key(nameOf(input)), handle: nameOf(input) }
    },
    'tos/commit': async ({ handle = '' }) => rig.commit(handle),
    'tos/remove': async ({ handle = '' }) => {
      const { ResourceKey } = await rig.commit(handle)
      return rig.result('OpenDeleteResource', { ResourceKey })
    },
    'voice/link': async (input) => ({ url: presignedGet(clientUrl, nameOf(input)) }),
  }
}

function smhCalls(serverUrl: string): Readonly<Record<string, ServiceCall>> {
  const client = smhClientOf(serverUrl)
  const files = `file/${LIBRARIES.plain.id}/-`
  const token = client.token('admin', { library: 'plain' })
  const ask = async (
    status: number,
    method: string,
    at: string,
    query: Readonly<Record<string, null>> = {},
  ) => client.expect(status, method, `${files}/${at}`, { ...query, access_token: await token })
  const taskOf = ({ path, uploadId, confirmKey }: Awaited<ReturnType<typeof ask>>): Task => {
    const key = decodeURIComponent(String(path)).slice(1)
    return { bucket: 'examplebucket-1250000000', key, uploadId, handle: confirmKey }
  }
  return {
    'cos/begin': async (input) => taskOf(await ask(201, 'PUT', pathOf(input))),
    'cos/begin-parts': async (input) => taskOf(await ask(201, 'POST', pathOf(input), { multipart: null })),
    'cos/renew': async ({ handle = '' }) => ask(200, 'POST', handle, { renew: null }),
    // A file is read elsewhere than its upload was sent to.
    'cos/commit': async ({ handle = '', ...input }) => {
      await ask(200, 'POST', handle, { confirm: null })
      const { cosUrl } = await ask(200, 'GET', pathOf(input), { info: null })
      return { key: decodeURIComponent(new URL(String(cosUrl)).pathname).slice(1) }
    },
    'cos/remove': async (input) => ask(204, 'DELETE', pathOf(input)),
  }
}

function vodCalls(serverUrl: string): Readonly<Record<string, ServiceCall>> {
  const client = vodClientOf(serverUrl)
  return {
    'obs/begin': async (input): Promise<Task> => {
      const { target, asset_id } = await client.create({ title: nameOf(input) })
      return { bucket: target.bucket, key: target.object, handle: asset_id }
    },
    'obs/commit': async ({ handle = '' }) =>
      client.expect(200, 'POST', 'asset/status/uploaded', { json: { asset_id: handle, status: 'CREATED' } }),
    'obs/remove': async ({ handle = '' }) =>
      client.expect(200, 'DELETE', 'asset', { query: { asset_id: handle } }),
  }
}
