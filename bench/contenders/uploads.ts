import type { Case, Contender } from '../frame/types.ts'
import type { LoadRequest } from '../load/plan.ts'
import { send } from '../load/send.ts'
import { GO_FLOORS, NODE_FLOORS } from './floors.ts'
import { IFLYTEK_OK, iflytekForm } from './iflytek.ts'
import { NGINX, TUS_NODE, TUSD, VERSITYGW } from './others.ts'
import { type PlainServer, plainContender, put } from './plain.ts'
import { cosPuts, obsPuts, type PutDoor, tosPuts } from './puts.ts'
import { s3MakeBucket, s3Put } from './s3.ts'
import { RELAXED_SYNCS, STRICT_SYNCS, startStowage } from './stowage.ts'
import { tusUpload } from './tus.ts'

/** How a body comes. `any`: as each contender takes small ones. */
export type BodyShape = 'any' | 'by length' | 'chunked' | 'form' | 'form, file first'

/** Whole bodies, each a new object. */
export interface Uploads extends Case {
  readonly shape: BodyShape
  readonly size: number
  readonly connections: number
  readonly seconds: number
  /** Most uploads of a round, where each has to be begun or named before. */
  readonly count: number
}

/** So many requests of servers that take names, so that no name comes twice. */
const NAMES = 15

/** Bytes of a body up to which floors take part that hold it whole in memory. */
const WHOLE_MAX = 1024 ** 2

const loadOf = (
  { connections, seconds }: Uploads,
  port: number,
  requests: readonly LoadRequest[],
  isOnce = false,
) => ({
  ...{ port, connections, seconds, requests },
  once: isOnce,
})

/** Large ones are sent so often and no oftener. */
const repeated = (one: Uploads, request: LoadRequest): readonly [readonly LoadRequest[], boolean] =>
  one.unit === 'MB/s' ? [Array.from({ length: one.count }, () => request), true] : [[request], false]

const isPut = ({ shape }: Uploads): boolean => shape === 'any' || shape === 'by length' || shape === 'chunked'

/** iFlytek's one call with a form: signature, form and file. */
const stowageForm = (durability: 'strict' | 'relaxed'): Contender<Uploads> => ({
  name: `Stowage ${durability}: form (iflytek-ost)`,
  syncs: durability === 'strict' ? STRICT_SYNCS : RELAXED_SYNCS,
  missing: async () => null,
  open: async () => {
    const server = await startStowage({ settings: { durability } })
    const turn = async (one: Uploads) => {
      if (one.shape === 'by length' || one.shape === 'chunked') return null
      const fileFirst = one.shape === 'form, file first'
      const form = iflytekForm(server.port, '/file/upload', one.size, { fileFirst })
      return { load: { ...loadOf(one, server.port, ...repeated(one, form)), expect: IFLYTEK_OK } }
    }
    return { ...server, turn }
  },
})

/** A PUT of the bytes alone, of uploads begun before. */
const stowagePuts = (door: PutDoor): Contender<Uploads> => ({
  name: `Stowage strict: ${door.flavour}`,
  syncs: STRICT_SYNCS,
  missing: async () => null,
  open: async () => {
    const server = await startStowage()
    const turn = async (one: Uploads) => {
      if (!isPut(one) || one.size > door.sizeMax) return null
      const puts = await door.begin(server, one.count, one.size)
      const requests = puts.map((each) => ({ ...each, chunked: one.shape === 'chunked' }))
      return { load: loadOf(one, server.port, requests, true) }
    }
    return { ...server, turn }
  },
})

/** Floors take whatever comes as a body, forms too, and do not look into it. */
const floor = (server: PlainServer, sizeMax = Number.POSITIVE_INFINITY): Contender<Uploads> =>
  plainContender(server, (one, port) => {
    if (one.size > sizeMax) return null
    const body = put('/body', one.size, { chunked: one.shape === 'chunked' })
    return loadOf(one, port, ...repeated(one, body))
  })

const tus = (server: PlainServer): Contender<Uploads> =>
  plainContender(server, (one, port) =>
    one.shape === 'any' || one.shape === 'by length'
      ? loadOf(one, port, ...repeated(one, tusUpload(one.size)))
      : null,
  )

const s3: Contender<Uploads> = plainContender(
  {
    ...VERSITYGW,
    start: async () => {
      const started = await VERSITYGW.start()
      await send(started.port, s3MakeBucket(started.port))
      return started
    },
  },
  (one, port, round) => {
    if (one.shape !== 'any' && one.shape !== 'by length') return null
    const name = (number: number): string => `${one.what.replaceAll(/\W/g, '')}-${round}-${number}`
    const count = one.unit === 'MB/s' ? one.count : one.count * 3
    return loadOf(
      one,
      port,
      numbered(count, (number) => s3Put(port, name(number), one.size)),
      true,
    )
  },
)

const nginx: Contender<Uploads> = plainContender(NGINX, (one, port, round) => {
  if (!isPut(one)) return null
  const name = (number: number): string => `/${one.what.replaceAll(/\W/g, '')}-${round}-${number}`
  const more = { status: 201, chunked: one.shape === 'chunked' }
  const count = one.unit === 'MB/s' ? one.count : one.count * NAMES
  return loadOf(
    one,
    port,
    numbered(count, (number) => put(name(number), one.size, more)),
    true,
  )
})

const numbered = (count: number, of: (number: number) => LoadRequest): readonly LoadRequest[] =>
  Array.from({ length: count }, (_, number) => of(number))

/** Who takes uploads, Stowage first and floors last. */
export const UPLOADERS: readonly Contender<Uploads>[] = [
  stowageForm('strict'),
  stowageForm('relaxed'),
  ...[cosPuts, obsPuts, tosPuts].map(stowagePuts),
  tus(TUS_NODE),
  tus(TUSD),
  s3,
  nginx,
  floor(NODE_FLOORS.groupCommit, WHOLE_MAX),
  ...[NODE_FLOORS.file, NODE_FLOORS.fileMd5, NODE_FLOORS.discard].map((server) => floor(server)),
  floor(GO_FLOORS.log, WHOLE_MAX),
  ...[GO_FLOORS.file, GO_FLOORS.fileMd5, GO_FLOORS.discard].map((server) => floor(server)),
]
