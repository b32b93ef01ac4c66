import assert from 'node:assert/strict'
import { test } from 'node:test'
import { error, gate, type Handlers, type RawClient, startKit } from '../../test/support/http-kit.ts'
import { asAccountId } from '../core/ids.ts'
import { bodyStream } from './body.ts'

const post = (path: string): string => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n`

async function size(exchange: Parameters<typeof bodyStream>[0]): Promise<string> {
  let bytes = 0
  for await (const chunk of bodyStream(exchange)) bytes += chunk.byteLength
  return String(bytes)
}

const HANDLERS: Handlers = {
  'POST /known': async (exchange) => {
    exchange.identified(asAccountId('a'))
    return { status: 200, body: await size(exchange) }
  },
  'POST /unknown': async (exchange) => ({ status: 200, body: await size(exchange) }),
}

/** Sends a little for as long as the connection is open. */
function drip(client: RawClient, bytes: number): void {
  const timer = setInterval(() => client.send('x'.repeat(bytes)), 5)
  client.closed.then(() => clearInterval(timer))
}

test('a connection that never sends a request is closed', async (t) => {
  const kit = await startKit(t, HANDLERS, { headersMs: 30 })
  await (await kit.connect()).closed
})

test('a head that comes byte by byte is not waited for', async (t) => {
  const kit = await startKit(t, HANDLERS, { headersMs: 50 })
  const client = await kit.connect()
  client.send('GET / HTTP/1.1\r\nX: ')
  drip(client, 1)
  assert.equal((await client.answer()).status, 408)
  await client.closed
})

test('empty lines between requests do not keep a connection open', async (t) => {
  const kit = await startKit(t, { 'GET /': () => ({ status: 200 }) }, { keepAliveMs: 20 })
  const client = await kit.connect()
  client.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await client.answer()
  const timer = setInterval(() => client.send('\r\n'), 5)
  await client.closed
  clearInterval(timer)
})

test('a body that comes too slowly is a timeout, however long its pauses are', async (t) => {
  const kit = await startKit(t, HANDLERS, { bodyRateMs: 100, bodyRateMin: 1_000_000 })
  const client = await kit.connect()
  client.send(post('/known'))
  drip(client, 1)
  const answer = await client.answer()
  assert.deepEqual([error(answer), answer.headers.connection], ['timeout', 'close'])
})

test('a body that comes fast enough is waited for as long as it takes', async (t) => {
  const kit = await startKit(t, HANDLERS, { bodyRateMs: 20, bodyRateMin: 1, identifyMs: 20 })
  const client = await kit.connect()
  client.send(post('/known'))
  const timer = setInterval(() => client.send('x'.repeat(10_000)), 5)
  assert.equal((await client.answer()).body, '1000000')
  clearInterval(timer)
})

test('a body whose sender is unknown ends in time, however fast it comes', async (t) => {
  const kit = await startKit(t, HANDLERS, { identifyMs: 50 })
  const client = await kit.connect()
  client.send(post('/unknown'))
  drip(client, 10)
  assert.equal(error(await client.answer()), 'timeout')
})

test('time in which the server does not read is not the client’s', async (t) => {
  const read = gate()
  const kit = await startKit(
    t,
    {
      'POST /': async (exchange) => {
        const body = bodyStream(exchange)[Symbol.asyncIterator]()
        await body.next()
        await read.opened
        const { value } = await body.next()
        return { status: 200, body: Buffer.from(value ?? []).toString() }
      },
    },
    { bodyRateMs: 40, bodyRateMin: 10, identifyMs: 5000 },
  )
  const client = await kit.connect()
  client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nx')
  setTimeout(() => {
    client.send('y')
    read.open()
  }, 300)
  assert.equal((await client.answer()).body, 'y')
})

test('who takes an answer too slowly is cut off', async (t) => {
  const cut = gate()
  const handlers: Handlers = {
    'GET /': () => ({
      status: 200,
      body: (async function* () {
        try {
          for (let left = 2000; left > 0; left -= 1) yield Buffer.alloc(65_536)
        } finally {
          cut.open()
        }
      })(),
    }),
  }
  const kit = await startKit(t, handlers, { replyIdleMs: 300, replyRateMin: 1_000_000_000 })
  const slow = await kit.connect()
  slow.socket.pause()
  slow.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  const timer = setInterval(() => slow.socket.read(100_000), 20)
  await cut.opened
  clearInterval(timer)
})
