import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunked, count, HANDLERS, hello, length, post } from '../../test/support/http-bodies.ts'
import { error, gate, startKit } from '../../test/support/http-kit.ts'
import { bodyStream, readBody } from './body.ts'
import type { Exchange, Reply } from './types.ts'

test('bodies come whole: by length, chunked, none at all, byte by byte', async (t) => {
  const kit = await startKit(t, HANDLERS)
  assert.equal((await kit.ask(post('/read', length(5), 'hello'))).body, 'hello')
  assert.equal(
    (await kit.ask(post('/read', chunked, '2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nTrailer: 1\r\n\r\n'))).body,
    'hello',
  )
  assert.equal((await kit.ask(post('/read', ''))).body, '')
  assert.equal((await kit.ask(post('/read', length(0)))).body, '')
  assert.equal((await kit.ask(post('/read', chunked, '0\r\n\r\n'))).body, '')
  const client = await kit.connect()
  client.socket.setNoDelay()
  for (const byte of post('/read', chunked, '5\r\nhello\r\n0\r\n\r\n')) {
    client.send(byte)
    await new Promise(setImmediate)
  }
  assert.equal((await client.answer()).body, 'hello')
})

test('the announced length and the media type are told', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const about = async (headers: string, body = ''): Promise<unknown> =>
    JSON.parse((await kit.ask(post('/about', headers, body))).body)
  assert.deepEqual(await about(''), [0, ''])
  assert.deepEqual(await about(`Content-Type: Text/JSON ; charset=x\r\n${length(2)}`, 'ab'), [2, 'text/json'])
  assert.deepEqual(await about(chunked, '0\r\n\r\n'), [null, ''])
})

test('a body over the limit is refused: announced ones unread, chunked ones as soon as it shows', async (t) => {
  const kit = await startKit(t, HANDLERS)
  assert.equal(error(await kit.ask(post('/read', length(1001)))), 'body-too-large')
  assert.equal((await kit.lineOf(post('/read', length(1001)))).bytesIn, 0)
  assert.equal(
    error(await kit.ask(post('/read', chunked, `3e9\r\n${'a'.repeat(1001)}\r\n`))),
    'body-too-large',
  )
  assert.equal((await kit.ask(post('/read', length(1000), 'a'.repeat(1000)))).status, 200)
})

test('reading a body twice is a bug, not an empty body', async (t) => {
  const kit = await startKit(t, HANDLERS)
  assert.equal(error(await kit.ask(post('/twice', length(1), 'a'))), 'bug')
  assert.match(String(kit.lines[0]?.stack), /read twice/)
})

test('100 Continue is sent once a handler reads, and not before', async (t) => {
  const started = gate()
  const kit = await startKit(t, {
    ...HANDLERS,
    'POST /wait': async (exchange) => {
      await started.opened
      return { status: 200, body: await readBody(exchange, 10) }
    },
  })
  const client = await kit.connect()
  client.send(post('/wait', `Expect: 100-continue\r\n${length(5)}`))
  client.send('')
  await new Promise(setImmediate)
  assert.equal(client.received, '')
  started.open()
  assert.equal(await client.interim(), 100)
  client.send('hello')
  assert.equal((await client.answer()).body, 'hello')
})

test('expectations other than 100-continue are refused', async (t) => {
  const kit = await startKit(t, HANDLERS)
  assert.equal((await kit.ask(post('/read', `Expect: wonders\r\n${length(0)}`))).status, 417)
})

test('broken framing in a body gets the surface’s answer, and nothing after it is read', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const body of [
    'zz\r\n',
    '5\r\nhello!!!\r\n',
    '5\r\nhel\u0000lo',
    '-1\r\n',
    'fffffffffffffffff\r\n',
    '5 \nhello\r\n',
  ]) {
    const client = await kit.connect()
    client.send(post('/read', chunked, body + hello))
    const answer = await client.answer()
    assert.equal(error(answer), 'body-truncated', JSON.stringify(body))
    assert.equal(answer.headers.connection, 'close')
    assert.equal(await client.rest(), '')
  }
})

test('a client that stops sending within a body hears of it, if it still listens', async (t) => {
  const kit = await startKit(t, HANDLERS)
  for (const text of [
    post('/read', length(10), 'abc'),
    post('/read', chunked, '5\r\nab'),
    post('/read', chunked, '1\r\na\r\n'),
  ]) {
    const client = await kit.connect()
    client.socket.end(text)
    assert.equal(error(await client.answer()), 'body-truncated')
    await client.closed
  }
})

test('silence within a body is a timeout', async (t) => {
  const kit = await startKit(t, HANDLERS, { bodyIdleMs: 20 })
  const client = await kit.connect()
  client.send(post('/read', length(10), 'abc'))
  const answer = await client.answer()
  assert.equal(error(answer), 'timeout')
  assert.equal(answer.headers.connection, 'close')
  await client.closed
})

test('a slow handler is not the client’s silence', async (t) => {
  const read = gate()
  const kit = await startKit(
    t,
    {
      'POST /slow': async (exchange) => {
        const chunks: string[] = []
        for await (const chunk of bodyStream(exchange)) {
          chunks.push(Buffer.from(chunk).toString())
          if (chunks.length === 1) await read.opened
        }
        return { status: 200, body: chunks.join('|') }
      },
    },
    { bodyIdleMs: 500 },
  )
  const client = await kit.connect()
  client.send(post('/slow', length(6), 'abc'))
  setTimeout(() => {
    client.send('def')
    read.open()
  }, 1000)
  assert.equal((await client.answer()).body, 'abc|def')
})

for (const [when, sent] of [
  ['before its body', ''],
  ['within its body', 'abc'],
] as const) {
  test(`a client that disconnects ${when} ends the body and aborts the signal`, async (t) => {
    const started = gate<Exchange>()
    const outcome = gate<unknown>()
    const kit = await startKit(t, {
      'POST /upload': async (exchange): Promise<Reply> => {
        started.open(exchange)
        try {
          return { status: 200, body: String(await count(exchange)) }
        } catch (failure) {
          outcome.open(failure)
          throw failure
        }
      },
    })
    const line = kit.nextLine()
    const client = await kit.connect()
    client.send(post('/upload', length(10), sent))
    const exchange = await started.opened
    client.socket.resetAndDestroy()
    assert.equal(((await outcome.opened) as { code: string }).code, 'body-truncated')
    assert.equal(exchange.signal.aborted || (await aborted(exchange.signal)), true)
    assert.deepEqual([(await line).aborted, (await line).error], [true, 'body-truncated'])
  })
}

const aborted = (signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(true)))

test('a client that disconnects while the handler works aborts the signal', async (t) => {
  const started = gate<Exchange>()
  const kit = await startKit(t, {
    'GET /work': async (exchange): Promise<Reply> => {
      started.open(exchange)
      await aborted(exchange.signal)
      return { status: 200, body: 'too late' }
    },
  })
  const line = kit.nextLine()
  const client = await kit.connect()
  client.send('GET /work HTTP/1.1\r\nHost: h\r\n\r\n')
  const exchange = await started.opened
  client.destroy()
  assert.deepEqual([(await line).aborted, (await line).bytesOut], [true, 0])
  assert.equal(exchange.signal.aborted, true)
})

test('a body that is not read does not flow: the client is held back', async (t) => {
  const read = gate()
  const kit = await startKit(t, {
    'POST /slow': async (exchange) => {
      const body = bodyStream(exchange)[Symbol.asyncIterator]()
      await body.next()
      await read.opened
      let size = 0
      for (let at = await body.next(); at.done !== true; at = await body.next()) size += at.value.byteLength
      return { status: 200, body: String(size) }
    },
  })
  const client = await kit.connect()
  const size = 64 << 20
  client.send(post('/slow', length(size)))
  client.send(Buffer.alloc(size))
  await stalled(() => client.socket.writableLength)
  assert.ok(
    client.socket.writableLength > size / 2,
    `${client.socket.writableLength} bytes wait at the client`,
  )
  read.open()
  assert.ok(Number((await client.answer()).body) >= size - 65_536)
})

/** Resolves once the value was the same in many looks, one after each turn of the event loop. */
async function stalled(look: () => number): Promise<void> {
  for (let [last, same] = [look(), 0]; same < 2000; ) {
    await new Promise(setImmediate)
    same = look() === last ? same + 1 : 0
    last = look()
  }
}

test('chunks reach the handler as they came from the socket, in order, however they are cut', async (t) => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251))
  const kit = await startKit(t, {
    'POST /echo': async (exchange) => ({
      status: 200,
      body: (await readBody(exchange, 1e6)).toString('hex'),
    }),
  })
  const client = await kit.connect()
  client.send(post('/echo', chunked))
  for (let at = 0, size = 1; at < bytes.length; at += size, size = (size * 7) % 4999) {
    const piece = bytes.subarray(at, at + size)
    client.send(Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), piece, Buffer.from('\r\n')]))
  }
  client.send('0\r\n\r\n')
  assert.equal((await client.answer()).body, bytes.toString('hex'))
})
