import { once } from 'node:events'
import { connect } from 'node:net'
import * as iflytek from '../lives/iflytek.ts'
import { LARGE } from '../lives/life.ts'
import * as smh from '../lives/smh.ts'
import * as vms from '../lives/vms.ts'
import * as vod from '../lives/vod.ts'
import { send, told } from '../wire.ts'
import type { World } from '../world.ts'

/** Lives that leave nothing. */
export interface Kind {
  readonly name: string
  /** What all lives of the kind share, made once. */
  begin(world: World): Promise<() => Promise<void>>
}

/** More than stays in memory. */
const SIZE = 70_000

const smallFiles: Kind = {
  name: 'small files, deleted',
  begin: async (world) => {
    const at = await smh.space(world)
    return async () => {
      const path = world.name()
      const task = await world.ask(smh.start(at, path))
      await world.ask(smh.putTo(task, world.pool.take(1000), null))
      await world.ask(smh.confirm(at, task))
      await world.ask(smh.removal(at, path))
    }
  },
}

const parts: Kind = {
  name: 'uploads in parts, read and deleted',
  begin: async (world) => {
    const at = await smh.space(world)
    return async () => {
      const path = world.name()
      const task = await world.ask(smh.startParts(at, path))
      for (let times = 0; times < 2; times++) await world.ask(smh.putTo(task, world.pool.take(SIZE), 1))
      await world.ask(smh.confirm(at, task))
      const read = smh.reader(at, path)
      const reply = await read((call) => send(world.nodes.urlOf(0), world.nodes.publicUrl, call), null)
      if (reply?.status !== 200 || reply.broken !== null || reply.bytes.length !== SIZE)
        world.run.fail('a file is not read', { path, ...(reply === null ? {} : told(reply)) })
      await world.ask(smh.removal(at, path))
    }
  },
}

const aborted: Kind = {
  name: 'uploads in parts, aborted',
  begin: async (world) => {
    const at = await smh.space(world)
    return async () => {
      const task = await world.ask(smh.startParts(at, world.name()))
      await world.ask(smh.putTo(task, world.pool.take(SIZE), 1))
      await world.ask(smh.abort(at, task))
    }
  },
}

const cancelled: Kind = {
  name: 'slices, cancelled',
  begin: async (world) => async () => {
    const id = await world.ask(iflytek.begin())
    await world.ask(iflytek.slice(id, 1, world.pool.take(SIZE)))
    await world.ask(iflytek.cancellation(id))
  },
}

const renewals: Kind = {
  name: 'renewals',
  begin: async (world) => {
    const at = await smh.space(world)
    const task = await world.ask(smh.startParts(at, world.name()))
    return async () => {
      await world.ask(smh.renewal(at, task))
    }
  },
}

const trees: Kind = {
  name: 'directories with a file, moved and deleted',
  begin: async (world) => {
    const at = await smh.space(world)
    return async () => {
      const [from, to, name] = [world.name(), world.name(), world.name()]
      await world.ask(smh.directory(at, from))
      const task = await world.ask(smh.start(at, `${from}/${name}`))
      await world.ask(smh.putTo(task, world.pool.take(1000), null))
      await world.ask(smh.confirm(at, task))
      await world.ask(smh.directoryMove(at, from, to))
      await world.ask(smh.removal(at, `${to}/${name}`))
      await world.ask(smh.directoryRemoval(at, to))
    }
  },
}

const tokens: Kind = {
  name: 'access tokens, deleted',
  begin: async (world) => async () => {
    await world.ask(smh.tokenRemoval(await smh.space(world)))
  },
}

const voices: Kind = {
  name: 'voice files, deleted',
  begin: async (world) => async () => {
    const FileName = world.name('.wav')
    await world.ask(await vms.put(world, FileName, vms.sound(world)))
    const key = await world.ask(vms.commit(world, FileName))
    await world.ask(vms.removal(world, key))
  },
}

const videoParts: Kind = {
  name: 'parts of a video, aborted',
  begin: async (world) => {
    const asset = await vod.newAsset(world)
    return async () => {
      const id = await vod.beginParts(world, asset)
      await world.ask(vod.part(asset, id, 1, world.pool.take(SIZE)))
      await world.ask(vod.abort(asset, id))
    }
  },
}

const refused: Kind = {
  name: 'refused calls',
  begin: async (world) => async () => {
    await world.ask(smh.refused())
  },
}

/** Clients that go in the midst of their bytes. */
const vanished: Kind = {
  name: 'clients that vanish',
  begin: async (world) => {
    const at = await smh.space(world)
    return async () => {
      const task = await world.ask(smh.startParts(at, world.name()))
      await vanish(world, smh.putTo(task, world.pool.take(LARGE), 1).call())
      await world.ask(smh.abort(at, task))
    }
  },
}

async function vanish(world: World, call: ReturnType<ReturnType<typeof smh.putTo>['call']>): Promise<void> {
  const { host, hostname, port } = new URL(world.nodes.publicUrl)
  const lines = Object.entries({ host, 'content-length': String(LARGE), ...call.headers })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(`PUT ${call.target} HTTP/1.1\r\n${head}\r\n`)
  await new Promise<void>((resolve) => socket.write(world.pool.take(SIZE * 2), () => resolve()))
  socket.resetAndDestroy()
}

export const KINDS: readonly Kind[] = [
  ...[smallFiles, parts, aborted, cancelled, renewals, trees, tokens, voices],
  ...[videoParts, refused, vanished],
]
