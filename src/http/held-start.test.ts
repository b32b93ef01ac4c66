import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { INLINE_SIZE_MAX } from '../core/model/bytes.ts'
import type { BodyRoom } from './body-room.ts'
import { BodyRooms } from './body-rooms.ts'
import { HeldStart } from './held-start.ts'

const HOUR = 3_600_000

function rig(bufferedSizeMax: number) {
  const rooms = new BodyRooms({ bufferedSizeMax, bufferedWaitMs: HOUR }, () => 0)
  const open = (): BodyRoom =>
    rooms.open({
      signal: new AbortController().signal,
      giveWay: () => assert.fail('no body gives way here'),
      owner: () => ({ key: 'account', isProven: true }),
    })
  return { rooms, open }
}

/** A stream that comes in pieces, as from a slow client. */
async function* slowly(
  pieces: number,
  onAsked: () => void = () => {},
): AsyncGenerator<Uint8Array, undefined> {
  for (let piece = 0; piece < pieces; piece++) {
    onAsked()
    await new Promise(setImmediate)
    yield new Uint8Array(10_000)
  }
  return undefined
}

async function sizeOf(stream: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0
  for await (const chunk of stream) size += chunk.byteLength
  return size
}

describe('the first bytes of uploads', () => {
  test('find room in turn, however many slow uploads come at once', async () => {
    const { rooms, open } = rig(4 * INLINE_SIZE_MAX)
    const uploads = Array.from({ length: 50 }, async (_, index) => {
      const room = open()
      const size = await sizeOf(new HeldStart(slowly(12), room, index % 2 === 0 ? 120_000 : null))
      room.close()
      return size
    })
    assert.deepEqual(await Promise.all(uploads), Array<number>(50).fill(120_000))
    assert.equal(rooms.used, 0)
  })

  test('are not asked for before there is room for them', async () => {
    const { rooms, open } = rig(2 * INLINE_SIZE_MAX)
    const first = open()
    await first.take(INLINE_SIZE_MAX)
    let asked = 0
    const reading = sizeOf(
      new HeldStart(
        slowly(2, () => asked++),
        open(),
        20_000,
      ),
    )
    await new Promise(setImmediate)
    assert.deepEqual([asked, rooms.used], [0, INLINE_SIZE_MAX])
    first.close()
    assert.equal(await reading, 20_000)
    assert.equal(rooms.used, 20_000)
  })
})
