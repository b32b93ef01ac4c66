import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import type { TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { bytes, findObject, objectAt, startUploads, ticketFor } from './rig.ts'

let server: TestServer
before(async () => {
  server = await startUploads()
})
after(() => server.stop())

type Bytes = Uint8Array<ArrayBuffer>
type Headers = Readonly<Record<string, string>>

const post = (key: string, body: Bytes, isLast: boolean, headers: Headers = {}): Promise<Response> =>
  fetch(`${server.url}/uploads?key=in/${key}`, {
    method: 'POST',
    headers: {
      ...{
        'upload-ticket': ticketFor(),
        'content-type': 'image/png',
        'upload-complete': isLast ? '?1' : '?0',
      },
      ...headers,
    },
    body,
  })
const locationOf = (made: Response): string => made.headers.get('location') ?? assert.fail('no location')
const patch = (
  url: string,
  offset: number,
  body: Bytes,
  isLast: boolean,
  headers: Headers = {},
): Promise<Response> =>
  fetch(url, {
    method: 'PATCH',
    headers: {
      ...{ 'content-type': 'application/partial-upload', 'upload-offset': `${offset}` },
      ...{ 'upload-complete': isLast ? '?1' : '?0', ...headers },
    },
    body,
  })
const head = (url: string, headers: Headers = {}) => fetch(url, { method: 'HEAD', headers })
const told = ({ headers }: Response, ...names: readonly string[]) => names.map((name) => headers.get(name))
const problemOf = async (answer: Response) => (await answer.json()) as Readonly<Record<string, string>>
const sumOf = (of: Uint8Array) => `sha-256=:${createHash('sha256').update(of).digest('base64')}:`

describe('the draft of the IETF', () => {
  test('a whole upload is one request', async () => {
    const made = await post('whole.png', bytes, true)
    assert.deepEqual([made.status, ...told(made, 'upload-complete', 'upload-offset')], [201, '?1', '300000'])
    assert.ok((await objectAt(server, 'in/whole.png'))?.equals(bytes))
    assert.equal((await findObject(server, 'in/whole.png'))?.contentType, 'image/png')
    const state = await head(locationOf(made))
    assert.equal(state.status, 204)
    assert.deepEqual(told(state, 'upload-complete', 'upload-offset', 'upload-length', 'cache-control'), [
      ...['?1', '300000', '300000', 'no-store'],
    ])
    assert.match(state.headers.get('upload-limit') ?? '', /^max-size=10000000, max-age=\d+$/)
    shows('resumable', 'Upload-Complete')
  })

  test('an interim response names the upload before the body is read', async () => {
    const sending = httpRequest(`${server.url}/uploads?key=in/interim.png`, {
      method: 'POST',
      headers: {
        ...{ 'upload-ticket': ticketFor(), 'upload-complete': '?1', 'content-length': bytes.byteLength },
        'upload-draft-interop-version': '8',
      },
    })
    sending.flushHeaders()
    const [interim] = await once(sending, 'information')
    assert.equal(interim.statusCode, 104)
    assert.equal(interim.headers['upload-draft-interop-version'], '8')
    assert.match(interim.headers['upload-limit'], /^max-size=/)
    sending.end(bytes)
    const [answer] = await once(sending, 'response')
    assert.deepEqual([answer.statusCode, answer.headers.location], [201, interim.headers.location])
    answer.resume()
    shows('resumable', '104 Upload Resumption Supported')
  })

  test('an upload may come in pieces, of which the last one says so', async () => {
    const url = locationOf(
      await post('pieces.png', bytes.subarray(0, 0), false, { 'upload-length': '300000' }),
    )
    const first = await patch(url, 0, bytes.subarray(0, 100_000), false)
    assert.deepEqual([first.status, ...told(first, 'upload-complete')], [204, '?0'])
    const all = await patch(url, 100_000, bytes.subarray(100_000), false)
    assert.equal(all.status, 204)
    assert.deepEqual(told(await head(url), 'upload-complete', 'upload-offset'), ['?0', '300000'])
    assert.equal(await objectAt(server, 'in/pieces.png'), null)
    const last = await patch(url, 300_000, bytes.subarray(0, 0), true)
    assert.deepEqual([last.status, ...told(last, 'upload-complete')], [200, '?1'])
    assert.ok((await objectAt(server, 'in/pieces.png'))?.equals(bytes))
    shows('resumable', 'application/partial-upload')
  })

  test('bytes at another offset, and behind the end, are refused by problem types', async () => {
    const url = locationOf(await post('odd.png', bytes.subarray(0, 10), false))
    const mismatch = await patch(url, 5, bytes.subarray(0, 5), false)
    assert.deepEqual([mismatch.status, ...told(mismatch, 'upload-offset')], [409, '10'])
    const problem = await problemOf(mismatch)
    assert.equal(problem.type, 'https://iana.org/assignments/http-problem-types#mismatching-upload-offset')
    assert.equal(`${problem['expected-offset']}, ${problem['provided-offset']}`, '10, 5')
    await patch(url, 10, bytes.subarray(10, 20), true)
    const behind = await patch(url, 20, bytes.subarray(0, 5), true)
    assert.equal(behind.status, 400)
    assert.match((await problemOf(behind)).type ?? '', /#inconsistent-upload-length$/)
    const again = await patch(url, 20, bytes.subarray(0, 0), true)
    assert.equal(again.status, 400)
    assert.match((await problemOf(again)).type ?? '', /#completed-upload$/)
    shows('resumable', 'mismatching-upload-offset, completed-upload, inconsistent-upload-length')
  })

  test('lengths that do not fit are refused, and more bytes than the length end the upload', async () => {
    const twice = await post('l.png', bytes.subarray(0, 10), true, { 'upload-length': '11' })
    assert.equal(twice.status, 400)
    const url = locationOf(await post('l.png', bytes.subarray(0, 10), false, { 'upload-length': '20' }))
    assert.equal((await patch(url, 10, bytes.subarray(0, 5), false, { 'upload-length': '21' })).status, 400)
    assert.equal((await patch(url, 10, bytes.subarray(0, 5), true)).status, 400)
    assert.equal((await patch(url, 10, bytes.subarray(0, 11), false)).status, 413)
    assert.equal((await head(url)).status, 404)
    assert.equal(await objectAt(server, 'in/l.png'), null)
  })

  test('headers that are no booleans and no numbers do not count', async () => {
    for (const text of ['1', 'true', '?2', ''])
      assert.equal((await post('n.png', bytes, true, { 'upload-complete': text })).status, 400, text)
    const url = locationOf(await post('n.png', bytes.subarray(0, 10), false, { 'upload-length': '-3' }))
    for (const text of ['', '-1', '1.5', 'ten'])
      assert.equal((await patch(url, 0, bytes, true, { 'upload-offset': text })).status, 400, text)
    assert.equal((await patch(url, 10, bytes, true, { 'content-type': 'image/png' })).status, 415)
  })

  test('an upload that is given up is gone, once its sender is told', async () => {
    const url = locationOf(await post('c.png', bytes.subarray(0, 10), false))
    assert.equal((await fetch(url, { method: 'DELETE' })).status, 204)
    assert.equal((await head(url)).status, 404)
  })

  test('digests of a body and of the whole are checked', async () => {
    const url = locationOf(await post('d.png', bytes.subarray(0, 10), false, { 'repr-digest': sumOf(bytes) }))
    const rest = bytes.subarray(10)
    const wrong = await patch(url, 10, rest, true, { 'content-digest': sumOf(bytes) })
    assert.equal(wrong.status, 400)
    assert.deepEqual(told(await head(url), 'upload-offset'), ['10'])
    const right = await patch(url, 10, rest, true, { 'content-digest': `md5=:AAAA:, ${sumOf(rest)}` })
    assert.equal(right.status, 200)
    assert.ok((await objectAt(server, 'in/d.png'))?.equals(bytes))
    shows('resumable', 'Content-Digest')
    const other = await post('e.png', bytes, true, { 'repr-digest': sumOf(rest) })
    assert.equal(other.status, 400)
    assert.equal(await objectAt(server, 'in/e.png'), null)
    shows('resumable', 'Repr-Digest')
  })

  test('clients of older drafts are answered in their words', async () => {
    const old = { 'upload-draft-interop-version': '3' }
    const made = await fetch(`${server.url}/uploads?key=in/old.png`, {
      method: 'POST',
      headers: { ...old, 'upload-ticket': ticketFor(), 'upload-incomplete': '?1' },
      body: bytes.subarray(0, 10),
    })
    assert.deepEqual(told(made, 'upload-incomplete', 'upload-draft-interop-version', 'upload-complete'), [
      ...['?1', '3', null],
    ])
    const url = locationOf(made)
    assert.deepEqual(told(await head(url, old), 'upload-incomplete', 'upload-offset'), ['?1', '10'])
    const last = await fetch(url, {
      method: 'PATCH',
      headers: { ...old, 'upload-offset': '10', 'upload-incomplete': '?0' },
      body: bytes.subarray(10),
    })
    assert.deepEqual([last.status, ...told(last, 'upload-incomplete')], [200, '?0'])
    assert.ok((await objectAt(server, 'in/old.png'))?.equals(bytes))
    shows('resumable', 'Upload-Draft-Interop-Version')
  })

  test('the file name is that of Content-Disposition', async () => {
    const headers = {
      ...{ 'upload-ticket': ticketFor(), 'upload-complete': '?1' },
      'content-disposition': `inline; filename="a.png"; filename*=UTF-8''%E5%9B%BE.png`,
    }
    const made = await fetch(`${server.url}/uploads`, { method: 'POST', headers, body: bytes })
    assert.equal(made.status, 201)
    assert.ok((await objectAt(server, 'in/图.png'))?.equals(bytes))
  })

  test('OPTIONS tells that pieces are taken, and how large an upload may be', async () => {
    const options = await fetch(`${server.url}/uploads`, { method: 'OPTIONS' })
    assert.deepEqual(told(options, 'accept-patch', 'upload-limit'), [
      ...['application/partial-upload', 'max-size=10000000'],
    ])
  })
})
