import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gate, type Handlers, startKit } from '../../test/support/http-kit.ts'
import { readBody } from './body.ts'

const HANDLERS: Handlers = {
  'GET /': () => ({ status: 200, body: 'fine' }),
  'POST /': async (exchange) => ({ status: 200, body: await readBody(exchange, 100) }),
}

const get = (headers = '', target = '/'): string => `GET ${target} HTTP/1.1\r\nHost: h\r\n${headers}\r\n`

test('bytes that are no HTTP get a plain 400, and the server goes on', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const text of [
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    'hello\r\n\r\n',
    'GET / HTTP/3.0\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: h\r\nbad header\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: h\r\nX: a\u0000b\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: h\r\nX : 1\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: h\r\n X: folded\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1a\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    'POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n',
  ]) {
    const client = await kit.connect()
    client.send(text)
    const answer = await client.answer()
    assert.deepEqual([answer.status, answer.headers.connection], [400, 'close'], JSON.stringify(text))
    assert.deepEqual(JSON.parse(answer.body), { message: 'the request is malformed' })
    await client.closed
  }
  assert.equal((await kit.ask(get())).body, 'fine')
  const [line] = kit.lines
  assert.deepEqual([line?.call, line?.status, line?.dialect], ['malformed', 400, 'none'])
})

test('exactly one Host is needed, but by HTTP/1.0', async (t) => {
  const kit = await startKit(t, HANDLERS)
  assert.equal((await kit.ask('GET / HTTP/1.1\r\n\r\n')).status, 400)
  const doubtful = await kit.ask(get('host: other\r\n'))
  assert.deepEqual([doubtful.status, doubtful.headers.connection], [400, 'close'])
  assert.equal((await kit.ask('GET / HTTP/1.0\r\n\r\n')).status, 200)
})

test('transfer codings other than chunked are not understood', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const coding of ['gzip', 'gzip, chunked']) {
    const text = `POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: ${coding}\r\n\r\n0\r\n\r\n`
    const answer = await kit.ask(text)
    assert.deepEqual([answer.status, answer.headers.connection], [501, 'close'], coding)
  }
})

test('headers over the limits are refused, and the refusal can be read', async (t) => {
  const kit = await startKit(t, HANDLERS)
  assert.equal((await kit.ask(get(`X: ${'a'.repeat(1_000_000)}\r\n`))).status, 431)
  assert.equal((await kit.ask(get('X: 1\r\n'.repeat(300)))).status, 431)
  assert.equal((await kit.ask(get('X: 1\r\n'.repeat(10_000)))).status, 431)
  assert.equal((await kit.ask(get('X: 1\r\n'.repeat(150)))).status, 200)
  assert.equal((await kit.ask(get('', `/${'a'.repeat(20_000)}`))).status, 414)
  assert.equal((await kit.ask(get('', `/${'a'.repeat(1_000_000)}`))).status, 431)
})

test('headers that do not come to an end are a 408', async (t) => {
  const kit = await startKit(t, HANDLERS, { headersMs: 20 })
  const client = await kit.connect()
  client.send('GET / HTTP/1.1\r\nHost')
  const answer = await client.answer()
  assert.deepEqual([answer.status, answer.headers.connection], [408, 'close'])
  await client.closed
})

test('a connection without a request is closed after a while', async (t) => {
  const kit = await startKit(t, HANDLERS, { headersMs: 20, keepAliveMs: 20 })
  const silent = await kit.connect()
  await silent.closed
  const idle = await kit.connect()
  idle.send(get())
  assert.equal((await idle.answer()).status, 200)
  await idle.closed
})

test('garbage after a request does not cost its answer', async (t) => {
  const proceed = gate()
  const kit = await startKit(t, {
    ...HANDLERS,
    'GET /slow': async () => {
      await proceed.opened
      return { status: 200, body: 'slow' }
    },
  })
  const client = await kit.connect()
  client.send(`${get('', '/slow')}garbage\r\n\r\n`)
  await new Promise(setImmediate)
  proceed.open()
  const answer = await client.answer()
  assert.deepEqual([answer.status, answer.body], [200, 'slow'])
  await client.closed
  const other = await kit.connect()
  other.send(get())
  await other.answer()
  other.send('garbage\r\n\r\n')
  assert.equal((await other.answer()).status, 400)
})

test('garbage while an answer is on its way ends the connection after the answer', async (t) => {
  const sent = get('', '/stream').length + 'garbage\r\n\r\n'.length
  const kit = await startKit(t, {
    'GET /stream': ({ request }) => ({
      status: 200,
      body: (async function* () {
        yield Buffer.from('one')
        while (request.socket.bytesRead < sent) await new Promise(setImmediate)
        yield Buffer.from('two')
      })(),
    }),
  })
  const client = await kit.connect()
  client.send(get('', '/stream'))
  await new Promise((resolve) => client.socket.once('data', resolve))
  client.send('garbage\r\n\r\n')
  assert.equal((await client.answer()).body, 'onetwo')
  assert.equal(await client.rest(), '')
})

test('no reset overtakes a refusal while the client is still sending', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const client = await kit.connect({ halfOpen: true })
  client.send(get(`X: ${'a'.repeat(200_000)}\r\n`))
  assert.equal((await client.answer()).status, 431)
  for (let round = 0; round < 100 && client.failure === null; round += 1) {
    await new Promise((resolve) => client.socket.write('a'.repeat(20_000), resolve))
  }
  client.socket.end()
  await client.closed
  assert.equal(client.failure, null)
})

test('connections that break at any point leave nothing behind', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const text = 'POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n'
  for (let at = 0; at <= text.length; at += 3) {
    const client = await kit.connect()
    client.send(text.slice(0, at))
    await new Promise(setImmediate)
    client.socket.resetAndDestroy()
    await client.closed
  }
  assert.equal((await kit.ask(get())).body, 'fine')
  assert.equal(await kit.server.drain({ graceMs: 10_000 }), true)
})

test('upgrades and tunnels are not taken', async (t) => {
  const kit = await startKit(t, HANDLERS)
  assert.equal((await kit.ask(get('Connection: Upgrade\r\nUpgrade: websocket\r\n'))).status, 200)
  const client = await kit.connect()
  client.send('CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n')
  await client.closed
})

test('in a flood of garbage most of it gets neither an answer nor a line, and the log says how much', async (t) => {
  let now = 0
  const kit = await startKit(t, HANDLERS, { refusalsPerSecond: 2 }, { ticks: () => now })
  const send = async (): Promise<string> => {
    const client = await kit.connect()
    client.send('no HTTP\r\n\r\n')
    return client.rest()
  }
  for (let sent = 0; sent < 3; sent += 1) assert.match(await send(), /^HTTP\/1\.1 400 /)
  for (let sent = 0; sent < 5; sent += 1) assert.equal(await send(), '')
  assert.equal((await kit.ask(get())).status, 200)
  now = 60_000
  assert.match(await send(), /^HTTP\/1\.1 400 /)
  assert.equal(kit.lines.at(-1)?.unlogged, 5)
})
