import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { seeded } from '../../test/support/seeded.ts'
import { deriveKey, hmacSha256, sha256Hex } from '../http/canonical.ts'
import { type ChunkChain, type PlaneChunks, unchunked } from './chunks.ts'
import { PlaneError } from './errors.ts'

/** The example of "Signature calculations: transferring payload in multiple chunks" in the documents of S3. */
const CHAIN: ChunkChain = {
  key: deriveKey('AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', [
    ...['20130524', 'us-east-1', 's3', 'aws4_request'],
  ]),
  timestamp: '20130524T000000Z',
  scope: '20130524/us-east-1/s3/aws4_request',
  seed: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
}
const EXAMPLE = [
  [65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
  [1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
  [0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
] as const

const SIGNED: PlaneChunks = { isSigned: true, hasTrailer: false, chain: CHAIN }
const SIGNED_TRAILER: PlaneChunks = { ...SIGNED, hasTrailer: true }
const UNSIGNED: PlaneChunks = { isSigned: false, hasTrailer: true, chain: CHAIN }

const TRAILER = { 'x-amz-checksum-crc32c': 'sOO8/Q==' }
const CHUNKS = ['some bytes', 'x'.repeat(9000), '\r\n0\r\n\r\n'].map((text) => Buffer.from(text))
const WHOLE = Buffer.concat(CHUNKS)

interface Sending {
  readonly isSigned: boolean
  readonly trailer: Readonly<Record<string, string>> | null
}

/** A body as clients of S3 write it. */
function chunked(chunks: readonly Uint8Array[], { isSigned, trailer }: Sending): Buffer {
  let last = CHAIN.seed
  const sign = (kind: string, digests: readonly string[]) => {
    const text = [kind, CHAIN.timestamp, CHAIN.scope, last, ...digests].join('\n')
    last = hmacSha256(CHAIN.key, text).toString('hex')
    return last
  }
  const pieces = [...chunks, new Uint8Array()].flatMap((chunk) => {
    const digests = [sha256Hex(''), sha256Hex(chunk)]
    const signature = isSigned ? `;chunk-signature=${sign('AWS4-HMAC-SHA256-PAYLOAD', digests)}` : ''
    const head = `${chunk.byteLength.toString(16)}${signature}\r\n`
    return [Buffer.from(head), chunk, Buffer.from(chunk.byteLength === 0 ? '' : '\r\n')]
  })
  const names = Object.entries(trailer ?? {})
  const lines = names.map(([name, value]) => `${name}:${value}`)
  const digest = sha256Hex(lines.map((line) => `${line}\n`).join(''))
  const signature =
    isSigned && trailer !== null
      ? [`x-amz-trailer-signature:${sign('AWS4-HMAC-SHA256-TRAILER', [digest])}`]
      : []
  const end = [...lines, ...signature, ''].map((line) => `${line}\r\n`).join('')
  return Buffer.concat([...pieces, Buffer.from(end)])
}

async function* inPieces(body: Uint8Array, sizeOf: () => number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < body.byteLength; ) {
    const size = sizeOf()
    yield body.subarray(at, at + size)
    at += size
  }
}

async function read(body: Uint8Array, chunks: PlaneChunks, sizeOf = () => 4099) {
  const inner = unchunked(inPieces(body, sizeOf), chunks)
  const bytes: Uint8Array[] = []
  for await (const piece of inner) bytes.push(piece)
  return { bytes: Buffer.concat(bytes), trailer: Object.fromEntries(inner.trailer) }
}

const refused = (code: PlaneError['code']) => (error: unknown) =>
  error instanceof PlaneError && error.code === code
const MALFORMED = refused('chunks-malformed')
const MISMATCH = refused('signature-mismatch')

/** The body with the first `from` replaced. */
function replaced(body: Buffer, from: string, to: string): Buffer {
  const text = body.toString('latin1')
  assert.ok(text.includes(from), from)
  return Buffer.from(text.replace(from, to), 'latin1')
}

const signed = chunked(CHUNKS, { isSigned: true, trailer: null })
const signedTrailer = chunked(CHUNKS, { isSigned: true, trailer: TRAILER })
const unsigned = chunked(CHUNKS, { isSigned: false, trailer: TRAILER })

const KINDS = [
  ['signed', signed, SIGNED],
  ['signed with a trailer', signedTrailer, SIGNED_TRAILER],
  ['unsigned with a trailer', unsigned, UNSIGNED],
] as const

describe('bodies in chunks', () => {
  test('the example of the vendor’s documents is read', async () => {
    const pieces = EXAMPLE.flatMap(([size, signature]) => [
      `${size.toString(16)};chunk-signature=${signature}\r\n${'a'.repeat(size)}\r\n`,
    ])
    const { bytes } = await read(Buffer.from(pieces.join('')), SIGNED)
    assert.ok(bytes.equals(Buffer.alloc(66_560, 'a')))
  })

  for (const [name, body, chunks] of KINDS) {
    test(`${name}: the bytes come out whole, however the body is cut`, async (t) => {
      const random = seeded(t)
      for (const sizeOf of [() => 1, () => 1e9, () => random.int(100), () => random.int(6000)]) {
        const found = await read(body, chunks, sizeOf)
        assert.ok(found.bytes.equals(WHOLE))
        const { 'x-amz-trailer-signature': _, ...trailer } = found.trailer
        assert.deepEqual(trailer, chunks.hasTrailer ? TRAILER : {})
      }
    })

    test(`${name}: a body that ends early is refused, wherever that is`, async () => {
      const short = chunked([Buffer.from('some bytes')], {
        ...{ isSigned: chunks.isSigned, trailer: chunks.hasTrailer ? TRAILER : null },
      })
      // The empty line at the end may be missing: some clients leave it out. Nobody signed that an unsigned trailer is there.
      const needed = short.byteLength - 2
      const isWhole = (size: number) =>
        !chunks.isSigned && short.toString('latin1', 0, size).endsWith('\r\n0\r\n')
      for (let size = 0; size < needed; size++)
        if (!isWhole(size))
          await assert.rejects(
            read(short.subarray(0, size), chunks),
            (error) => error instanceof PlaneError,
            `${size}`,
          )
    })

    test(`${name}: what comes behind the end is refused`, async () => {
      for (const more of ['x', '\r\n', '0\r\n\r\n', '5\r\nbytes\r\n0\r\n\r\n'])
        await assert.rejects(read(Buffer.concat([body, Buffer.from(more)]), chunks), MALFORMED, more)
    })

    test(`${name}: a body of nothing is read`, async () => {
      const trailer = chunks.hasTrailer ? TRAILER : null
      const none = chunked([], { isSigned: chunks.isSigned, trailer })
      assert.equal((await read(none, chunks)).bytes.byteLength, 0)
    })
  }

  test('a chunk whose bytes, size or place are others than those signed is refused', async () => {
    await assert.rejects(read(replaced(signed, 'some bytes', 'same bytes'), SIGNED), MISMATCH)
    await assert.rejects(read(replaced(signed, 'a;chunk', 'b;chunk'), SIGNED), MISMATCH)
    const other = chunked([...CHUNKS].reverse(), { isSigned: true, trailer: null })
    const [first = ''] = other.toString('latin1').split('\r\n', 1)
    const [own = ''] = signed.toString('latin1').split('\r\n', 1)
    const resigned = replaced(signed, own, `a${first.slice(1)}`)
    await assert.rejects(read(resigned, SIGNED), MISMATCH)
  })

  test('a chunk that is left out or sent twice is refused', async () => {
    const first = chunked([Buffer.from('one')], { isSigned: true, trailer: null })
    const [head] = first.toString('latin1').split('0;chunk-signature')
    const twice = chunked([Buffer.from('one'), Buffer.from('two')], { isSigned: true, trailer: null })
    const text = twice.toString('latin1')
    assert.ok(head !== undefined && text.startsWith(head))
    await assert.rejects(read(Buffer.from(text.slice(head.length)), SIGNED), MISMATCH, 'left out')
    await assert.rejects(read(Buffer.from(head + text), SIGNED), MISMATCH, 'twice')
    const last = text.slice(text.indexOf('0;chunk-signature'))
    await assert.rejects(read(Buffer.from(head + last), SIGNED), MISMATCH, 'ended early')
  })

  test('a signature that is missing, short, of another key or where none belongs is refused', async () => {
    await assert.rejects(read(unsigned, SIGNED_TRAILER), MALFORMED)
    await assert.rejects(read(signedTrailer, UNSIGNED), MALFORMED)
    const short = signed.toString('latin1').replace(/(chunk-signature=[0-9a-f]{63})[0-9a-f]/, '$1')
    await assert.rejects(read(Buffer.from(short, 'latin1'), SIGNED), MALFORMED)
    const stranger = { ...SIGNED, chain: { ...CHAIN, key: Buffer.alloc(32) } }
    await assert.rejects(read(signed, stranger), MISMATCH)
    const later = { ...SIGNED, chain: { ...CHAIN, timestamp: '20130524T000001Z' } }
    await assert.rejects(read(signed, later), MISMATCH)
  })

  test('a trailer is as it was signed, and signed where the chunks are', async () => {
    await assert.rejects(read(replaced(signedTrailer, 'sOO8', 'sOO9'), SIGNED_TRAILER), MISMATCH)
    const without = signedTrailer.toString('latin1').replace(/x-amz-trailer-signature:.*\r\n/, '')
    await assert.rejects(read(Buffer.from(without, 'latin1'), SIGNED_TRAILER), MISMATCH)
    const none = signed.toString('latin1')
    await assert.rejects(read(Buffer.from(none, 'latin1'), SIGNED_TRAILER), MISMATCH)
    await assert.rejects(read(signedTrailer, SIGNED), MALFORMED)
  })

  test('sizes that are none, or more than can be, are refused', async () => {
    for (const size of [
      '',
      '-1',
      '+1',
      '0x1',
      '1.5',
      ' 1',
      '1 ',
      'g',
      'f'.repeat(16),
      '1;ext=1',
      '1;',
      'NaN',
    ])
      await assert.rejects(read(Buffer.from(`${size}\r\nx\r\n0\r\n\r\n`), UNSIGNED), MALFORMED, size)
    // A size that is right in form, with no bytes of it there.
    await assert.rejects(read(Buffer.from(`${'f'.repeat(13)}\r\nx\r\n`), UNSIGNED), MALFORMED)
  })

  test('lines that do not end, or not as they should, are refused before they are kept', async () => {
    let given = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; ; given++) yield Buffer.alloc(1024, '0')
    }
    const inner = unchunked(endless(), UNSIGNED)
    await assert.rejects(inner[Symbol.asyncIterator]().next(), MALFORMED)
    assert.ok(given < 16, `${given} KiB were taken`)
    for (const text of ['1\nx\n0\n\n', '1\r\nxy\r\n0\r\n\r\n', '1\r\nx0\r\n\r\n', '1\rx\r\n'])
      await assert.rejects(read(Buffer.from(text), UNSIGNED), MALFORMED, JSON.stringify(text))
  })

  test('trailing headers are few, well-formed, and stand once', async () => {
    const ending = (lines: readonly string[]) => Buffer.from(`0\r\n${lines.join('\r\n')}\r\n\r\n`)
    const many = Array.from({ length: 17 }, (_, index) => `x-${index}:1`)
    assert.equal(Object.keys((await read(ending(many.slice(0, 16)), UNSIGNED)).trailer).length, 16)
    for (const lines of [many, ['x-a:1', 'X-A:2'], ['no colon'], [':1'], [`x:${'a'.repeat(5000)}`]])
      await assert.rejects(read(ending(lines), UNSIGNED), MALFORMED, lines[0])
    assert.deepEqual((await read(ending(['X-Upper : a b ']), UNSIGNED)).trailer, { 'x-upper': 'a b' })
  })

  test('random damage of a signed body never gives other bytes', async (t) => {
    const random = seeded(t)
    const body = chunked([random.bytes(300), random.bytes(5)], { isSigned: true, trailer: TRAILER })
    const sound = (await read(body, SIGNED_TRAILER)).bytes
    for (let round = 0; round < 300; round++) {
      const broken = Buffer.from(body)
      const at = random.int(body.byteLength)
      broken[at] = (broken[at] ?? 0) ^ (1 + random.int(255))
      const found = await read(broken, SIGNED_TRAILER).catch((error: unknown) => {
        assert.ok(error instanceof PlaneError, String(error))
        return null
      })
      // What is written in another letter case is the same.
      if (found !== null) assert.ok(found.bytes.equals(sound), `byte ${at}`)
    }
  })
})
