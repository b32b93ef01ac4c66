import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'node:test'
import { error, gate, type Handlers, type Kit, RawClient, startKit } from '../../test/support/http-kit.ts'
import { readBody } from './body.ts'
import { createHttpServer } from './server.ts'
import type { Exchange } from './types.ts'

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`
const HOUR_MS = 3_600_000

const HANDLERS: Handlers = { 'GET /': () => ({ status: 200, body: 'fine' }) }

function slow(): { readonly started: Promise<Exchange>; finish(): void; readonly handlers: Handlers } {
  const started = gate<Exchange>()
  const finished = gate()
  const handlers: Handlers = {
    ...HANDLERS,
    'GET /slow': async (exchange) => {
      started.open(exchange)
      await finished.opened
      return { status: 200, body: 'slow' }
    },
    'POST /slow': async (exchange) => {
      started.open(exchange)
      return { status: 200, body: await readBody(exchange, 100) }
    },
  }
  return { started: started.opened, finish: finished.open, handlers }
}

/** Without surfaces, and not listening yet. */
const bareServer = () =>
  createHttpServer({
    clock: { now: () => 0 },
    random: { bytes: (count) => new Uint8Array(count) },
    log: () => {},
  })

async function refuses(kit: Kit): Promise<boolean> {
  const socket = connect(kit.port, '127.0.0.1')
  const outcome = await Promise.race([
    once(socket, 'connect').then(() => false),
    once(socket, 'error').then(
      () => true,
      () => true,
    ),
  ]).catch(() => true)
  socket.destroy()
  return outcome
}

test('with nothing in flight, idle connections are closed at once', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const client = await kit.connect()
  client.send(get('/'))
  await client.answer()
  assert.equal(await kit.server.drain({ graceMs: HOUR_MS }), true)
  await client.closed
  assert.equal(await refuses(kit), true)
})

test('what is in flight is finished, and its connection then closed', async (t) => {
  const { started, finish, handlers } = slow()
  const kit = await startKit(t, handlers)
  const client = await kit.connect()
  client.send(get('/slow'))
  const exchange = await started
  assert.equal(exchange.draining, false)
  const drained = kit.server.drain({ graceMs: HOUR_MS })
  assert.equal(exchange.draining, true)
  assert.equal(await refuses(kit), true)
  finish()
  const answer = await client.answer()
  assert.deepEqual([answer.body, answer.headers.connection], ['slow', 'close'])
  assert.equal(await drained, true)
})

test('a body that is still being sent is taken to its end', async (t) => {
  const { started, handlers } = slow()
  const kit = await startKit(t, handlers)
  const client = await kit.connect()
  client.send('POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n01234')
  await started
  const drained = kit.server.drain({ graceMs: HOUR_MS })
  client.send('56789')
  assert.equal((await client.answer()).body, '0123456789')
  assert.equal(await drained, true)
})

test('requests on open connections hear from their surface that the server drains', async (t) => {
  const { started, finish, handlers } = slow()
  const kit = await startKit(t, handlers)
  const [busy, idle, other] = [await kit.connect(), await kit.connect(), await kit.connect()]
  idle.send(get('/'))
  await idle.answer()
  busy.send(get('/slow'))
  await started
  const drained = kit.server.drain({ graceMs: HOUR_MS })
  idle.send(get('/'))
  const refused = await idle.answer()
  assert.deepEqual([error(refused), refused.headers.connection], ['draining', 'close'])
  await idle.closed
  other.send(get('/healthz'))
  const health = await other.answer()
  assert.deepEqual([health.status, health.body], [503, '{"status":"draining"}'])
  finish()
  assert.equal((await busy.answer()).body, 'slow')
  assert.equal(await drained, true)
})

test('what does not finish in time is cut off', async (t) => {
  const { started, handlers } = slow()
  const kit = await startKit(t, handlers)
  const client = await kit.connect()
  client.send('POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n01234')
  const exchange = await started
  assert.equal(await kit.server.drain({ graceMs: 0 }), false)
  await client.closed
  assert.equal(exchange.signal.aborted, true)
  assert.equal(kit.lines[0]?.error, 'body-truncated')
})

test('drain waits for handlers whose client left', async (t) => {
  const { started, finish, handlers } = slow()
  const kit = await startKit(t, handlers)
  const client = await kit.connect()
  client.send(get('/slow'))
  const exchange = await started
  client.socket.resetAndDestroy()
  await new Promise((resolve) => exchange.signal.addEventListener('abort', resolve))
  let isDrained = false
  const drained = kit.server.drain({ graceMs: HOUR_MS }).then((finished) => {
    isDrained = true
    return finished
  })
  await new Promise(setImmediate)
  assert.equal(isDrained, false)
  finish()
  assert.equal(await drained, true)
})

test('draining again gives the first result; close cuts off', async (t) => {
  const { started, handlers } = slow()
  const kit = await startKit(t, handlers)
  const client = await kit.connect()
  client.send('POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n')
  await started
  const drained = kit.server.drain({ graceMs: HOUR_MS })
  assert.equal(kit.server.drain({ graceMs: 0 }), drained)
  await kit.server.close()
  assert.equal(await drained, true)
  await client.closed
})

test('what comes before the surfaces are mounted is answered once they are', async (t) => {
  const server = bareServer()
  t.after(() => server.close())
  await server.listen('127.0.0.1', 0)
  const health = async (): Promise<number> => (await fetch(`http://127.0.0.1:${server.port}/healthz`)).status
  assert.equal(await health(), 503)
  const early = fetch(`http://127.0.0.1:${server.port}/anything`)
  assert.equal(await health(), 503)
  server.mount([])
  assert.equal(await health(), 200)
  assert.deepEqual(await (await early).json(), { message: 'no such path' })
})

test('listening on a port that is taken fails', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const other = bareServer()
  await assert.rejects(other.listen('127.0.0.1', kit.port), { code: 'EADDRINUSE' })
  await other.close()
})

test('what waits for a start that is given up is refused', async (t) => {
  const server = bareServer()
  t.after(() => server.close())
  await server.listen('127.0.0.1', 0)
  const early = await RawClient.connect(server.port)
  early.send(get('/anything'))
  // Its answer tells that what was sent before has come.
  await fetch(`http://127.0.0.1:${server.port}/healthz`)
  const drained = server.drain({ graceMs: HOUR_MS })
  assert.equal((await early.answer()).status, 503)
  assert.equal(await drained, true)
})
