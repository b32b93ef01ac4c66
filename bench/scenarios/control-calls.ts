import * as calls from '../contenders/calls.ts'
import { iflytekJson } from '../contenders/iflytek.ts'
import { STRICT_SYNCS, startStowage } from '../contenders/stowage.ts'
import { inTurns } from '../frame/rounds.ts'
import type { Case, Contender, Scenario } from '../frame/types.ts'
import type { LoadRequest } from '../load/plan.ts'

const SECONDS = 2
const CONNECTIONS = 16
/** Calls that can be made once only are made so often in a round. */
const ONCE = 400

/** A call; `requests` prepares what it needs. */
interface ControlCall extends Case {
  readonly seconds: number
  readonly isOnce: boolean
  requests(callers: calls.Callers): Promise<readonly LoadRequest[]>
}

/** What is sent over and over. */
const again = (
  what: string,
  request: (callers: calls.Callers) => Promise<LoadRequest> | LoadRequest,
): ControlCall => ({
  ...{ what, unit: 'requests/s', seconds: SECONDS, isOnce: false },
  requests: async (callers) => [await request(callers)],
})

/** What each upload, asset or file can have once. */
const once = (
  what: string,
  requests: (callers: calls.Callers) => Promise<readonly LoadRequest[]>,
): ControlCall => ({
  ...{ what, unit: 'requests/s', seconds: SECONDS, isOnce: true, requests },
})

const CALLS: readonly ControlCall[] = [
  again('/healthz', () => ({ method: 'GET', path: '/healthz' })),
  again('iflytek-ost: begin', ({ port }) => iflytekJson(port, '/file/mpupload/init', {})),
  once('tencent-smh: begin', async (callers) => calls.smhBegins(callers, ONCE * 5)),
  once('tencent-smh: confirm', (callers) => calls.smhSent(callers, ONCE)),
  again('tencent-smh: renew', async (callers) =>
    calls.smhCall(callers, 'POST', `${await calls.smhParts(callers)}?renew`),
  ),
  again('tencent-smh: status of 10 parts', async (callers) =>
    calls.smhCall(callers, 'GET', `${await calls.smhParts(callers)}?upload`),
  ),
  again('tencent-smh: page of 100 entries', async (callers) =>
    calls.smhCall(callers, 'GET', `${await calls.smhDirectory(callers)}?limit=100`),
  ),
  once('huawei-vod: create', async (callers) => {
    const asset = { title: 'title', video_name: 'a.mp4', video_type: 'MP4' }
    return Array.from({ length: ONCE * 5 }, () => calls.vodCall(callers, 'POST', 'asset', asset))
  }),
  once('huawei-vod: confirm of a video of 8 KB', async (callers) => {
    const assets = await calls.vodAssets(callers, ONCE, true)
    return assets.map(({ asset_id }) =>
      calls.vodCall(callers, 'POST', 'asset/status/uploaded', { asset_id, status: 'CREATED' }),
    )
  }),
  again('huawei-vod: details', async (callers) => {
    const [asset] = await calls.vodAssets(callers, 1, true)
    return calls.vodCall(callers, 'GET', `asset/details?asset_id=${asset?.asset_id}`)
  }),
  again('huawei-vod: page of 10 assets', async (callers) => {
    await calls.vodAssets(callers, 10, true)
    return calls.vodCall(callers, 'GET', 'asset/list?size=10')
  }),
  once('volcengine-vms: upload URL', async (callers) =>
    Array.from({ length: ONCE * 5 }, (_, at) =>
      calls.vmsCall(callers, 'GetResourceUploadUrl', { FileName: `url-${process.pid}-${at}.wav` }),
    ),
  ),
  once('volcengine-vms: commit', async (callers) => {
    const names = await calls.vmsSent(callers, ONCE)
    return names.map((FileName) => calls.vmsCall(callers, 'CommitResourceUpload', { FileName }))
  }),
  again('volcengine-vms: query', (callers) => calls.vmsCall(callers, 'QueryUsableResource', { Type: '0' })),
]

const contender = (durability: 'strict' | 'relaxed'): Contender<ControlCall> => ({
  ...{ name: `Stowage ${durability}`, syncs: durability === 'strict' ? STRICT_SYNCS : 'nothing is synced' },
  missing: async () => null,
  open: async () => {
    const server = await startStowage({ settings: { durability } })
    const callers = await calls.callersOf(server)
    const turn = async ({ seconds, isOnce, requests }: ControlCall) => {
      const load = { port: server.port, connections: CONNECTIONS, seconds, once: isOnce }
      return { load: { ...load, requests: await requests(callers) } }
    }
    const stop = async (): Promise<void> => {
      callers.smh.close()
      callers.vod.close()
      await server.stop()
    }
    return { ...server, turn, stop }
  },
})

/** The calls that move no bytes. */
export const controlCalls: Scenario = {
  name: 'control-calls',
  about: `Calls that move no bytes, over ${CONNECTIONS} connections. What a call needs (uploads begun, bytes sent) is made before its clock starts.`,
  run: (options) => {
    const cases = CALLS.map((call) => ({ ...call, seconds: call.seconds / options.quick }))
    return inTurns([contender('strict'), contender('relaxed')], cases, options)
  },
}
