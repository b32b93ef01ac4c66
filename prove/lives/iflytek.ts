import { APP } from '../../test/support/harness.ts'
import { iflytekHeaders, multipart } from '../../test/support/iflytek.ts'
import { type Content, contentOf, type Range } from '../content.ts'
import type { Thing } from '../ledger.ts'
import { type Call, jsonOf, type Reply } from '../wire.ts'
import { type Question, type Reading, TryAgain, type World } from '../world.ts'
import { type Life, type Scene, sizeOf } from './life.ts'

interface Answer {
  readonly code: number
  readonly data?: { readonly url?: string; readonly upload_id?: string }
}

const IDS = { request_id: '1', app_id: APP.app_id }
/** "Storage", "database", "cache", "io" and "mq operation failed": none of them says that the call was wrong. */
const AGAIN = [10002, 10003, 10004, 10006, 10007]
const GONE = 10005

/** Its `Data` of success; undefined for a refusal. */
function dataOf(reply: Reply): Answer['data'] | undefined {
  const { code = -1, data } = jsonOf<Answer>(reply)
  if (AGAIN.includes(code)) throw new TryAgain()
  return code === 0 ? (data ?? {}) : undefined
}

const refused: Reading<true> = (reply) => (dataOf(reply) === undefined ? true : undefined)

function json<T>(path: string, fields: object, read: Reading<T>): Question<T> {
  const body = JSON.stringify({ ...IDS, ...fields })
  return question(path, 'application/json', Buffer.from(body), read)
}

function form<T>(
  path: string,
  fields: Readonly<Record<string, string>>,
  bytes: Uint8Array,
  read: Reading<T>,
): Question<T> {
  const { type, body } = multipart({ ...IDS, ...fields }, bytes)
  return question(path, type, body, read)
}

function question<T>(path: string, type: string, body: Uint8Array, read: Reading<T>): Question<T> {
  const call = (): Call => ({
    ...{ method: 'POST', target: path, body },
    headers: { ...iflytekHeaders(APP, path), 'content-type': type },
  })
  return { what: `iflytek-ost ${path}`, call, read }
}

const uploadId: Reading<string> = (reply) => dataOf(reply)?.upload_id
/** The path of what was uploaded. */
const urlPath: Reading<string> = (reply) => {
  const url = dataOf(reply)?.url
  return url === undefined ? undefined : new URL(url).pathname
}
const accepted: Reading<string> = (reply) => (dataOf(reply) === undefined ? undefined : 'accepted')

export const begin = (): Question<string> => json('/file/mpupload/init', {}, uploadId)

export const slice = (upload_id: string, number: number, bytes: Uint8Array): Question<string> =>
  form('/file/mpupload/upload', { upload_id, slice_id: String(number) }, bytes, accepted)

/** Answers the path of the whole, whenever it is repeated. */
export const complete = (upload_id: string): Question<string> =>
  json('/file/mpupload/complete', { upload_id }, urlPath)

/** How what stands at a path is read. */
export const reader =
  (path: string): Thing['fetch'] =>
  async (send, range) => {
    const headers = range === null ? {} : rangeHeader(range)
    const reply = await send({ method: 'GET', target: path, headers })
    return reply.status === 404 ? null : reply
  }

export const rangeHeader = ([from, to]: Range) => ({ range: `bytes=${from}-${to - 1}` })

const whole: Life = {
  name: 'iflytek-ost, in one piece',
  live: async ({ world, ledger }) => {
    const content = contentOf(world.pool.take(sizeOf(world)))
    const [piece = new Uint8Array()] = content.pieces
    const path = await world.ask(form('/file/upload', {}, piece, urlPath))
    ledger.add(`iflytek-ost ${path}`, [content], reader(path))
  },
}

/** Slices in any order, some of them sent twice: the last one counts. */
async function sendSlices(world: World, upload_id: string, content: Content): Promise<void> {
  const order = content.pieces.map((piece, index) => [index + 1, piece] as const)
  if (world.chance(2)) order.reverse()
  for (const [number, piece] of order) {
    if (world.chance(4)) await world.ask(slice(upload_id, number, world.pool.take(sizeOf(world))))
    await world.ask(slice(upload_id, number, piece))
  }
}

const sliced: Life = {
  name: 'iflytek-ost, in slices',
  live: async (scene) => {
    const { world, ledger } = scene
    const upload_id = await world.ask(begin())
    const count = 2 + world.run.random.int(3)
    const content = contentOf(...Array.from({ length: count }, () => world.pool.take(sizeOf(world))))
    await sendSlices(world, upload_id, content)
    if (world.chance(5)) return await cancel(scene, upload_id)
    const path = await world.askTwice(complete(upload_id))
    ledger.add(`iflytek-ost ${path}`, [content], reader(path))
  },
}

export function cancellation(upload_id: string): Question<string> {
  const read: Reading<string> = (reply, isRepeated) => {
    const isGone = isRepeated && jsonOf<Answer>(reply).code === GONE
    return isGone ? 'gone' : accepted(reply, isRepeated)
  }
  return json('/file/mpupload/cancel', { upload_id }, read)
}

async function cancel({ world }: Scene, upload_id: string): Promise<void> {
  await world.ask(cancellation(upload_id))
  await world.ask(json('/file/mpupload/complete', { upload_id }, refused))
  world.run.count('cancelled uploads that stayed so')
}

export const IFLYTEK: readonly Life[] = [whole, sliced]
