import { contentOf } from '../content.ts'
import type { OpenBytes } from '../ledger.ts'
import type { World } from '../world.ts'
import { type Life, type Scene, sizeOf } from './life.ts'
import * as resumable from './resumable-calls.ts'
import * as s3 from './s3-calls.ts'

/** An upload that goes on. */
interface Going {
  readonly protocol: resumable.Protocol
  readonly path: string
  readonly bytes: Uint8Array
  readonly open: OpenBytes
}

async function live({ world, ledger }: Scene, protocol: resumable.Protocol): Promise<void> {
  await world.ask(s3.bucket(world))
  const key = world.name('.bin')
  const thing = ledger.add(`${protocol.name} ${key}`, [null], s3.reader(world, key))
  const count = 1 + world.run.random.int(4)
  const content = contentOf(...Array.from({ length: count }, () => world.pool.take(sizeOf(world))))
  const path = await world.ask(resumable.begin(protocol, key, content.size))
  const bytes = Buffer.concat(content.pieces)
  const going = { protocol, path, bytes, open: openBytes(protocol, path, content.size) }
  ledger.offsets.add(going.open)
  let end = 0
  for (const piece of content.pieces.slice(0, -1)) {
    end += piece.byteLength
    await sendUpTo(world, going, end)
  }
  if (world.chance(5)) {
    ledger.offsets.delete(going.open)
    await world.ask(resumable.cancellation(protocol, path))
    await world.ask(resumable.absence(protocol, path))
    world.run.count('cancelled uploads that stayed so')
    return
  }
  await ledger.change(new Map([[thing, content]]), () => sendUpTo(world, going, content.size))
  ledger.offsets.delete(going.open)
  if (!world.chance(3)) return
  await ledger.change(new Map([[thing, null]]), () => world.ask(s3.removal(world, key)))
}

const openBytes = (protocol: resumable.Protocol, path: string, size: number): OpenBytes => ({
  ...{ what: `${protocol.name} ${path}`, least: 0, most: 0 },
  tell: async (send) => {
    const reply = await send(protocol.tell(path))
    return protocol.told(reply, size) ?? reply
  },
})

/** Sends what lies before `end`, in as many pieces as it takes. At the end of all it has to become an object. */
async function sendUpTo(world: World, { protocol, path, bytes, open }: Going, end: number): Promise<void> {
  const size = bytes.byteLength
  for (let isWhole = false; open.least < end || (end === size && !isWhole); ) {
    const offset = open.least
    const isChecked = world.chance(3)
    open.most = end
    const piece = { offset, bytes: bytes.subarray(offset, end), size }
    const told = await world.ask(resumable.sendPiece({ protocol, path, piece, isChecked }))
    if (isChecked ? told.offset !== offset && told.offset !== end : told.offset < offset || told.offset > end)
      world.run.fail(`${open.what}: it goes on from elsewhere`, { isChecked, offset, end, told: told.offset })
    open.least = told.offset
    open.most = told.offset
    isWhole = told.isWhole
  }
}

export const RESUMABLE: readonly Life[] = [resumable.TUS, resumable.DRAFT].map((protocol) => ({
  name: `${protocol.name}, in pieces`,
  live: (scene) => live(scene, protocol),
}))
