import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chunked, HANDLERS, hello, length, post } from '../../test/support/http-bodies.ts'
import { startKit } from '../../test/support/http-kit.ts'

test('a refusal before the body is read costs no upload: no 100, and the connection ends', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const client = await kit.connect()
  client.send(post('/ignore', `Expect: 100-continue\r\n${length(100)}`))
  const answer = await client.answer()
  assert.deepEqual([answer.status, answer.interim, answer.headers.connection], [403, [], 'close'])
  assert.equal(await client.rest(), '')
})

test('a body that nobody read is read away, and the connection goes on', async (t) => {
  const kit = await startKit(t, HANDLERS)
  const client = await kit.connect()
  for (const path of ['/ignore', '/first']) {
    client.send(post(path, length(500_000)))
    client.send('a'.repeat(500_000))
    const answer = await client.answer()
    assert.equal(answer.headers.connection, 'keep-alive', path)
    client.send(hello)
    assert.equal((await client.answer()).body, 'hello', path)
  }
})

test('of a body over the discard limit the answer can be read before the connection ends', async (t) => {
  const kit = await startKit(t, HANDLERS, { discardSizeMax: 100_000 })
  const size = 4_000_000
  for (const [headers, body] of [
    [length(size), 'a'.repeat(size)],
    [chunked, `${size.toString(16)}\r\n${'a'.repeat(size)}\r\n0\r\n\r\n`],
  ] as const) {
    const client = await kit.connect()
    const line = kit.nextLine()
    client.send(post('/ignore', headers))
    const answer = await client.answer()
    assert.deepEqual([answer.status, answer.body, answer.headers.connection], [403, 'refused', 'close'])
    client.send(body)
    await client.closed
    const { bytesIn } = await line
    assert.ok(Number(bytesIn) > 100_000 && Number(bytesIn) < 1_000_000, `${bytesIn} bytes were read`)
  }
})

test('a client that does not send the rest of an unwanted body is not waited for beyond the limit', async (t) => {
  const kit = await startKit(t, HANDLERS, { discardMs: 20 })
  const client = await kit.connect()
  client.send(post('/ignore', length(10), 'abc'))
  assert.equal((await client.answer()).status, 403)
  await client.closed
})
