import { IFLYTEK_OK, iflytekForm, iflytekJson } from '../contenders/iflytek.ts'
import { STRICT_SYNCS, startStowage } from '../contenders/stowage.ts'
import { inFreshTurns } from '../frame/fresh-rounds.ts'
import type { Case, Contender, Scenario } from '../frame/types.ts'
import { runLoad } from '../load/run.ts'
import { send } from '../load/send.ts'

interface Complete extends Case {
  readonly parts: number
  readonly size: number
}

const ROUNDS_MAX = 3
const SECONDS = 600

const completeOf = (parts: number, size: number): Complete => ({
  what: `${parts.toLocaleString('en')} parts of ${size.toLocaleString('en')} bytes`,
  ...{ unit: 'ms', parts, size },
})

const stowage: Contender<Complete> = {
  name: 'Stowage strict: complete (iflytek-ost)',
  syncs: STRICT_SYNCS,
  missing: async () => null,
  open: async () => {
    const server = await startStowage({ settings: { 'iflytek_ost.slice_size_min_bytes': '1' } })
    const { port } = server
    const turn = async ({ parts, size }: Complete) => {
      const upload_id = await begin(port)
      const requests = Array.from({ length: parts }, (_, at) =>
        iflytekForm(port, '/file/mpupload/upload', size, { fields: { upload_id, slice_id: String(at + 1) } }),
      )
      await runLoad({ port, connections: 16, seconds: SECONDS, once: true, requests, expect: IFLYTEK_OK })
      const complete = iflytekJson(port, '/file/mpupload/complete', { upload_id })
      const how = { connections: 1, seconds: SECONDS, once: true, expect: IFLYTEK_OK }
      return { load: { port, ...how, requests: [complete] } }
    }
    return { ...server, turn }
  },
}

async function begin(port: number): Promise<string> {
  const answer = await send(port, iflytekJson(port, '/file/mpupload/init', {}))
  return (JSON.parse(answer.toString()) as { data: { upload_id: string } }).data.upload_id
}

/** How long a complete takes, by the number and size of parts. */
export const completes: Scenario = {
  name: 'completes',
  about: 'The call that makes a file of its parts. No byte is copied or read again.',
  run: (options) => {
    const cases = [
      completeOf(10, 1024),
      completeOf(1000, 1024),
      completeOf(Math.ceil(10_000 / options.quick), 1024),
      completeOf(Math.ceil(10_000 / options.quick), 66_000),
    ]
    const small = (one: Complete): Complete => ({ ...one, parts: 10 })
    return inFreshTurns([stowage], cases, small, { ...options, rounds: Math.min(options.rounds, ROUNDS_MAX) })
  },
}
