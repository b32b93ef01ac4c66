import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { Busboy } from '@fastify/busboy'
import { type SeededRandom, seeded } from '../../test/support/seeded.ts'
import { RequestFault, type RequestFaultCode } from './faults.ts'
import { MultipartReader } from './multipart-reader.ts'

const BOUNDARY = 'XbX'

interface ReadPart {
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Buffer
}

async function readAll(chunks: Iterable<Uint8Array>, boundary = BOUNDARY): Promise<ReadPart[]> {
  const reader = new MultipartReader(lent(chunks), boundary)
  const parts: ReadPart[] = []
  for (let part = await reader.nextPart(); part !== null; part = await reader.nextPart()) {
    const pieces: Uint8Array[] = []
    for await (const piece of part.content) pieces.push(Buffer.from(piece))
    parts.push({ headers: Object.fromEntries(part.headers), bytes: Buffer.concat(pieces) })
  }
  return parts
}

/** Each chunk is gone once the next one is asked for, as those of a request are. */
async function* lent(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) {
    const memory = Buffer.from(chunk)
    yield memory
    memory.fill('#')
  }
}

function* inPieces(body: Buffer, size: (left: number) => number): Iterable<Uint8Array> {
  for (let at = 0; at < body.length; ) {
    const end = at + Math.max(1, size(body.length - at))
    yield body.subarray(at, end)
    at = end
  }
}

const fails = (body: string, code: RequestFaultCode = 'malformed-multipart'): Promise<void> =>
  assert.rejects(
    readAll([Buffer.from(body)]),
    (error) => error instanceof RequestFault && error.code === code,
    JSON.stringify(body.slice(0, 100)),
  )

test('parts come out the same wherever the body is cut into chunks', async () => {
  const content = ['', '\r', '\r\n--Xb', 'a\r\n--XbY\r\n\r\n--', '--XbX', '\n--XbX\n', '\r\r\n-\r\n--X\r\n']
  const body = Buffer.from(
    `preamble\r\n${content.map((text, at) => `--XbX \t\r\nA: ${at}\r\n\r\n${text}\r\n`).join('')}--XbX--\r\nepilogue`,
  )
  for (let size = 1; size <= body.length; size += 1) {
    const parts = await readAll(inPieces(body, () => size))
    assert.deepEqual(
      parts.map((part) => [part.headers.a, part.bytes.toString()]),
      content.map((text, at) => [String(at), text]),
      `pieces of ${size}`,
    )
  }
})

test('a part may have no headers, and a body no parts', async () => {
  assert.deepEqual(await readAll([Buffer.from('--XbX\r\n\r\nhello\r\n--XbX--')]), [
    { headers: {}, bytes: Buffer.from('hello') },
  ])
  assert.deepEqual(await readAll([Buffer.from('--XbX--\r\n')]), [])
})

test('headers are unfolded, trimmed and named in lower case; text that is no UTF-8 is taken byte by byte', async () => {
  const parts = await readAll([
    Buffer.from('--XbX\r\nContent-Disposition:  form-data;\r\n  name="é" \r\nX-Empty:\r\n\r\n\r\n'),
    Buffer.from('--XbX\r\nX: caf\xe9\r\n\r\n\r\n--XbX--', 'latin1'),
  ])
  assert.deepEqual(
    parts.map((part) => part.headers),
    [{ 'content-disposition': 'form-data;  name="é"', 'x-empty': '' }, { x: 'café' }],
  )
})

test('broken framing is a fault', async () => {
  await fails('')
  await fails('no delimiter at all')
  await fails('--XbX')
  await fails('--XbX\r\nA: 1')
  await fails('--XbX\r\nA: 1\r\n\r\ncontent')
  await fails('--XbX\r\nA: 1\r\n\r\ncontent\r\n--XbX')
  await fails('--XbX\r\nA: 1\r\n\r\ncontent\r\n--XbX-')
  await fails('--XbX\r\nA: 1\r\n\r\ncontent\r\n--XbX\r\n')
  await fails('--XbX\nA: 1\n\ncontent\n--XbX--')
  await fails('--XbXjunk\r\nA: 1\r\n\r\n\r\n--XbX--')
})

test('broken headers of a part are a fault', async () => {
  for (const line of [
    'no colon',
    ': no name',
    'bad name: 1',
    'A: \u0000',
    'A: a\rb',
    'A: a\nB: b',
    'A: 1\r\na: 2',
    ' A: 1',
  ]) {
    await fails(`--XbX\r\n${line}\r\n\r\n\r\n--XbX--`)
  }
})

test('headers and margins have limits', async () => {
  await fails(`--XbX\r\nA: ${'a'.repeat(1_000_000)}\r\n\r\n\r\n--XbX--`, 'too-complex')
  await fails(`--XbX\r\n${'a'.repeat(1_000_000)}`, 'too-complex')
  await fails(
    `--XbX\r\n${Array.from({ length: 33 }, (_, at) => `A${at}: 1\r\n`).join('')}\r\n\r\n--XbX--`,
    'too-complex',
  )
  await fails(`${'a'.repeat(65_537)}\r\n--XbX--`)
  await fails(`--XbX--${'a'.repeat(65_537)}`)
})

test('a source that fails fails the reader with its own error', async () => {
  async function* broken(): AsyncIterable<Uint8Array> {
    yield Buffer.from('--XbX\r\nA: 1\r\n\r\nsome')
    throw new RequestFault('body-truncated', 'gone')
  }
  const reader = new MultipartReader(broken(), BOUNDARY)
  const part = await reader.nextPart()
  await assert.rejects(async () => {
    for await (const _ of part?.content ?? []);
  }, /gone/)
})

test('content goes through without being copied', async () => {
  const big = Buffer.alloc(1 << 20)
  const reader = new MultipartReader(
    Readable.from([Buffer.from('--XbX\r\nA: 1\r\n\r\n'), big, Buffer.from('\r\n--XbX--')]),
    BOUNDARY,
  )
  const part = await reader.nextPart()
  const pieces: Uint8Array[] = []
  for await (const piece of part?.content ?? []) pieces.push(piece)
  assert.equal(pieces.length, 1)
  assert.equal(pieces[0]?.buffer, big.buffer)
})

test('random bodies in random chunks give what busboy gives', async (t) => {
  const random = seeded(t)
  for (let round = 0; round < 300; round += 1) {
    const body = randomBody(random)
    const pieces = [...inPieces(body, (left) => random.int(Math.min(left, round % 2 === 0 ? 12 : 4096)) + 1)]
    const ours = (await readAll(pieces)).map((part) => part.bytes.toString('hex'))
    assert.deepEqual(ours, await withBusboy(pieces), `round ${round}`)
  }
})

const CRUMBS = [
  '\r',
  '\n',
  '\r\n',
  '-',
  '--',
  '--XbX',
  'X',
  'b',
  '\r\n--XbY',
  '\r\n--Xb',
  '\r\n-',
  'voice',
  '\u0000',
]

function randomBody(random: SeededRandom): Buffer {
  const parts = Array.from({ length: 1 + random.int(4) }, () => {
    const crumbs = Array.from({ length: 1 + random.int(40) }, () => CRUMBS[random.int(CRUMBS.length)] ?? '')
    let content = crumbs.join('')
    while (content.includes('\r\n--XbX')) content = content.replace('\r\n--XbX', '')
    return `--XbX\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\nx${content}\r\n`
  })
  return Buffer.from(`${parts.join('')}--XbX--\r\n`, 'latin1')
}

function withBusboy(pieces: readonly Uint8Array[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const busboy = new Busboy({ headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` } })
    const files: Uint8Array[][] = []
    busboy.on('file', (_name, stream) => {
      const chunks: Uint8Array[] = []
      files.push(chunks)
      stream.on('data', (chunk: Uint8Array) => chunks.push(Buffer.from(chunk)))
    })
    busboy.on('finish', () => resolve(files.map((chunks) => Buffer.concat(chunks).toString('hex'))))
    busboy.on('error', reject)
    for (const piece of pieces) busboy.write(piece)
    busboy.end()
  })
}
