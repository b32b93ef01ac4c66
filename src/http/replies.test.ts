import assert from 'node:assert/strict'
import { test } from 'node:test'
import { error, type Handlers, NOW, startKit } from '../../test/support/http-kit.ts'
import type { Reply } from './types.ts'

const get = (path: string, method = 'GET'): string => `${method} ${path} HTTP/1.1\r\nHost: h\r\n\r\n`

async function* pieces(...texts: readonly string[]): AsyncIterable<Uint8Array> {
  for (const text of texts) yield Buffer.from(text)
}

async function* failing(after: readonly string[]): AsyncIterable<Uint8Array> {
  yield* pieces(...after)
  throw new Error('the source broke')
}

const reply = (fields: Partial<Reply>) => (): Reply => ({ status: 200, ...fields })

const HANDLERS: Handlers = {
  'GET /text': reply({ body: 'zwölf' }),
  'GET /bytes': reply({ body: new Uint8Array([1, 2, 3]) }),
  'GET /none': reply({}),
  'GET /null': reply({ body: null, headers: { 'X-Own': 'y' } }),
  'GET /204': reply({ status: 204, body: 'x', headers: { 'content-length': 1 } }),
  'GET /304': reply({ status: 304, headers: { etag: '"a"', 'content-length': 7 } }),
  'GET /names': reply({
    headers: {
      etag: '"a"',
      'last-modified': 'x',
      'x-first-id': '1',
      'X-Second-Id': '2',
      Vary: ['a', 'b'],
      vary: 'c',
    },
  }),
  'GET /lines': reply({ headers: { 'set-cookie': ['a=1', 'b=2'] } }),
  'GET /date': reply({ headers: { Date: 'then' } }),
  'GET /stream': () => ({ status: 200, body: pieces('one', '', 'two') }),
  'GET /empty-stream': () => ({ status: 200, body: pieces() }),
  'GET /sized': () => ({ status: 206, body: pieces('abc', 'def'), headers: { 'Content-Length': 6 } }),
  'GET /short': () => ({ status: 200, body: pieces('abc'), headers: { 'content-length': 6 } }),
  'GET /long': () => ({ status: 200, body: pieces('abc', 'def'), headers: { 'content-length': 5 } }),
  'GET /fails-early': () => ({ status: 200, body: failing([]) }),
  'GET /fails-late': () => ({ status: 200, body: failing(['some']) }),
  'GET /throws': () => {
    throw new Error('bug')
  },
  'GET /split': reply({ headers: { 'x-name': 'a\r\nSet-Cookie: b' } }),
  'GET /split-name': reply({ headers: { 'x-a: b\r\nx': '1' } }),
  'GET /unicode': reply({ headers: { 'x-name': '中' } }),
  'GET /status': reply({ status: 99 }),
  'GET /framing': reply({ headers: { 'Transfer-Encoding': 'gzip' } }),
}

test('text and bytes go out with their length', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const text = await kit.ask(get('/text'))
  assert.deepEqual([text.body, text.headers['content-length']], ['zwölf', '6'])
  assert.equal((await kit.ask(get('/bytes'))).body, '\u0001\u0002\u0003')
  assert.equal((await kit.ask(get('/none'))).headers['content-length'], '0')
  assert.equal((await kit.ask(get('/null'))).headers['x-own'], 'y')
})

test('204 and 304 have no body, and the connection goes on', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const client = await kit.connect()
  client.send(get('/204') + get('/304') + get('/text'))
  const empty = await client.answer()
  assert.deepEqual([empty.status, empty.headers['content-length']], [204, undefined])
  const unmodified = await client.answer()
  assert.deepEqual([unmodified.status, unmodified.headers['content-length']], [304, '7'])
  assert.equal((await client.answer()).body, 'zwölf')
})

test('standard headers go out in their usual letter case, others as they are, the last of equal names', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const { names, headers } = await kit.ask(get('/names'))
  for (const name of ['ETag', 'Last-Modified', 'x-first-id', 'X-Second-Id', 'Content-Length', 'Date']) {
    assert.ok(names.includes(name), name)
  }
  assert.equal(headers.vary, 'c')
  const { names: lines } = await kit.ask(get('/lines'))
  assert.equal(lines.filter((name) => name === 'Set-Cookie').length, 2)
})

test('Date comes from the clock, unless the reply has its own', async (t) => {
  const kit = await startKit(t, HANDLERS)
  assert.equal((await kit.ask(get('/text'))).headers.date, new Date(NOW).toUTCString())
  assert.equal((await kit.ask(get('/date'))).headers.date, 'then')
})

test('streams go out chunked, or by the length they have', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const chunked = await kit.ask(get('/stream'))
  assert.deepEqual([chunked.body, chunked.headers['transfer-encoding']], ['onetwo', 'chunked'])
  assert.equal((await kit.ask(get('/empty-stream'))).body, '')
  const sized = await kit.ask(get('/sized'))
  assert.deepEqual([sized.status, sized.body, sized.headers['transfer-encoding']], [206, 'abcdef', undefined])
})

test('HEAD has the headers of GET and does not read the stream', async (t) => {
  let isRead = false
  const kit = await startKit(t, {
    'GET /file': () => ({
      status: 200,
      headers: { 'content-length': 6 },
      body: (async function* () {
        isRead = true
        yield Buffer.from('abcdef')
      })(),
    }),
    ...HANDLERS,
  })
  const client = await kit.connect()
  client.send(get('/file', 'HEAD') + get('/text', 'HEAD') + get('/null', 'HEAD') + get('/text'))
  assert.equal((await client.answer(true)).headers['content-length'], '6')
  assert.equal((await client.answer(true)).headers['content-length'], '6')
  assert.equal((await client.answer(true)).headers['x-own'], 'y')
  assert.equal((await client.answer()).body, 'zwölf')
  assert.equal(isRead, false)
})

test('a HEAD that fails tells no length, and the connection goes on', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const client = await kit.connect()
  client.send(get('/throws', 'HEAD') + get('/nowhere', 'HEAD') + get('/throws') + get('/text'))
  for (const status of [500, 404]) {
    const answer = await client.answer(true)
    assert.deepEqual([answer.status, answer.headers['content-length'], answer.body], [status, undefined, ''])
    assert.equal(answer.headers['transfer-encoding'], undefined)
  }
  assert.deepEqual(error(await client.answer()), 'bug')
  assert.equal((await client.answer()).body, 'zwölf')
})

test('a stream that fails before its first bytes is answered as an error', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const client = await kit.connect()
  client.send(get('/fails-early') + get('/text'))
  const answer = await client.answer()
  assert.deepEqual([answer.status, error(answer)], [500, 'bug'])
  assert.equal((await client.answer()).body, 'zwölf')
  assert.match(String(kit.lines[0]?.stack), /the source broke/)
})

test('a stream that fails later, or has another length than announced, ends the connection within the answer', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const [path, reason] of [
    ['/fails-late', /the source broke/],
    ['/short', /announced length/],
    ['/long', /announced length/],
  ] as const) {
    const client = await kit.connect()
    const line = kit.nextLine()
    client.send(get(path))
    await assert.rejects(client.answer(), /ended within an answer/, path)
    assert.match(String((await line).reason), reason, path)
  }
})

test('what must not reach the wire is a bug, not a reply', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const path of ['/throws', '/split', '/split-name', '/unicode', '/status', '/framing']) {
    const answer = await kit.ask(get(path))
    assert.deepEqual([answer.status, error(answer)], [500, 'bug'], path)
    assert.equal(answer.headers['set-cookie'], undefined)
  }
})

test('a surface that cannot render its errors gets a plain 500', async (t) => {
  const kit = await startKit(t, HANDLERS)
  kit.server.mount([
    {
      name: 'broken',
      newRequestId: () => 'x',
      renderError: () => {
        throw new Error('renders nothing')
      },
      routes: [
        { method: 'GET', path: '/broken', call: 'broken', handle: () => Promise.reject(new Error('bug')) },
      ],
    },
    {
      name: 'nameless',
      newRequestId: () => {
        throw new Error('has no ids')
      },
      renderError: () => ({ status: 500 }),
      routes: [
        {
          method: 'GET',
          path: '/nameless',
          call: 'nameless',
          handle: () => Promise.reject(new Error('bug')),
        },
      ],
    },
  ])
  const answer = await kit.ask(get('/broken'))
  assert.deepEqual([answer.status, answer.body], [500, '{"message":"internal error"}'])
  const client = await kit.connect()
  client.send(get('/nameless'))
  await client.closed
})

test('clients of HTTP/1.0 get the whole stream and the end of the connection', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const client = await kit.connect()
  client.send('GET /stream HTTP/1.0\r\n\r\n')
  assert.match(await client.rest(), /\r\n\r\nonetwo$/)
})
