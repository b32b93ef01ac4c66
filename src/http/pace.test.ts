import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { pace } from './pace.ts'

/** A clock that goes on by what is slept, and by `lateMs` more each time. */
function world({ lateMs = 0, isClockBroken = false } = {}) {
  let nowMs = 1_000_000
  const slept: number[] = []
  return {
    slept,
    clock: { now: () => (isClockBroken ? 1_000_000 - nowMs : nowMs) },
    sleep: async (ms: number) => {
      slept.push(ms)
      nowMs += ms + lateMs
    },
    pass: (ms: number) => {
      nowMs += ms
    },
    elapsedMs: () => nowMs - 1_000_000,
  }
}

async function* chunks(sizes: readonly number[], before: () => void = () => {}) {
  let value = 0
  for (const size of sizes) {
    before()
    yield Uint8Array.from({ length: size }, () => value++ % 251)
  }
}

interface Passed {
  readonly atMs: number
  readonly size: number
}

async function run(source: AsyncIterable<Uint8Array>, rate: number, around = world()) {
  const passed: Passed[] = []
  const bytes: Uint8Array[] = []
  for await (const chunk of pace(source, { rate, ...around })) {
    passed.push({ atMs: around.elapsedMs(), size: chunk.byteLength })
    bytes.push(chunk)
  }
  const total = passed.reduce((sum, { size }) => sum + size, 0)
  return { passed, total, bytes: Buffer.concat(bytes), slept: around.slept, elapsedMs: around.elapsedMs() }
}

/** The most bytes that passed within any `ms` milliseconds. */
function mostWithin(passed: readonly Passed[], ms: number): number {
  const sums = passed.map(({ atMs: from }) =>
    passed.filter(({ atMs }) => atMs >= from && atMs < from + ms).reduce((sum, { size }) => sum + size, 0),
  )
  return Math.max(0, ...sums)
}

describe('pace', () => {
  test('lets everything through, in order, and no faster than it may', async () => {
    const sizes = [65_536, 1, 0, 65_536, 300_000, 7]
    const { bytes, elapsedMs, passed } = await run(chunks(sizes), 100_000)
    const whole: Uint8Array[] = []
    for await (const chunk of chunks(sizes)) whole.push(chunk)
    assert.deepEqual(bytes, Buffer.concat(whole))
    // 431,080 bytes; the first 10,000 go at once.
    assert.ok(elapsedMs >= 4200 && elapsedMs <= 4320, `${elapsedMs}`)
    assert.ok(mostWithin(passed, 1000) <= 110_000)
    assert.ok(passed.every(({ size }) => size <= 10_100))
  })

  test('waits at most ten times a second, however small the chunks', async () => {
    const { slept, elapsedMs } = await run(chunks(new Array(20_000).fill(50)), 100_000)
    assert.ok(elapsedMs >= 9800 && elapsedMs <= 10_100, `${elapsedMs}`)
    assert.ok(slept.length <= 101, `${slept.length}`)
  })

  test('hands a chunk on as it is when there is room for it', async () => {
    const chunk = new Uint8Array(65_536)
    for await (const same of pace(
      (async function* () {
        yield chunk
      })(),
      { rate: 104_857_600, ...world() },
    )) {
      assert.equal(same, chunk)
    }
  })

  test('makes up for late timers, but for half a second at most', async () => {
    const late = await run(chunks(new Array(40).fill(50_000)), 100_000, world({ lateMs: 40 }))
    assert.ok(Math.abs(late.elapsedMs - 20_000) < 500, `${late.elapsedMs}`)
    const asleep = await run(chunks(new Array(40).fill(50_000)), 100_000, world({ lateMs: 5000 }))
    assert.ok(mostWithin(asleep.passed, 1000) <= 50_000)
  })

  test('does not save up what a slow source left', async () => {
    const around = world()
    let count = 0
    const slowAtFirst = chunks(new Array(30).fill(10_000), () => {
      count += 1
      if (count < 10) around.pass(5000)
    })
    const { passed } = await run(slowAtFirst, 100_000, around)
    assert.ok(mostWithin(passed, 1000) <= 150_000, `${mostWithin(passed, 1000)}`)
  })

  test('goes on when the clock is set back or stands', async () => {
    const { total, slept } = await run(chunks([200_000]), 100_000, world({ isClockBroken: true }))
    assert.equal(total, 200_000)
    assert.ok(slept.reduce((sum, ms) => sum + ms, 0) >= 1900)
  })

  test('asks its source for nothing while it waits, and tells it when nobody listens any more', async () => {
    let asked = 0
    let isLeft = false
    async function* source() {
      try {
        for (;;) {
          asked += 1
          yield new Uint8Array(20_000)
        }
      } finally {
        isLeft = true
      }
    }
    const around = world()
    let isSleeping = false
    const sleep = async (ms: number) => {
      isSleeping = true
      const before = asked
      await around.sleep(ms)
      assert.equal(asked, before)
    }
    let size = 0
    for await (const chunk of pace(source(), { rate: 100_000, clock: around.clock, sleep })) {
      size += chunk.byteLength
      if (size >= 100_000) break
    }
    assert.ok(isSleeping && isLeft)
    assert.ok(asked <= 6)
  })

  test('fails as its source does', async () => {
    async function* broken() {
      yield new Uint8Array(1)
      throw new Error('gone')
    }
    await assert.rejects(run(broken(), 100_000), /gone/)
  })
})
