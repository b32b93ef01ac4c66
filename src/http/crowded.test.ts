import assert from 'node:assert/strict'
import { test } from 'node:test'
import { error, gate, type Handlers, startKit } from '../../test/support/http-kit.ts'

const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`

/** Handlers of which one works until it is let go. */
function working(): { readonly handlers: Handlers; readonly started: Promise<void>; end(): void } {
  const [started, ended] = [gate(), gate()]
  const handlers: Handlers = {
    'GET /': () => ({ status: 200, body: 'fine' }),
    'GET /work': async () => {
      started.open()
      await ended.opened
      return { status: 200, body: 'done' }
    },
  }
  return { handlers, started: started.opened, end: () => ended.open() }
}

test('in a full server a connection without a request makes room for another', async (t) => {
  const kit = await startKit(t, working().handlers, { connectionsMax: 2 })
  const [silent, idle] = [await kit.connect(), await kit.connect()]
  idle.send(get('/'))
  await idle.answer()
  assert.equal((await kit.ask(get('/'))).status, 200)
  await silent.closed
  idle.send(get('/'))
  assert.equal((await idle.answer()).status, 200)
})

test('with all connections at work, who comes gets an answer: health as it is, and otherwise to come again', async (t) => {
  const { handlers, started, end } = working()
  const kit = await startKit(t, handlers, { connectionsMax: 1 })
  const client = await kit.connect()
  client.send(get('/work'))
  await started
  const health = await kit.ask(get('/healthz'))
  assert.deepEqual([health.status, health.headers.connection], [200, 'close'])
  const line = kit.nextLine()
  const refused = await kit.ask(get('/'))
  assert.deepEqual(
    [error(refused), refused.headers['retry-after'], refused.headers.connection],
    ['throttled', '1', 'close'],
  )
  assert.equal((await line).throttled, 'connections')
  end()
  assert.equal((await client.answer()).body, 'done')
})

test('an address over its connections is told so by the limit’s name', async (t) => {
  const { handlers, started, end } = working()
  const kit = await startKit(t, handlers, { addressConnectionsMax: 1 })
  const client = await kit.connect()
  client.send(get('/work'))
  await started
  const line = kit.nextLine()
  assert.equal(error(await kit.ask(get('/'))), 'throttled')
  assert.equal((await line).throttled, 'address.connections')
  end()
  assert.equal((await client.answer()).body, 'done')
  client.send(get('/'))
  assert.equal((await client.answer()).body, 'fine')
})

test('thousands of connections that send nothing keep nobody out', async (t) => {
  const kit = await startKit(t, working().handlers, { connectionsMax: 300, addressConnectionsMax: 200 })
  const silent = await Promise.all(Array.from({ length: 1000 }, () => kit.connect()))
  for (const client of silent) client.send('G')
  for (const path of ['/healthz', '/']) assert.equal((await kit.ask(get(path))).status, 200, path)
  for (const client of silent) client.destroy()
})
