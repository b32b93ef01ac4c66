import { presignedGet } from '../../test/dialects/drivers.ts'
import { ACCOUNT } from '../../test/support/harness.ts'
import { signVms, wav } from '../../test/support/volcengine.ts'
import { type Content, contentOf } from '../content.ts'
import type { Thing } from '../ledger.ts'
import { type Call, jsonOf } from '../wire.ts'
import type { Question, Reading, World } from '../world.ts'
import { rangeHeader } from './iflytek.ts'
import type { Life, Scene } from './life.ts'

interface Body {
  readonly Result: Readonly<Record<string, unknown>>
}

const WAV_HEAD = 44

/** A call of the API; the same token is sent with each try. */
function action<T>(world: World, name: string, parameters: object, read: Reading<T>): Question<T> {
  const { host } = new URL(world.nodes.publicUrl)
  const rawQuery = `Action=${name}&Version=2022-01-01`
  const body = JSON.stringify({ ...parameters, ClientToken: world.name() })
  const call = (): Call => {
    const headers = { 'content-type': 'application/json', host }
    const signed = signVms({ ...{ method: 'POST', rawQuery, body, keys: ACCOUNT }, headers })
    return { method: 'POST', target: `/?${rawQuery}`, headers: signed, body }
  }
  return { what: `volcengine-vms ${name}`, call, read }
}

const resultOf =
  (field: string): Reading<string> =>
  (reply) => {
    const value = reply.status === 200 ? jsonOf<Body>(reply).Result?.[field] : undefined
    return value === undefined ? undefined : String(value)
  }

const done: Reading<string> = ({ status }) => (status === 200 ? 'done' : undefined)

/** A sound: its length stands in its head, its samples are random. */
export function sound(world: World): Content {
  const file = wav(1 + world.run.random.int(18))
  return contentOf(file.subarray(0, WAV_HEAD), world.pool.take(file.length - WAV_HEAD))
}

export const reader = (publicUrl: string, name: string): Thing['fetch'] => {
  return async (send, range) => {
    const headers = range === null ? {} : rangeHeader(range)
    const reply = await send({ method: 'GET', target: presignedGet(publicUrl, name), headers })
    return reply.status === 404 ? null : reply
  }
}

/** A PUT to a new upload URL. */
export async function put(world: World, FileName: string, content: Content): Promise<Question<string>> {
  const question = action(world, 'GetResourceUploadUrl', { FileName }, resultOf('UploadUrl'))
  const target = await world.ask(question)
  const body = Buffer.concat(content.pieces)
  const call = (): Call => ({ method: 'PUT', target, body })
  return { what: 'volcengine-vms PUT', call, read: done }
}

/** Answers the key of the resource, whenever it is repeated. */
export const commit = (world: World, FileName: string): Question<string> =>
  action(world, 'CommitResourceUpload', { FileName }, resultOf('ResourceKey'))

export const removal = (world: World, ResourceKey: string): Question<string> =>
  action(world, 'OpenDeleteResource', { ResourceKey }, done)

async function live({ world, ledger }: Scene): Promise<void> {
  const FileName = world.name('.wav')
  const content = sound(world)
  const thing = ledger.add(`volcengine-vms ${FileName}`, [null], reader(world.nodes.publicUrl, FileName))
  if (world.chance(3)) await world.ask(await put(world, FileName, sound(world)))
  await world.ask(await put(world, FileName, content))
  const commitment = commit(world, FileName)
  const ResourceKey = await ledger.change(new Map([[thing, content]]), () => world.askTwice(commitment))
  if (!world.chance(3)) return
  const gone = removal(world, ResourceKey)
  await ledger.change(new Map([[thing, null]]), () => world.askTwice(gone))
}

export const VMS: readonly Life[] = [{ name: 'volcengine-vms', live }]
