import { createHash } from 'node:crypto'
import { LIBRARIES } from '../../test/support/harness.ts'
import { type Content, contentOf } from '../content.ts'
import type { OpenUpload, Thing } from '../ledger.ts'
import { type Call, jsonOf } from '../wire.ts'
import type { Question, Reading, World } from '../world.ts'
import { rangeHeader } from './iflytek.ts'
import { type Life, type Scene, sizeOf } from './life.ts'

interface Body {
  readonly accessToken: string
  readonly domain: string
  readonly path: string
  readonly uploadId: string
  readonly confirmKey: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly inode: string
  readonly parts: readonly { readonly PartNumber: number; readonly ETag: string }[]
}

/** COS takes no smaller part but the last. */
const PART_MIN = 1024 ** 2

/** A space, as its calls need it. */
interface Space {
  readonly library: string
  readonly token: string
}

type Params = Readonly<Record<string, string>>

const bodyAt =
  (...statuses: readonly number[]): Reading<Partial<Body>> =>
  (reply) =>
    statuses.includes(reply.status) ? jsonOf<Body>(reply) : undefined

/** Repeated after a lost answer, `status` says that it was done. */
const doneOr =
  (status: number): Reading<true> =>
  (reply, isRepeated) =>
    reply.status < 300 || (isRepeated && reply.status === status) ? true : undefined

function question<T>(
  { library, token }: Space,
  method: string,
  path: string,
  read: Reading<T>,
  { query = {} as Params, json = undefined as unknown } = {},
): Question<T> {
  const [area = '', ...names] = path.split('/')
  const search = new URLSearchParams({ ...query, access_token: token })
  const sent = json === undefined ? {} : { body: JSON.stringify(json) }
  const headers = { 'content-type': 'application/json' }
  const target = `/api/v1/${area}/${library}/-/${names.join('/')}?${search}`
  const flags = Object.keys(query).join(' ')
  return {
    what: `tencent-smh ${method} ${area} ${flags}`,
    call: (): Call => ({ method, target, headers, ...sent }),
    read,
  }
}

export const SPACES = [LIBRARIES.file, LIBRARIES.plain]

/** One of the libraries, one of them without a bin, with a token that lives on. */
export async function space(world: World, chosen = world.pick(SPACES)): Promise<Space> {
  const { id, secret } = chosen
  const query = new URLSearchParams({ library_id: id, library_secret: secret, grant: 'admin' })
  const call = (): Call => ({ method: 'GET', target: `/api/v1/token?${query}&period=86400` })
  const read: Reading<string> = (reply) => jsonOf<Body>(reply).accessToken
  return { library: id, token: await world.ask({ what: 'tencent-smh token', call, read }) }
}

export const reader =
  ({ library, token }: Space, path: string): Thing['fetch'] =>
  async (send, range) => {
    const located = await send({
      method: 'GET',
      target: `/api/v1/file/${library}/-/${path}?access_token=${token}`,
    })
    if (located.status !== 302) return located.status === 404 ? null : located
    const headers = range === null ? {} : rangeHeader(range)
    const reply = await send({ method: 'GET', target: String(located.headers.location), headers })
    return reply.status === 404 ? null : reply
  }

const stored: Reading<string> = ({ status }) => (status === 200 ? 'stored' : undefined)

export function putTo(task: Partial<Body>, bytes: Uint8Array, number: number | null): Question<string> {
  const query = number === null ? '' : `?partNumber=${number}&uploadId=${task.uploadId}`
  const headers = Object.fromEntries(
    Object.entries(task.headers ?? {}).map(([name, value]) => [name, String(value)]),
  )
  const call = (): Call => ({ method: 'PUT', target: `${task.path}${query}`, headers, body: bytes })
  return { what: `tencent-smh bytes of ${number ?? 'a file'}`, call, read: stored }
}

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex')

/** In one piece, confirmed. */
async function simple({ world }: Scene, at: Space, path: string): Promise<Content> {
  const content = contentOf(world.pool.take(sizeOf(world)))
  const task = await world.ask(start(at, path))
  await world.ask(putTo(task, content.pieces[0] ?? new Uint8Array(), null))
  await world.askTwice(confirm(at, task))
  return content
}

/** Answers the same record whenever it is repeated. */
export const confirm = (at: Space, { confirmKey = '' }: Partial<Body>): Question<string> =>
  question(at, 'POST', `file/${confirmKey}`, inode, { query: { confirm: '', with_inode: '1' } })

const inode: Reading<string> = (reply) => bodyAt(200)(reply, false)?.inode

/** The calls of a life, each with its own answer. */
export const start = (at: Space, path: string): Question<Partial<Body>> =>
  question(at, 'PUT', `file/${path}`, bodyAt(201))

export const renewal = (at: Space, { confirmKey = '' }: Partial<Body>): Question<Partial<Body>> =>
  question(at, 'POST', `file/${confirmKey}`, bodyAt(200), { query: { renew: '' } })

export const abort = (at: Space, { confirmKey = '' }: Partial<Body>): Question<true> =>
  question(at, 'DELETE', `file/${confirmKey}`, doneOr(404), { query: { upload: '' } })

export const removal = (at: Space, path: string): Question<true> =>
  question(at, 'DELETE', `file/${path}`, doneOr(404), { query: { permanent: '1' } })

export const directory = (at: Space, path: string): Question<true> =>
  question(at, 'PUT', `directory/${path}`, doneOr(409))

export const directoryMove = (at: Space, from: string, to: string): Question<true> =>
  question(at, 'PUT', `directory/${to}`, doneOr(404), { json: { from } })

export const directoryRemoval = (at: Space, path: string): Question<true> =>
  question(at, 'DELETE', `directory/${path}`, doneOr(404), { query: { permanent: '1' } })

export function tokenRemoval({ library, token }: Space): Question<true> {
  const call = (): Call => ({ method: 'DELETE', target: `/api/v1/token/${library}/${token}` })
  return { what: 'tencent-smh DELETE token', call, read: doneOr(404) }
}

/** A call with a token that nobody was given. */
export function refused(): Question<true> {
  const target = `/api/v1/directory/${LIBRARIES.file.id}/-?access_token=none`
  const read: Reading<true> = ({ status }) => (status >= 400 && status < 500 ? true : undefined)
  return { what: 'tencent-smh with no token', call: () => ({ method: 'GET', target }), read }
}

export const startParts = (at: Space, path: string): Question<Partial<Body>> =>
  question(at, 'POST', `file/${path}`, bodyAt(201), { query: { multipart: '' } })

async function parts(scene: Scene): Promise<void> {
  const { world, ledger } = scene
  const at = await space(world)
  const path = world.name('.bin')
  const count = 1 + world.run.random.int(3)
  const large = Array.from({ length: count }, () => world.pool.take(sizeOf(world, { min: PART_MIN })))
  const content = contentOf(...large, world.pool.take(sizeOf(world)))
  const thing = ledger.add(`tencent-smh ${path}`, [null], reader(at, path))
  let task = await world.ask(startParts(at, path))
  const key = task.confirmKey ?? ''
  const upload = openUpload(path, at, key)
  ledger.uploads.add(upload)
  for (const [index, piece] of content.pieces.entries()) {
    if (world.chance(3)) {
      task = { ...task, ...(await world.ask(renewal(at, task))) }
    }
    const send = (bytes: Uint8Array) =>
      ledger.part(upload, index + 1, md5(bytes), () => world.ask(putTo(task, bytes, index + 1)))
    if (world.chance(4)) await send(world.pool.take(sizeOf(world, { min: PART_MIN })))
    await send(piece)
  }
  ledger.uploads.delete(upload)
  if (world.chance(5)) {
    await world.ask(abort(at, task))
    return
  }
  await ledger.change(new Map([[thing, content]]), () => world.askTwice(confirm(at, { confirmKey: key })))
  if (world.chance(3)) await remove(scene, at, path, thing)
}

function openUpload(path: string, at: Space, key: string): OpenUpload {
  const { call } = question(at, 'GET', `file/${key}`, bodyAt(200), { query: { upload: '' } })
  return {
    what: `tencent-smh upload of ${path}`,
    parts: new Map(),
    list: async (send) => {
      const reply = await send(call())
      if (reply.status !== 200) return reply
      const { parts: listed = [] } = jsonOf<Body>(reply)
      return new Map(listed.map(({ PartNumber, ETag }) => [PartNumber, ETag.replaceAll('"', '')]))
    },
  }
}

async function remove({ world, ledger }: Scene, at: Space, path: string, thing: Thing): Promise<void> {
  await ledger.change(new Map([[thing, null]]), () => world.ask(removal(at, path)))
}

/** A file, and then the directory that it is in, go elsewhere. */
async function moved(scene: Scene): Promise<void> {
  const { world, ledger } = scene
  const at = await space(world)
  const [from, to, name, renamed] = [world.name(), world.name(), world.name('.bin'), world.name('.bin')]
  await world.ask(directory(at, from))
  const content = await simple(scene, at, `${from}/${name}`)
  const thingAt = (path: string, state: Content | null): Thing =>
    ledger.add(`tencent-smh ${path}`, [state], reader(at, path))
  const first = thingAt(`${from}/${name}`, content)
  const second = thingAt(`${from}/${renamed}`, null)
  const third = thingAt(`${to}/${renamed}`, null)
  const fileMove = { json: { from: `${from}/${name}` } }
  await ledger.change(
    new Map<Thing, Content | null>([
      [first, null],
      [second, content],
    ]),
    () => world.ask(question(at, 'PUT', `file/${from}/${renamed}`, doneOr(404), fileMove)),
  )
  await ledger.change(
    new Map<Thing, Content | null>([
      [second, null],
      [third, content],
    ]),
    () => world.ask(directoryMove(at, from, to)),
  )
  if (world.chance(2)) await remove(scene, at, `${to}/${renamed}`, third)
}

export const SMH: readonly Life[] = [
  { name: 'tencent-smh, in parts', live: parts },
  { name: 'tencent-smh, moved', live: moved },
]
