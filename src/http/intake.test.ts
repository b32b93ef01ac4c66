import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gate, startKit } from '../../test/support/http-kit.ts'
import { bodyStream } from './body.ts'

test('a body in chunks of single bytes reaches its reader joined', async (t) => {
  const kit = await startKit(t, {
    'POST /': async (exchange) => {
      const sizes: number[] = []
      let text = ''
      for await (const chunk of bodyStream(exchange)) {
        sizes.push(chunk.byteLength)
        text += Buffer.from(chunk).toString('latin1')
      }
      return { status: 200, body: JSON.stringify([sizes.length, text]) }
    },
  })
  const bytes = Array.from({ length: 100_000 }, (_, at) => String.fromCharCode(97 + (at % 26)))
  const chunks = bytes.map((byte) => `1\r\n${byte}\r\n`).join('')
  const answer = await kit.ask(
    `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
  )
  const [count, text] = JSON.parse(answer.body)
  assert.equal(text, bytes.join(''))
  assert.ok(count < 1000, `${count} chunks reached the reader`)
})

test('a little of a body reaches its reader while the rest is not there', async (t) => {
  const read = gate<string>()
  const kit = await startKit(t, {
    'POST /': async (exchange) => {
      for await (const chunk of bodyStream(exchange)) read.open(Buffer.from(chunk).toString())
      return { status: 200 }
    },
  })
  const client = await kit.connect()
  client.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nabc')
  assert.equal(await read.opened, 'abc')
  client.send('def')
  assert.equal((await client.answer()).status, 200)
})

test('what a chunk took is free once the next one is asked for', async (t) => {
  const kit = await startKit(t, {
    'POST /': async (exchange) => {
      const chunks: Uint8Array[] = []
      let size = 0
      for await (const chunk of bodyStream(exchange)) {
        assert.ok(chunks.every(({ byteLength }) => byteLength < 4096))
        chunks.push(chunk)
        size += chunk.byteLength
      }
      return { status: 200, body: String(size) }
    },
  })
  const body = 'x'.repeat(1_000_000)
  const answer = await kit.ask(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
  assert.equal(answer.body, '1000000')
})
