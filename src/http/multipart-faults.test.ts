import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { error, gate } from '../../test/support/http-kit.ts'
import {
  END,
  FILE,
  FORM,
  field,
  parsed,
  part,
  post,
  RECEIVED,
  startForm,
} from '../../test/support/multipart-form.ts'

test('what is no form is refused by its type or its framing', async (t) => {
  const story = await startForm(t)
  const refused = async (body: string, contentType?: string): Promise<string> =>
    error(await post(story, body, contentType))
  assert.equal(await refused('{}', 'application/json'), 'unsupported-media-type')
  assert.equal(await refused('{}', 'multipart/mixed; boundary=XbX'), 'unsupported-media-type')
  for (const contentType of [
    'multipart/form-data',
    'multipart/form-data; boundary=',
    `${FORM}${'x'.repeat(300)}`,
  ]) {
    assert.equal(await refused(FILE + END, contentType), 'malformed-multipart', contentType)
  }
  for (const body of [
    '',
    'hello',
    FILE,
    FILE.slice(0, -4),
    part('name="a"', '1').slice(0, 30),
    FILE + FILE + END,
    field('a', '1') + field('a', '2') + END,
    part('filename="x"', '1') + END,
    `--XbX\r\nContent-Disposition: attachment; name="a"\r\n\r\n1\r\n${END}`,
    `--XbX\r\nX: 1\r\n\r\n1\r\n${END}`,
    part('name="a"; name="b"', '1') + END,
    part('name="a', '1') + END,
    part('name="a"', 'YQ==', 'Content-Transfer-Encoding: base64\r\n') + END,
    part('name="a"', 'x', 'Content-Type: text/plain; charset=klingon\r\n') + END,
  ]) {
    assert.equal(await refused(body), 'malformed-multipart', JSON.stringify(body))
  }
  const latin1 = Buffer.from(field('a', 'caf\xe9') + END, 'latin1')
  assert.equal(error(await post(story, latin1)), 'malformed-multipart')
})

test('forms over the limits are too complex', async (t) => {
  const story = await startForm(t, { fieldsMax: 100, fieldSizeMax: 1000 })
  const many = (count: number): string =>
    Array.from({ length: count }, (_, at) => field(`f${at}`, '')).join('')
  assert.equal((await post(story, many(100) + FILE + END)).status, 200)
  for (const body of [
    many(101) + END,
    many(10_000) + END,
    field('a', 'x'.repeat(1001)) + END,
    field('a', 'x'.repeat(5_000_000)) + END,
    part('name="a"', '', `X: ${'a'.repeat(1_000_000)}\r\n`) + END,
    part('name="a"', '', 'X: '.repeat(1_000_000)) + END,
    part('name="a"', '', Array.from({ length: 1000 }, (_, at) => `X${at}: 1\r\n`).join('')) + END,
  ]) {
    assert.equal(error(await post(story, body)), 'too-complex')
  }
  assert.equal((await post(story, field('a', 'x'.repeat(1000)) + END)).status, 200)
})

test('a received file is given up when the form turns out bad after it', async (t) => {
  const story = await startForm(t)
  for (const rest of ['--XbX', FILE + END, field('a', '1') + field('a', '2') + END, '--XbX\r\nbad\r\n\r\n']) {
    assert.equal(error(await post(story, FILE + rest)), 'malformed-multipart')
    assert.deepEqual(story.discarded.pop(), RECEIVED)
  }
  assert.deepEqual(story.discarded, [])
})

test('a receiver’s own error comes through, and nothing is given up', async (t) => {
  const story = await startForm(t, {
    receiveFile: async ({ stream }) => {
      for await (const _ of stream) throw new Error('no room')
      throw new Error('empty')
    },
  })
  assert.equal((await post(story, FILE + END)).status, 500)
  assert.equal(story.kit.lines[0]?.reason, 'no room')
  assert.deepEqual(story.discarded, [])
})

test('a receiver that leaves bytes unread is a bug', async (t) => {
  const story = await startForm(t, {
    receiveFile: async ({ filename, contentType }) => ({ filename, contentType, bytes: '' }),
  })
  assert.equal((await post(story, FILE + END)).status, 500)
  assert.match(String(story.kit.lines[0]?.reason), /not read to its end/)
  assert.equal(story.discarded.length, 1)
})

test('parts that nobody asked for are read past up to a megabyte, before and after the file', async (t) => {
  const other = (size: number) => part('name="other"; filename="b.bin"', 'x'.repeat(size))
  const story = await startForm(t)
  const half = other(500_000)
  assert.deepEqual(parsed(await post(story, half + FILE + half + END)), [[], RECEIVED])
  for (const body of [other(1_100_000) + FILE, FILE + other(1_100_000), half + FILE + half + half]) {
    assert.equal(error(await post(story, body + END)), 'body-too-large')
  }
  assert.deepEqual(story.discarded, [RECEIVED, RECEIVED])
  const last = await startForm(t, { isFileLast: true })
  assert.equal(error(await post(last, FILE + field('after', 'x'.repeat(1_100_000)) + END)), 'body-too-large')
  assert.deepEqual(last.discarded, [RECEIVED])
})

test('a client that leaves within the form ends it: before, within and after the file', async (t) => {
  for (const sent of [FILE.slice(0, 20), FILE.slice(0, -4), FILE + field('a', '1').slice(0, -4)]) {
    const story = await startForm(t)
    const line = story.kit.nextLine()
    const client = await story.kit.connect()
    client.send(`POST / HTTP/1.1\r\nHost: h\r\nContent-Type: ${FORM}\r\nContent-Length: 10000\r\n\r\n${sent}`)
    client.socket.end()
    assert.equal(error(await client.answer()), 'body-truncated')
    assert.equal((await line).error, 'body-truncated')
    assert.equal(story.discarded.length, sent.startsWith(FILE) ? 1 : 0)
  }
})

test('a large file arrives whole, and holds the client back while it is not taken', async (t) => {
  const size = 48 << 20
  const take = gate()
  const story = await startForm(t, {
    receiveFile: async ({ filename, contentType, stream }) => {
      const hash = createHash('md5')
      let isFirst = true
      for await (const chunk of stream) {
        if (isFirst) await take.opened
        isFirst = false
        hash.update(chunk)
      }
      return { filename, contentType, bytes: hash.digest('hex') }
    },
  })
  const bytes = Buffer.alloc(size, '\r\n--XbY')
  const [before, after] = [part('name="data"; filename="a"', '').slice(0, -2), `\r\n${END}`]
  const length = before.length + size + after.length
  const client = await story.kit.connect()
  client.send(
    `POST / HTTP/1.1\r\nHost: h\r\nContent-Type: ${FORM}\r\nContent-Length: ${length}\r\n\r\n${before}`,
  )
  client.send(bytes)
  client.send(after)
  for (let [last, same] = [0, 0]; same < 2000; ) {
    await new Promise(setImmediate)
    same = client.socket.writableLength === last ? same + 1 : 0
    last = client.socket.writableLength
  }
  assert.ok(client.socket.writableLength > size / 2)
  take.open()
  const [, file] = JSON.parse((await client.answer()).body)
  assert.equal(file.bytes, createHash('md5').update(bytes).digest('hex'))
})
