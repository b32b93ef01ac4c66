import * as resumable from '../lives/resumable-calls.ts'
import * as s3 from '../lives/s3-calls.ts'
import { send, told } from '../wire.ts'
import type { World } from '../world.ts'
import type { Kind } from './kinds.ts'

/** More than stays in memory. */
const SIZE = 70_000

const objects: Kind = {
  name: 's3: objects, copied, read and deleted',
  begin: async (world) => {
    await world.ask(s3.bucket(world))
    return async () => {
      const [from, to] = [world.name(), world.name()]
      await world.ask(s3.put(world, from, world.pool.take(SIZE)))
      await world.ask(s3.copy(world, from, to))
      await world.ask(s3.removal(world, from))
      await requireRead(world, to, SIZE)
      await world.ask(s3.removal(world, to))
    }
  },
}

async function requireRead(world: World, key: string, size: number): Promise<void> {
  const read = s3.reader(world, key)
  const reply = await read((call) => send(world.nodes.urlOf(0), world.nodes.publicUrl, call), null)
  if (reply?.status === 200 && reply.broken === null && reply.bytes.length === size) return
  world.run.fail('an object is not read', { key, ...(reply === null ? {} : told(reply)) })
}

const objectsOfParts: Kind = {
  name: 's3: a part, copied and sent again, completed and deleted',
  begin: async (world) => {
    await world.ask(s3.bucket(world))
    const source = 'source'
    await world.ask(s3.put(world, source, world.pool.take(SIZE)))
    return async () => {
      const key = world.name()
      const uploadId = await world.ask(s3.beginParts(world, key))
      const of = { key, uploadId, number: 1 }
      await world.ask(s3.copiedPart(world, of, source))
      const etag = await world.ask(s3.part(world, of, world.pool.take(SIZE)))
      await world.ask(s3.complete(world, { key, uploadId }, [etag]))
      await world.ask(s3.removal(world, key))
    }
  },
}

const abortedParts: Kind = {
  name: 's3: parts, aborted',
  begin: async (world) => {
    await world.ask(s3.bucket(world))
    return async () => {
      const key = world.name()
      const uploadId = await world.ask(s3.beginParts(world, key))
      await world.ask(s3.part(world, { key, uploadId, number: 1 }, world.pool.take(SIZE)))
      await world.ask(s3.abort(world, { key, uploadId }))
    }
  },
}

/** In two pieces: made an object that is deleted, or given up behind the first. */
const going = (protocol: resumable.Protocol, isFinished: boolean): Kind => ({
  name: `${protocol.name}: pieces, ${isFinished ? 'finished and deleted' : 'given up'}`,
  begin: async (world) => {
    await world.ask(s3.bucket(world))
    return async () => {
      const key = world.name()
      const bytes = world.pool.take(2 * SIZE)
      const size = bytes.byteLength
      const path = await world.ask(resumable.begin(protocol, key, size))
      const piece = (offset: number) => ({ offset, bytes: bytes.subarray(offset, offset + SIZE), size })
      const put = (offset: number) =>
        world.ask(resumable.sendPiece({ protocol, path, piece: piece(offset), isChecked: offset > 0 }))
      await put(0)
      if (!isFinished) {
        await world.ask(resumable.cancellation(protocol, path))
        return
      }
      await put(SIZE)
      await world.ask(s3.removal(world, key))
    }
  },
})

/** Lives by the listener for S3, and by the calls of uploads that go on. */
export const DOOR_KINDS: readonly Kind[] = [
  ...[objects, objectsOfParts, abortedParts],
  ...[going(resumable.TUS, true), going(resumable.TUS, false)],
  ...[going(resumable.DRAFT, true), going(resumable.DRAFT, false)],
]
