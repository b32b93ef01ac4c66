import { LIBRARIES } from '../../test/support/harness.ts'
import type { PartTerms } from '../../test/support/smh-load.ts'
import { type Callers, callersOf } from '../contenders/calls.ts'
import { GO_FLOORS, NODE_FLOORS } from '../contenders/floors.ts'
import { IFLYTEK_OK, iflytekForm, iflytekJson } from '../contenders/iflytek.ts'
import { freshName } from '../contenders/lanes.ts'
import { VERSITYGW } from '../contenders/others.ts'
import { type PlainServer, plainContender, put } from '../contenders/plain.ts'
import { S3_BUCKET, s3MakeBucket, s3Signed } from '../contenders/s3.ts'
import { STRICT_SYNCS, startStowage } from '../contenders/stowage.ts'
import { inFreshTurns } from '../frame/fresh-rounds.ts'
import type { Case, Contender, Opened, Scenario } from '../frame/types.ts'
import type { LoadRequest } from '../load/plan.ts'
import { send } from '../load/send.ts'

const MIB = 1024 ** 2
const COUNT = 64
const PART = 16 * MIB
const ROUNDS_MAX = 3

interface Parts extends Case {
  readonly connections: number
  readonly size: number
}

/** The parts of one upload, in order. */
type PartsOf = (number: number, size: number) => LoadRequest

const numbered = (size: number, of: PartsOf): readonly LoadRequest[] =>
  Array.from({ length: COUNT }, (_, at) => of(at + 1, size))

const load = ({ connections, size }: Parts, port: number, of: PartsOf) => ({
  ...{ port, connections, seconds: 600, once: true },
  requests: numbered(size, of),
})

const stowage = (
  name: string,
  begin: (callers: Callers) => Promise<{ readonly of: PartsOf; readonly expect?: string }>,
): Contender<Parts> => ({
  ...{ name, syncs: STRICT_SYNCS, missing: async () => null },
  open: async (): Promise<Opened<Parts>> => {
    const server = await startStowage()
    const callers = await callersOf(server)
    const turn = async (one: Parts) => {
      const { of, ...more } = await begin(callers)
      return { load: { ...load(one, server.port, of), ...more } }
    }
    const stop = async (): Promise<void> => {
      callers.smh.close()
      callers.vod.close()
      await server.stop()
    }
    return { ...server, turn, stop }
  },
})

const cos = stowage('Stowage strict: COS parts (tencent-smh)', async ({ smh, token }) => {
  const target = `file/${LIBRARIES.file.id}/-/${freshName('bin')}?multipart&access_token=${token}`
  const { path, uploadId, headers } = await smh.call<PartTerms>(201, 'POST', target)
  return {
    of: (number, size) => ({
      ...{ method: 'PUT', path: `${path}?partNumber=${number}&uploadId=${uploadId}`, headers, fill: size },
    }),
  }
})

const slices = stowage('Stowage strict: slices by form (iflytek-ost)', async ({ port }) => {
  const answer = await send(port, iflytekJson(port, '/file/mpupload/init', {}))
  const { data } = JSON.parse(answer.toString()) as { readonly data: { readonly upload_id: string } }
  const fields = (number: number) => ({ upload_id: data.upload_id, slice_id: String(number) })
  return {
    of: (number, size) => iflytekForm(port, '/file/mpupload/upload', size, { fields: fields(number) }),
    expect: IFLYTEK_OK,
  }
})

const versitygw: Contender<Parts> = {
  ...{ name: VERSITYGW.name, syncs: VERSITYGW.syncs, missing: VERSITYGW.missing },
  open: async () => {
    const server = await VERSITYGW.start()
    const { port } = server
    await send(port, s3MakeBucket(port))
    const turn = async (one: Parts) => {
      const path = `/${S3_BUCKET}/${freshName('bin')}`
      const answer = await send(port, s3Signed(port, { method: 'POST', path }, 'uploads='))
      const [, id = ''] = /<UploadId>(.*?)<\/UploadId>/.exec(answer.toString()) ?? []
      const of: PartsOf = (number, size) =>
        s3Signed(port, { method: 'PUT', path, fill: size }, `partNumber=${number}&uploadId=${id}`)
      return { load: load(one, port, of) }
    }
    return { ...server, turn }
  },
}

const floor = (server: PlainServer): Contender<Parts> =>
  plainContender(server, (one, port) => load(one, port, (_, size) => put('/part', size)))

/** Parts of one upload. */
export const parts: Scenario = {
  name: 'parts',
  about: `${COUNT} parts of 16 MiB of one upload over 1, 4 and 16 connections. Each round has a fresh server and folder, and a warm-up. Floors make a file of each part.`,
  run: (options) => {
    const size = Math.max(5, Math.floor(PART / MIB / options.quick)) * MIB
    const cases = [1, 4, 16].map(
      (connections): Parts => ({
        what: `${COUNT} × 16 MiB, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
        ...{ unit: 'MB/s', connections, size },
      }),
    )
    const contenders = [
      ...[cos, slices, versitygw],
      ...[NODE_FLOORS.file, NODE_FLOORS.fileMd5, GO_FLOORS.file, GO_FLOORS.fileMd5].map(floor),
    ]
    const warmUp = (one: Parts): Parts => ({ ...one, size: 5 * MIB })
    return inFreshTurns(contenders, cases, warmUp, {
      ...options,
      rounds: Math.min(options.rounds, ROUNDS_MAX),
    })
  },
}
