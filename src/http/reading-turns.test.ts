import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as nextRound } from 'node:timers/promises'
import { ReadingTurns } from './reading-turns.ts'

class FakeReader {
  readonly client: string
  destroyed = false
  #isPaused = false
  constructor(client: string) {
    this.client = client
  }
  isPaused(): boolean {
    return this.#isPaused
  }
  pause(): this {
    this.#isPaused = true
    return this
  }
  resume(): this {
    this.#isPaused = false
    return this
  }
}

/** Connections of these clients, and a clock that goes on when a test says so. */
function rig(clients: readonly string[]) {
  let workedMs = 0
  const readers = clients.map((client) => new FakeReader(client))
  const turns = new ReadingTurns<FakeReader>({
    now: () => workedMs,
    worked: () => workedMs,
    all: () => readers,
    clientOf: ({ client }) => client,
  })
  /** Reads from one, which takes so long. */
  const read = (reader: FakeReader | undefined, ms: number): void => {
    assert.ok(reader !== undefined)
    turns.read(reader)
    workedMs += ms
  }
  const pass = (ms: number): void => {
    workedMs += ms
  }
  const paused = () => readers.filter((reader) => reader.isPaused())
  return { turns, readers, read, pass, paused }
}

const MANY = Array.from({ length: 400 }, (_, index) => `client ${index}`)

describe('a round of the event loop that takes too long', () => {
  test('has all connections wait, and they go on a few at a time until none waits', async () => {
    const { turns, readers, read, paused } = rig(MANY)
    read(readers[0], 30)
    assert.equal(paused().length, 0)
    read(readers[1], 1)
    assert.equal(paused().length, MANY.length)
    assert.ok(readers.every((reader) => turns.isHeld(reader)))
    const left: number[] = []
    for (let round = 0; paused().length > 0; round++) {
      left.push(paused().length)
      await nextRound()
      assert.ok(round < MANY.length)
    }
    assert.ok(left.length > 5, `${left}`)
    assert.ok(!readers.some((reader) => turns.isHeld(reader)))
  })

  test('leaves those that waited for something else as they are', async () => {
    const { readers, read } = rig(MANY)
    readers[7]?.pause()
    read(readers[0], 30)
    read(readers[1], 1)
    for (let round = 0; round < MANY.length; round++) await nextRound()
    assert.deepEqual(
      readers.filter((reader) => reader.isPaused()),
      [readers[7]],
    )
  })

  test('has those first who were here and brought little, and last who brought much', async () => {
    const { readers, read } = rig([...MANY, ...Array<string>(20).fill('much'), 'little'])
    const [much, little] = [readers.slice(-21, -1), readers.at(-1)]
    read(little, 0)
    for (let piece = 0; piece < 200; piece++) read(much[0], 0)
    await nextRound()
    for (let piece = 0; piece < 200; piece++) read(much[1], 0)
    read(readers[1], 30)
    read(readers[2], 1)
    // One of the last goes on with each round, so that nobody waits for ever.
    for (let round = 0; round < 4; round++) await nextRound()
    assert.equal(little?.isPaused(), false)
    assert.equal(much.filter((reader) => reader.isPaused()).length, 16)
  })

  test('takes no more work, and what waits goes on in the next rounds', async () => {
    const { turns, readers, read } = rig(MANY)
    assert.equal(turns.later(), null)
    read(readers[0], 30)
    const done: number[] = []
    const waiting = [1, 2, 3].map(async (each) => {
      await turns.later()
      done.push(each)
    })
    assert.deepEqual(done, [])
    await Promise.all(waiting)
    assert.deepEqual(done, [1, 2, 3])
    await nextRound()
    assert.equal(turns.later(), null)
  })
})

test('a short round has nobody wait', async () => {
  const { readers, read, paused } = rig(MANY)
  for (const reader of readers) read(reader, 0.01)
  await nextRound()
  assert.equal(paused().length, 0)
})

test('what brings very many pieces at once waits alone, and goes on', async () => {
  const { readers, read, pass, paused } = rig(MANY)
  for (let piece = 0; piece < 256; piece++) read(readers[3], 0.001)
  assert.deepEqual(paused(), [readers[3]])
  for (; paused().length > 0; pass(1)) await nextRound()
})
