import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gate, startKit } from '../../test/support/http-kit.ts'

const get = (path: string, method = 'GET'): string => `${method} ${path} HTTP/1.1\r\nHost: h\r\n\r\n`

async function* pieces(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

test('a client that takes the answer slowly holds the source back', async (t) => {
  let made = 0
  const kit = await startKit(t, {
    'GET /endless': () => ({
      status: 200,
      body: (async function* () {
        for (;;) {
          made += 1
          yield Buffer.alloc(65_536)
        }
      })(),
    }),
  })
  const client = await kit.connect()
  client.socket.pause()
  client.send(get('/endless'))
  for (let [last, same] = [0, 0]; made === 0 || same < 2000; ) {
    await new Promise(setImmediate)
    same = made === last ? same + 1 : 0
    last = made
  }
  assert.ok(made < 1000, `${made} chunks were made`)
})

for (const [name, wait] of [
  ['while it takes nothing', false],
  ['while the source has nothing', true],
] as const) {
  test(`a client that leaves ${name} stops the source`, async (t) => {
    const left = gate()
    let made = 0
    const source: AsyncIterableIterator<Uint8Array> = {
      [Symbol.asyncIterator]: () => source,
      next: () => {
        made += 1
        if (wait && made > 1) return new Promise(() => {})
        return Promise.resolve({ done: false, value: Buffer.alloc(65_536) })
      },
      return: () => {
        left.open()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
    const kit = await startKit(t, { 'GET /source': () => ({ status: 200, body: source }) })
    const line = kit.nextLine()
    const client = await kit.connect()
    client.send(get('/source'))
    await new Promise<void>((resolve) => client.socket.once('data', () => resolve()))
    client.socket.pause()
    client.socket.resetAndDestroy()
    await left.opened
    assert.equal((await line).aborted, true)
  })
}

test('a client that does not take the answer at all is cut off', async (t) => {
  const left = gate()
  const kit = await startKit(
    t,
    {
      'GET /endless': () => ({
        status: 200,
        body: (async function* () {
          try {
            for (;;) yield Buffer.alloc(65_536)
          } finally {
            left.open()
          }
        })(),
      }),
    },
    { replyIdleMs: 50 },
  )
  const client = await kit.connect()
  client.socket.pause()
  client.send(get('/endless'))
  await left.opened
})

test('a handler that takes its time is not cut off for silence', async (t) => {
  const kit = await startKit(
    t,
    {
      'GET /slow': async () => {
        await new Promise((resolve) => setTimeout(resolve, 120))
        return { status: 200, body: 'at last' }
      },
    },
    { replyIdleMs: 20 },
  )
  assert.equal((await kit.ask(get('/slow'))).body, 'at last')
})

test('pipelined requests are answered in their order', async (t) => {
  const first = gate()
  const kit = await startKit(t, {
    'GET /first': async () => {
      await first.opened
      return { status: 200, body: 'first' }
    },
    'GET /second': () => {
      first.open()
      return { status: 200, body: pieces('sec', 'ond') }
    },
  })
  const client = await kit.connect()
  client.send(get('/first') + get('/second') + get('/first'))
  assert.deepEqual(
    [(await client.answer()).body, (await client.answer()).body, (await client.answer()).body],
    ['first', 'second', 'first'],
  )
})

test('a client that sends too many requests ahead of their answers is cut off', async (t) => {
  let handled = 0
  const never = gate()
  const kit = await startKit(
    t,
    {
      'GET /slow': async () => {
        handled += 1
        await never.opened
        return { status: 200 }
      },
    },
    { requestsAheadMax: 4 },
  )
  const patient = await kit.connect()
  patient.send(get('/slow').repeat(4))
  const greedy = await kit.connect()
  greedy.send(get('/slow').repeat(100))
  await greedy.closed
  assert.equal(greedy.received, '')
  assert.equal(handled, 9)
  never.open()
  for (let count = 0; count < 4; count++) assert.equal((await patient.answer()).status, 200)
})
