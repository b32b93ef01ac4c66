import { NODE_FLOORS } from '../contenders/floors.ts'
import { IFLYTEK_OK, iflytekForm } from '../contenders/iflytek.ts'
import { plainContender, put } from '../contenders/plain.ts'
import { STRICT_SYNCS, startStowage } from '../contenders/stowage.ts'
import { inTurns } from '../frame/rounds.ts'
import type { Case, Contender, Scenario, Turn } from '../frame/types.ts'
import type { Load, LoadRequest } from '../load/plan.ts'
import { send } from '../load/send.ts'

const KIB = 1024
const MIB = 1024 ** 2
const SLOW = 1000
/** Bytes a second of a slow client. */
const RATE = 20 * KIB
const SIZE = 8 * MIB
const SECONDS = 8
/** Memory is looked at so long after the last request. */
const SETTLING_S = 60

interface SlowClients extends Case {
  readonly slow: 'none' | 'uploads' | 'downloads'
  readonly seconds: number
}

/** Clients that are slow as long as the others are at work, and then hang up. */
const slowLoad = (port: number, seconds: number, request: LoadRequest, how: Partial<Load>): Load => ({
  ...{ port, connections: SLOW, seconds: seconds + 2, graceSeconds: 0, requests: [request] },
  ...how,
})

const stowage: Contender<SlowClients> = {
  name: 'Stowage strict: form (iflytek-ost)',
  syncs: STRICT_SYNCS,
  missing: async () => null,
  open: async () => {
    const server = await startStowage()
    const { port } = server
    const answer = await send(port, iflytekForm(port, '/file/upload', SIZE))
    const { data } = JSON.parse(answer.toString()) as { readonly data: { readonly url: string } }
    const { pathname, search } = new URL(data.url)
    const turn = async ({ slow, seconds }: SlowClients): Promise<Turn> => {
      const requests = [iflytekForm(port, '/file/upload', 16 * KIB)]
      const load = { port, connections: 16, seconds, requests, expect: IFLYTEK_OK }
      switch (slow) {
        case 'none':
          return { load }
        case 'uploads': {
          const form = iflytekForm(port, '/file/upload', SIZE)
          return { load, beside: slowLoad(port, seconds, form, { sendRate: RATE }) }
        }
        case 'downloads': {
          const get = { method: 'GET', path: pathname + search }
          return { load, beside: slowLoad(port, seconds, get, { readRate: RATE }) }
        }
      }
    }
    return { ...server, turn }
  },
}

const floor: Contender<SlowClients> = {
  ...plainContender<SlowClients>(NODE_FLOORS.file, () => null),
  open: async () => {
    const server = await NODE_FLOORS.file.start()
    const { port } = server
    const turn = async ({ slow, seconds }: SlowClients): Promise<Turn | null> => {
      if (slow === 'downloads') return null
      const load = { port, connections: 16, seconds, requests: [put('/body', 16 * KIB)] }
      if (slow === 'none') return { load }
      return { load, beside: slowLoad(port, seconds, put('/body', SIZE), { sendRate: RATE }) }
    }
    return { ...server, turn }
  },
}

/** What slow clients cost the others. */
export const slowClients: Scenario = {
  name: 'slow-clients',
  about: `Uploads of 16 KiB over 16 connections, alone, and beside ${SLOW} clients that each send, or read, 8 MiB at 20 KiB a second. CPU and the peak of memory are of all of it; the rest is of the uploads.`,
  run: (options) => {
    const cases = (['none', 'uploads', 'downloads'] as const).map(
      (slow): SlowClients => ({
        what: slow === 'none' ? '16 KiB alone' : `16 KiB beside ${SLOW} slow ${slow}`,
        ...{ unit: 'requests/s', slow, seconds: SECONDS / options.quick },
      }),
    )
    return inTurns([stowage, floor], cases, options, Math.ceil(SETTLING_S / options.quick))
  },
}
