import { type Content, contentOf } from '../content.ts'
import type { OpenUpload, Thing } from '../ledger.ts'
import type { World } from '../world.ts'
import { LARGE, type Life, type Scene, sizeOf } from './life.ts'
import * as s3 from './s3-calls.ts'
import { md5 } from './vod.ts'

/** What stands at a key, as far as it was answered. */
interface Place {
  readonly key: string
  readonly thing: Thing
}

function place({ world, ledger }: Scene): Place {
  const key = world.name('.bin')
  return { key, thing: ledger.add(`s3 ${key}`, [null], s3.reader(world, key)) }
}

const become = (
  { world, ledger }: Scene,
  { thing }: Place,
  content: Content | null,
  question: Parameters<World['ask']>[0],
): Promise<unknown> => ledger.change(new Map([[thing, content]]), () => world.askTwice(question))

/** An object in one piece, perhaps written over, copied or removed. */
async function whole(scene: Scene): Promise<void> {
  const { world } = scene
  await world.ask(s3.bucket(world))
  const at = place(scene)
  const put = async (): Promise<Content> => {
    const bytes = world.pool.take(sizeOf(world))
    const content = contentOf(bytes)
    await become(scene, at, content, s3.put(world, at.key, bytes))
    return content
  }
  let content = await put()
  if (world.chance(3)) content = await put()
  if (world.chance(2)) {
    const to = place(scene)
    await become(scene, to, content, s3.copy(world, at.key, to.key))
    if (world.chance(3)) await become(scene, to, null, s3.removal(world, to.key))
  }
  if (world.chance(3)) await become(scene, at, null, s3.removal(world, at.key))
}

/** An upload of parts, one of which may be copied from an object, and some of which come twice. */
async function parts(scene: Scene): Promise<void> {
  const { world, ledger } = scene
  await world.ask(s3.bucket(world))
  const at = place(scene)
  const uploadId = await world.ask(s3.beginParts(world, at.key))
  const upload = openUpload(world, at.key, uploadId)
  ledger.uploads.add(upload)
  const count = 1 + world.run.random.int(2)
  const large = Array.from({ length: count }, () => world.pool.take(sizeOf(world, { isLarge: true })))
  const content = contentOf(...large, world.pool.take(sizeOf(world)))
  const etags: string[] = []
  for (const [index, piece] of content.pieces.entries()) {
    const of = { key: at.key, uploadId, number: index + 1 }
    const send = (bytes: Uint8Array) =>
      ledger.part(upload, of.number, md5(bytes), () => world.ask(s3.part(world, of, bytes)))
    if (world.chance(4)) await send(world.pool.take(LARGE))
    etags.push(world.chance(4) ? await copyPart(scene, upload, of, piece) : await send(piece))
  }
  ledger.uploads.delete(upload)
  const asked = { key: at.key, uploadId }
  if (world.chance(5)) {
    await world.ask(s3.abort(world, asked))
    return
  }
  await become(scene, at, content, s3.complete(world, asked, etags))
  if (world.chance(3)) await become(scene, at, null, s3.removal(world, at.key))
}

async function copyPart(scene: Scene, upload: OpenUpload, of: s3.PartOf, bytes: Uint8Array): Promise<string> {
  const { world, ledger } = scene
  const from = place(scene)
  await become(scene, from, contentOf(bytes), s3.put(world, from.key, bytes))
  return ledger.part(upload, of.number, md5(bytes), () => world.ask(s3.copiedPart(world, of, from.key)))
}

const openUpload = (world: World, key: string, uploadId: string): OpenUpload => ({
  what: `s3 upload of ${key}`,
  parts: new Map(),
  list: async (send) => {
    const reply = await send(s3.listParts(world, key, uploadId))
    return reply.status === 200 ? s3.partsIn(reply) : reply
  },
})

export const S3: readonly Life[] = [
  { name: 's3, in one piece', live: whole },
  { name: 's3, in parts', live: parts },
]
