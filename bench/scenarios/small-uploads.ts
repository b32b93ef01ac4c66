import { GO_FLOORS, NODE_FLOORS } from '../contenders/floors.ts'
import { IFLYTEK_OK, iflytekForm } from '../contenders/iflytek.ts'
import { plainContender, put } from '../contenders/plain.ts'
import { cosPuts, obsPuts, type PutDoor, tosPuts } from '../contenders/puts.ts'
import { RELAXED_SYNCS, STRICT_SYNCS, startStowage } from '../contenders/stowage.ts'
import { inTurns } from '../frame/rounds.ts'
import type { Case, Contender, RunOptions, Scenario } from '../frame/types.ts'

const KIB = 1024
const SECONDS = 3
/** Uploads that are begun before a round whose bytes can be sent once only. */
const BEGUN = 4000

export interface SmallUploads extends Case {
  readonly size: number
  readonly connections: number
  readonly seconds: number
  readonly begun: number
}

/** Small bodies, one call each where the contender has such a call. */
export const smallUploads: Scenario = {
  name: 'small-uploads',
  about: 'Bodies of 4, 16 and 256 KiB over 1, 16, 64 and 128 connections, each a new object.',
  run: (options) => inTurns(CONTENDERS, casesOf(options), options),
}

function casesOf({ quick }: RunOptions): readonly SmallUploads[] {
  return [4, 16, 256].flatMap((kib) =>
    [1, 16, 64, 128].map((connections) => ({
      ...smallUpload(kib, connections),
      ...{ seconds: SECONDS / quick, begun: Math.ceil(BEGUN / quick / (kib > 16 ? 4 : 1)) },
    })),
  )
}

/** One case: bodies of so many KiB. */
export const smallUpload = (kib: number, connections: number, seconds = SECONDS): SmallUploads => ({
  what: `${kib} KiB, ${connections} ${connections === 1 ? 'connection' : 'connections'}`,
  ...{ unit: 'requests/s', size: kib * KIB, connections, seconds, begun: BEGUN },
})

/** iFlytek's one call with a form: signature, form and file. */
export const stowageForm = (durability: 'strict' | 'relaxed'): Contender<SmallUploads> => ({
  name: `Stowage ${durability}: form (iflytek-ost)`,
  syncs: durability === 'strict' ? STRICT_SYNCS : RELAXED_SYNCS,
  missing: async () => null,
  open: async () => {
    const server = await startStowage({ settings: { durability } })
    const turn = async ({ size, connections, seconds }: SmallUploads) => {
      const { port } = server
      const requests = [iflytekForm(port, '/file/upload', size)]
      return { load: { port, connections, seconds, requests, expect: IFLYTEK_OK } }
    }
    return { ...server, turn }
  },
})

/** A PUT of the bytes alone, of uploads begun before. */
export const stowagePuts = (door: PutDoor): Contender<SmallUploads> => ({
  name: `Stowage strict: ${door.flavour}`,
  syncs: STRICT_SYNCS,
  missing: async () => null,
  open: async () => {
    const server = await startStowage()
    const turn = async ({ size, connections, seconds, begun }: SmallUploads) => {
      const requests = await door.begin(server, begun, size)
      return { load: { port: server.port, connections, seconds, requests, once: true } }
    }
    return { ...server, turn }
  },
})

export const smallPuts = ({ size, connections, seconds }: SmallUploads, port: number) => ({
  ...{ port, connections, seconds },
  requests: [put('/body', size)],
})

const CONTENDERS: readonly Contender<SmallUploads>[] = [
  stowageForm('strict'),
  stowageForm('relaxed'),
  ...[cosPuts, obsPuts, tosPuts].map(stowagePuts),
  plainContender(NODE_FLOORS.groupCommit, smallPuts),
  plainContender(NODE_FLOORS.file, smallPuts),
  plainContender(NODE_FLOORS.discard, smallPuts),
  plainContender(GO_FLOORS.log, smallPuts),
  plainContender(GO_FLOORS.file, smallPuts),
  plainContender(GO_FLOORS.discard, smallPuts),
]
