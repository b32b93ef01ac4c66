import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { error, gate, type Kit, type RawAnswer, startKit } from '../../test/support/http-kit.ts'
import { type FilePart, type MultipartOptions, readMultipart } from './multipart.ts'

interface Received {
  readonly filename: string
  readonly contentType: string
  readonly bytes: string
}

interface Story {
  readonly kit: Kit
  /** What was received and then given up again. */
  readonly discarded: Received[]
}

async function receive({ filename, contentType, stream }: FilePart): Promise<Received> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return { filename, contentType, bytes: Buffer.concat(chunks).toString('latin1') }
}

async function startForm(
  t: Parameters<typeof startKit>[0],
  options: Partial<MultipartOptions<Received>> = {},
): Promise<Story> {
  const discarded: Received[] = []
  const kit = await startKit(t, {
    'POST /': async (exchange) => {
      const form = await readMultipart(exchange, {
        fileField: 'data',
        receiveFile: receive,
        discardFile: async (received) => void discarded.push(received),
        ...options,
      })
      return { status: 200, body: JSON.stringify([[...form.fields], form.file]) }
    },
  })
  return { kit, discarded }
}

const FORM = 'multipart/form-data; boundary=XbX'

function post({ kit }: Story, body: string | Buffer, contentType = FORM): Promise<RawAnswer> {
  const bytes = Buffer.from(body)
  const head = `POST / HTTP/1.1\r\nHost: h\r\nContent-Type: ${contentType}\r\nContent-Length: ${bytes.length}\r\n\r\n`
  return kit.ask(Buffer.concat([Buffer.from(head, 'latin1'), bytes]))
}

const part = (disposition: string, content: string, headers = ''): string =>
  `--XbX\r\nContent-Disposition: form-data; ${disposition}\r\n${headers}\r\n${content}\r\n`
const field = (name: string, value: string): string => part(`name="${name}"`, value)
const END = '--XbX--\r\n'
const FILE = part('name="data"; filename="a.wav"', 'bytes', 'Content-Type: audio/wav\r\n')
const RECEIVED = { filename: 'a.wav', contentType: 'audio/wav', bytes: 'bytes' }

const parsed = (answer: RawAnswer): unknown => JSON.parse(answer.body)

test('fields and file come out in whatever order they stand', async (t) => {
  const story = await startForm(t)
  const [a, b] = [field('a', '1'), field('b', 'zwei 中')]
  for (const body of [a + b + FILE, FILE + a + b, a + FILE + b]) {
    assert.deepEqual(parsed(await post(story, body + END)), [
      [
        ['a', '1'],
        ['b', 'zwei 中'],
      ],
      RECEIVED,
    ])
  }
  assert.deepEqual(parsed(await post(story, a + END)), [[['a', '1']], null])
  assert.deepEqual(parsed(await post(story, END)), [[], null])
  assert.deepEqual(story.discarded, [])
})

test('where the file stands last, it comes with the fields, and what follows it does not count', async (t) => {
  const known: string[] = []
  const receiveFile = async (file: FilePart, fields: ReadonlyMap<string, string>) => {
    known.push([...fields.keys()].join())
    return receive(file)
  }
  const story = await startForm(t, { isFileLast: true, receiveFile })
  const [a, b] = [field('a', '1'), field('b', '2')]
  const nameless = part('', 'x')
  const answer = await post(story, a + FILE + a + b + FILE + nameless + END)
  assert.deepEqual(parsed(answer), [[['a', '1']], RECEIVED])
  assert.deepEqual(known, ['a'])
  assert.equal(error(await post(story, FILE + a)), 'malformed-multipart')
  assert.deepEqual(story.discarded, [RECEIVED])
})

test('the file is known by its name, whether or not it has a filename', async (t) => {
  const story = await startForm(t)
  assert.deepEqual(parsed(await post(story, part('name="data"', 'x') + END)), [
    [],
    { filename: '', contentType: 'application/octet-stream', bytes: 'x' },
  ])
  const other = part('name="other"; filename="b.wav"', 'x'.repeat(200_000))
  assert.deepEqual(parsed(await post(story, other + FILE + END)), [[], RECEIVED])
})

test('who receives the file is told the fields before it, and how many bytes can come', async (t) => {
  const told: [fields: object, sizeAtMost: number | null][] = []
  const story = await startForm(t, {
    receiveFile: (file, fieldsBefore) => {
      told.push([Object.fromEntries(fieldsBefore), file.sizeAtMost])
      return receive(file)
    },
  })
  const [a, b] = [field('a', '1'), field('b', '2')]
  const large = part('name="data"', 'x'.repeat(300_000))
  const end = '--XbX--'
  for (const body of [a + b + FILE + end, FILE + end, a + FILE + b + end, `pre\r\n${a}${large}${end}`]) {
    await post(story, body)
  }
  const chunked = `${Buffer.byteLength(a + FILE + END).toString(16)}\r\n${a}${FILE}${END}\r\n0\r\n\r\n`
  await story.kit.ask(
    `POST / HTTP/1.1\r\nHost: h\r\nContent-Type: ${FORM}\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`,
  )
  assert.deepEqual(told, [
    [{ a: '1', b: '2' }, 5],
    [{}, 5],
    [{ a: '1' }, 5 + b.length],
    [{ a: '1' }, 300_000],
    [{ a: '1' }, null],
  ])
})

test('filenames are decoded and are never paths', async (t) => {
  const story = await startForm(t)
  for (const [parameter, expected] of [
    ['filename="语音.wav"', '语音.wav'],
    ["filename*=utf-8''%E8%AF%AD%20a.wav", '语 a.wav'],
    [`filename="x"; filename*=UTF-8''%E8%AF%AD`, '语'],
    ['filename="a\\"b.wav"', 'a"b.wav'],
    ['filename="C:\\dir\\a.wav"', 'a.wav'],
    ['filename="../../etc/passwd"', 'passwd'],
    ["filename*=utf-8''..%2F..%2Fetc%2Fpasswd", 'passwd'],
    ['filename=".."', ''],
    ['filename=""', ''],
    ['filename=plain.wav', 'plain.wav'],
    ['filename="__proto__"', '__proto__'],
  ] as const) {
    const answer = await post(story, part(`name="data"; ${parameter}`, 'x') + END)
    const [, file] = JSON.parse(answer.body)
    assert.equal(file.filename, expected, parameter)
  }
  const latin1 = Buffer.from(part('name="data"; filename="caf\xe9.wav"', 'x') + END, 'latin1')
  assert.equal(JSON.parse((await post(story, latin1)).body)[1].filename, 'café.wav')
})

test('headers that clients add to parts do no harm', async (t) => {
  const story = await startForm(t)
  const headers =
    'Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\nContent-Length: 3\r\n'
  const gbk = Buffer.concat([
    Buffer.from(
      '--XbX\r\ncontent-disposition:form-data;name=b\r\nContent-Type: text/plain; charset=gbk\r\n\r\n',
    ),
    Buffer.from([0xd6, 0xd0]),
    Buffer.from(`\r\n${END}`),
  ])
  const body = Buffer.concat([Buffer.from(part('name="a"', '中', headers)), gbk])
  assert.deepEqual(parsed(await post(story, body)), [
    [
      ['a', '中'],
      ['b', '中'],
    ],
    null,
  ])
})

test('boundaries come quoted, in any letter case of the parameter, and with odd characters', async (t) => {
  const story = await startForm(t)
  for (const [contentType, boundary] of [
    ['multipart/form-data; boundary="XbX"', 'XbX'],
    ['Multipart/Form-Data;charset=utf-8;BOUNDARY=XbX', 'XbX'],
    [`multipart/form-data; boundary="a b'()+_,-./:=?"`, "a b'()+_,-./:=?"],
    [
      'multipart/form-data; boundary=----------------------------1234567890',
      '----------------------------1234567890',
    ],
  ] as const) {
    const body = (FILE + END).replaceAll('XbX', boundary)
    assert.deepEqual(parsed(await post(story, body, contentType)), [[], RECEIVED], contentType)
  }
})

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
