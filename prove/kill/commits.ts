import { type Content, contentOf } from '../content.ts'
import type { Thing } from '../ledger.ts'
import * as iflytek from '../lives/iflytek.ts'
import { LARGE, type Scene } from '../lives/life.ts'
import * as resumable from '../lives/resumable-calls.ts'
import * as s3 from '../lives/s3-calls.ts'
import * as smh from '../lives/smh.ts'
import * as vms from '../lives/vms.ts'
import * as vod from '../lives/vod.ts'
import type { Question, World } from '../world.ts'

/** A commit that any node can do, and do again. */
export interface Commit {
  readonly name: string
  /** Everything before the commit. */
  prepare(scene: Scene): Promise<Prepared>
}

export interface Prepared {
  readonly content: Content
  /** How the thing is read, from what the last call answered; null: before it was. Null for what nobody can name by then. */
  readonly fetchOf: (answer: string | null) => Thing['fetch'] | null
  /** The last bytes. Once they are committed it may be refused. */
  readonly part: Question<string>
  /** The calls that commit, one after the other. Each has one answer, whoever asks and however often. */
  readonly commits: readonly Question<string>[]
}

/** Two parts that the store puts together, and a small one. */
const SIZES = [LARGE + 1000, LARGE + 70_001, 150_000]

const pieces = (world: World): Content => contentOf(...SIZES.map((size) => world.pool.take(size)))

const vodParts: Commit = {
  name: 'huawei-vod: last part, complete, confirm',
  prepare: async ({ world }) => {
    const asset = await vod.newAsset(world)
    const content = vod.video(world, SIZES)
    const uploadId = await vod.beginParts(world, asset)
    const part = (number: number, bytes: Uint8Array) => vod.part(asset, uploadId, number, bytes)
    await world.ask(part(1, world.pool.take(LARGE + 5)))
    const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] = content.pieces
    const etags = [await world.ask(part(1, first)), `"${vod.md5(second)}"`, await world.ask(part(3, third))]
    return {
      content,
      fetchOf: () => vod.reader(asset),
      part: part(2, second),
      commits: [vod.complete(asset, uploadId, etags), vod.confirm(world, asset)],
    }
  },
}

const smhParts: Commit = {
  name: 'tencent-smh: last part, confirm',
  prepare: async ({ world }) => {
    const at = await smh.space(world)
    const path = world.name('.bin')
    const content = pieces(world)
    const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] = content.pieces
    const task = await world.ask(smh.startParts(at, path))
    await world.ask(smh.putTo(task, world.pool.take(LARGE + 5), 1))
    await world.ask(smh.putTo(task, first, 1))
    await world.ask(smh.putTo(task, third, 3))
    return {
      content,
      fetchOf: () => smh.reader(at, path),
      part: smh.putTo(task, second, 2),
      commits: [smh.confirm(at, task)],
    }
  },
}

const iflytekSlices: Commit = {
  name: 'iflytek-ost: last slice, complete',
  prepare: async ({ world }) => {
    const content = pieces(world)
    const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] = content.pieces
    const upload_id = await world.ask(iflytek.begin())
    await world.ask(iflytek.slice(upload_id, 1, world.pool.take(LARGE + 5)))
    await world.ask(iflytek.slice(upload_id, 1, first))
    await world.ask(iflytek.slice(upload_id, 3, third))
    return {
      content,
      fetchOf: (path) => (path === null ? null : iflytek.reader(path)),
      part: iflytek.slice(upload_id, 2, second),
      commits: [iflytek.complete(upload_id)],
    }
  },
}

const vmsFile: Commit = {
  name: 'volcengine-vms: PUT, commit',
  prepare: async ({ world }) => {
    const FileName = world.name('.wav')
    const content = vms.sound(world)
    return {
      content,
      fetchOf: () => vms.reader(world.nodes.publicUrl, FileName),
      part: await vms.put(world, FileName, content),
      commits: [vms.commit(world, FileName)],
    }
  },
}

const s3Parts: Commit = {
  name: 's3: last part, complete',
  prepare: async ({ world }) => {
    await world.ask(s3.bucket(world))
    const key = world.name('.bin')
    const content = pieces(world)
    const [first = new Uint8Array(), second = new Uint8Array(), third = new Uint8Array()] = content.pieces
    const uploadId = await world.ask(s3.beginParts(world, key))
    const part = (number: number, bytes: Uint8Array) => s3.part(world, { key, uploadId, number }, bytes)
    await world.ask(part(1, world.pool.take(LARGE + 5)))
    const etags = [await world.ask(part(1, first)), `"${vod.md5(second)}"`, await world.ask(part(3, third))]
    return {
      content,
      fetchOf: () => s3.reader(world, key),
      part: part(2, second),
      commits: [s3.complete(world, { key, uploadId }, etags)],
    }
  },
}

const s3Copy: Commit = {
  name: 's3: PUT, copy',
  prepare: async ({ world }) => {
    await world.ask(s3.bucket(world))
    const [from, to] = [world.name('.bin'), world.name('.bin')]
    const bytes = world.pool.take(LARGE + 1000)
    return {
      content: contentOf(bytes),
      fetchOf: () => s3.reader(world, to),
      part: s3.put(world, from, bytes),
      commits: [s3.copy(world, from, to)],
    }
  },
}

const goingOn = (protocol: resumable.Protocol): Commit => ({
  name: `${protocol.name}: a piece, the last piece`,
  prepare: async ({ world }) => {
    await world.ask(s3.bucket(world))
    const key = world.name('.bin')
    const content = contentOf(world.pool.take(LARGE + 1000), world.pool.take(150_000))
    const { size } = content
    const going = { protocol, path: await world.ask(resumable.begin(protocol, key, size)) }
    const all = Buffer.concat(content.pieces)
    const border = content.pieces[0]?.byteLength ?? 0
    return {
      content,
      fetchOf: () => s3.reader(world, key),
      part: resumable.reach(going, all, { from: 0, end: border }),
      commits: [resumable.reach(going, all, { from: border, end: size })],
    }
  },
})

export const COMMITS: readonly Commit[] = [
  ...[vodParts, iflytekSlices, smhParts, vmsFile, s3Parts, s3Copy],
  ...[resumable.TUS, resumable.DRAFT].map(goingOn),
]
