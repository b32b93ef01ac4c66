import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type TestContext, test } from 'node:test'
import { type Message, post } from './post.ts'

async function startReceiver(t: TestContext, listener: RequestListener): Promise<URL> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?secret=s`)
}

const message = (url: URL, more: Partial<Message> = {}): Message => ({
  ...{ url, body: '{"a":"测"}', receiver: 'the receiver', timeoutMs: 10_000 },
  signal: new AbortController().signal,
  ...more,
})

test('a message is posted as JSON with its headers', async (t) => {
  const received: unknown[] = []
  const url = await startReceiver(t, async (request, response) => {
    const { 'content-type': type, 'x-own': own } = request.headers
    received.push(request.method, request.url, type, own, await text(request))
    response.writeHead(204).end()
  })
  await post(message(url, { headers: { 'x-own': 'yes' } }))
  const type = 'application/json; charset=utf-8'
  assert.deepEqual(received, ['POST', '/hook?secret=s', type, 'yes', '{"a":"测"}'])
})

test('only 2xx counts as arrived, and redirects are not followed', async (t) => {
  for (const status of [301, 302, 307, 400, 404, 500, 503]) {
    let asked = 0
    const url = await startReceiver(t, (_, response) => {
      asked++
      response.writeHead(status, { location: '/elsewhere' }).end()
    })
    await assert.rejects(post(message(url)), { message: `the receiver was answered with ${status}` })
    assert.equal(asked, 1)
  }
})

test('errors tell the reason and nothing of the URL', async (t) => {
  const url = await startReceiver(t, (request) => request.socket.destroy())
  await assert.rejects(post(message(url)), { message: 'the receiver could not be reached: UND_ERR_SOCKET' })
  const nobody = new URL('http://127.0.0.1:1/?secret=s')
  await assert.rejects(post(message(nobody)), { message: /^the receiver could not be reached: \w+$/ })
})

test('a receiver that is silent is given up', async (t) => {
  const url = await startReceiver(t, () => undefined)
  const error = { message: 'the receiver could not be reached: TimeoutError' }
  await assert.rejects(post(message(url, { timeoutMs: 100 })), error)
  await assert.rejects(post(message(url, { signal: AbortSignal.abort() })), {
    message: 'the receiver could not be reached: AbortError',
  })
})
