import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { MovableClock, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import {
  BODY,
  begin,
  bytes,
  create,
  findObject,
  head,
  named,
  objectAt,
  offsetOf,
  patch,
  size,
  startUploads,
  TUS,
  ticketFor,
} from './rig.ts'

const clock = new MovableClock()
let server: TestServer
before(async () => {
  server = await startUploads({ clock })
})
after(() => server.stop())

describe('tus', () => {
  test('an upload in pieces becomes an object with the last one', async () => {
    const url = await begin(server, { ...size, ...named('a.txt') })
    assert.equal(new URL(url).origin, server.url)
    shows('resumable', 'POST /uploads')
    const first = await patch(url, 0, bytes.subarray(0, 100_000))
    assert.deepEqual([first.status, first.headers.get('upload-offset')], [204, '100000'])
    assert.equal(await objectAt(server, 'in/a.txt'), null)
    const told = await head(url)
    assert.equal(told.status, 200)
    assert.deepEqual(
      ['upload-offset', 'upload-length', 'upload-metadata', 'cache-control', 'tus-resumable'].map((name) =>
        told.headers.get(name),
      ),
      ['100000', '300000', named('a.txt')['upload-metadata'], 'no-store', '1.0.0'],
    )
    shows('resumable', 'HEAD /uploads/{upload}')
    assert.equal((await patch(url, 100_000, bytes.subarray(100_000))).headers.get('upload-offset'), '300000')
    assert.ok((await objectAt(server, 'in/a.txt'))?.equals(bytes))
    assert.equal((await findObject(server, 'in/a.txt'))?.contentType, 'text/plain')
    shows('resumable', 'PATCH /uploads/{upload}')
    assert.equal(await offsetOf(url), '300000')
  })

  test('the first bytes may come with the creation', async () => {
    const made = await create(server, { ...size, ...named('b.txt'), ...BODY }, ticketFor(), bytes)
    assert.deepEqual([made.status, made.headers.get('upload-offset')], [201, '300000'])
    assert.ok((await objectAt(server, 'in/b.txt'))?.equals(bytes))
    shows('resumable', 'creation-with-upload')
  })

  test('the size may be told later, and of nothing there is an object at once', async () => {
    const url = await begin(server, { 'upload-defer-length': '1', ...named('later.txt') })
    await patch(url, 0, bytes.subarray(0, 10))
    assert.equal((await head(url)).headers.get('upload-defer-length'), '1')
    const end = await patch(url, 10, bytes.subarray(10, 20), { 'upload-length': '20' })
    assert.equal(end.status, 204)
    assert.ok((await objectAt(server, 'in/later.txt'))?.equals(bytes.subarray(0, 20)))
    shows('resumable', 'Upload-Defer-Length')
    await begin(server, { 'upload-length': '0', ...named('empty.txt') })
    assert.equal((await objectAt(server, 'in/empty.txt'))?.byteLength, 0)
  })

  test('a body that breaks off keeps what came', async () => {
    const url = await begin(server, { ...size, ...named('broken.txt') })
    const sending = httpRequest(url, {
      method: 'PATCH',
      headers: { ...TUS, ...BODY, 'upload-offset': '0', 'content-length': bytes.byteLength },
    })
    sending.on('error', () => {})
    const before = appended()
    sending.write(bytes.subarray(0, 150_000), () => sending.destroy())
    while (appended() === before) await setImmediate()
    const offset = Number(await offsetOf(url))
    assert.ok(offset > 0 && offset <= 150_000, `${offset}`)
    const rest = await patch(url, offset, bytes.subarray(offset))
    assert.equal(rest.status, 204)
    assert.ok((await objectAt(server, 'in/broken.txt'))?.equals(bytes))
    shows('resumable', 'what came before a break')
  })

  test('whoever comes next takes over, and the one before is told', async () => {
    const url = await begin(server, { ...size, ...named('taken.txt') })
    const sending = httpRequest(url, {
      method: 'PATCH',
      headers: { ...TUS, ...BODY, 'upload-offset': '0', 'content-length': bytes.byteLength },
    })
    const answered = once(sending, 'response')
    sending.on('error', () => {})
    sending.write(bytes.subarray(0, 100_000))
    let offset = 0
    while (offset === 0) offset = Number(await offsetOf(url))
    const [answer] = await answered
    assert.equal(answer.statusCode, 409)
    sending.destroy()
    assert.equal((await patch(url, offset, bytes.subarray(offset))).status, 204)
    assert.ok((await objectAt(server, 'in/taken.txt'))?.equals(bytes))
    shows('resumable', 'two senders of one upload')
  })

  test('bytes anywhere else than at the end are refused', async () => {
    const url = await begin(server, { ...size, ...named('c.txt') })
    await patch(url, 0, bytes.subarray(0, 10))
    for (const offset of [0, 9, 11, 300_000]) {
      const refused = await patch(url, offset, bytes.subarray(0, 5))
      assert.deepEqual([refused.status, refused.headers.get('upload-offset')], [409, '10'])
    }
    assert.equal(await offsetOf(url), '10')
    shows('resumable', '409')
  })

  test('checksums of the bytes are checked, in the head and behind them', async () => {
    const url = await begin(server, { 'upload-length': '40', ...named('sums.txt') })
    const piece = (at: number) => bytes.subarray(at, at + 10)
    const sum = (name: string, of: Uint8Array) => `${name} ${createHash(name).update(of).digest('base64')}`
    let at = 0
    for (const name of ['sha1', 'md5', 'sha256']) {
      const wrong = await patch(url, at, piece(at), { 'upload-checksum': sum(name, piece(1000)) })
      assert.equal(wrong.status, 460)
      assert.equal(await offsetOf(url), `${at}`)
      const right = await patch(url, at, piece(at), { 'upload-checksum': sum(name, piece(at)) })
      assert.equal(right.status, 204)
      at += 10
    }
    for (const text of ['crc9 AAAA', 'sha1', 'sha1 AAAA more'])
      assert.equal((await patch(url, at, piece(at), { 'upload-checksum': text })).status, 400)
    shows('resumable', 'Upload-Checksum')
    assert.equal(await withTrailer(url, at, piece(at), sum('sha1', piece(3))), 460)
    assert.equal(await withTrailer(url, at, piece(at), sum('sha1', piece(at))), 204)
    assert.ok((await objectAt(server, 'in/sums.txt'))?.equals(bytes.subarray(0, 40)))
    shows('resumable', 'Trailer: Upload-Checksum')
  })

  test('an upload that is given up is gone', async () => {
    const url = await begin(server, { ...size, ...named('gone.txt') })
    await patch(url, 0, bytes.subarray(0, 100_000))
    assert.equal((await fetch(url, { method: 'DELETE', headers: TUS })).status, 204)
    assert.equal((await head(url)).status, 404)
    assert.equal((await patch(url, 100_000, bytes.subarray(0, 5))).status, 404)
    shows('resumable', 'DELETE /uploads/{upload}')
  })

  test('an upload that waits too long is gone, and each piece gives it time', async () => {
    const url = await begin(server, { ...size, ...named('old.txt') })
    const expires = (answer: Response) => Date.parse(answer.headers.get('upload-expires') ?? '')
    const first = expires(await head(url))
    clock.advance(4 * 86_400_000)
    const renewed = expires(await patch(url, 0, bytes.subarray(0, 10)))
    assert.ok(renewed > first)
    clock.advance(8 * 86_400_000)
    assert.equal((await head(url)).status, 410)
    assert.equal((await patch(url, 10, bytes.subarray(0, 5))).status, 410)
    shows('resumable', 'Upload-Expires')
  })
})

const appended = () => server.logLines.filter((line) => line.includes('"call":"append"')).length

/** A PATCH whose checksum comes behind the body. */
async function withTrailer(url: string, offset: number, body: Uint8Array, checksum: string): Promise<number> {
  const sending = httpRequest(url, {
    method: 'PATCH',
    headers: {
      ...TUS,
      ...BODY,
      'upload-offset': `${offset}`,
      'transfer-encoding': 'chunked',
      trailer: 'Upload-Checksum',
    },
  })
  sending.write(body)
  sending.addTrailers({ 'Upload-Checksum': checksum })
  sending.end()
  const [answer] = await once(sending, 'response')
  answer.resume()
  return answer.statusCode
}
