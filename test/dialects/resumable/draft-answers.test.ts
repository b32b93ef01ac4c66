import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { after, before, describe, test } from 'node:test'
import { asAccountId, type UploadId } from '../../../src/core/ids.ts'
import { ACCOUNT, type TestServer } from '../../support/harness.ts'
import { objectAt, startUploads, ticketFor } from './rig.ts'

let server: TestServer
before(async () => {
  server = await startUploads({ settings: { 'resumable.size_max_bytes': '1000000' } })
})
after(() => server.stop())

const bytes = randomBytes(1000)
type Headers = Readonly<Record<string, string>>
const send = (method: string, url: string, body: Uint8Array<ArrayBuffer> | null, headers: Headers) =>
  fetch(url, { method, headers: { 'content-type': 'application/partial-upload', ...headers }, body })
const post = (key: string, body: Uint8Array<ArrayBuffer> | null, headers: Headers) =>
  send('POST', `${server.url}/uploads?key=in/${key}`, body, { 'upload-ticket': ticketFor(), ...headers })
const locationOf = (made: Response): string => made.headers.get('location') ?? assert.fail('no location')
const digestOf = (of: Uint8Array) => `sha-256=:${createHash('sha256').update(of).digest('base64')}:`
const END = { 'upload-complete': '?1' }
const MORE = { 'upload-complete': '?0' }
const addressOf = (url: string) => ({
  ...{ account: asAccountId(ACCOUNT.id), id: (url.split('.').at(-2) ?? '') as UploadId },
})

describe('answers of the draft', () => {
  test('413 tells the limits', async () => {
    const large = await post('large', null, { ...MORE, 'upload-length': '1000001' })
    assert.deepEqual([large.status, large.headers.get('upload-limit')], [413, 'max-size=1000000'])
    const url = locationOf(await post('large', null, { ...MORE, 'upload-length': '10' }))
    const more = await send('PATCH', url, bytes, { ...MORE, 'upload-offset': '0' })
    assert.equal(more.status, 413)
    assert.match(more.headers.get('upload-limit') ?? '', /^max-size=1000000, max-age=\d+$/)
    assert.equal((await fetch(url, { method: 'HEAD' })).status, 404)
  })

  test('a refusal of the whole says that it is complete, and another one does not', async () => {
    const url = locationOf(await post('bad', null, { ...MORE, 'repr-digest': digestOf(Buffer.from('x')) }))
    const early = await send('PATCH', url, bytes, { ...END, 'upload-offset': '7' })
    assert.deepEqual([early.status, early.headers.get('upload-complete')], [409, null])
    const refused = await send('PATCH', url, bytes, { ...END, 'upload-offset': '0' })
    assert.deepEqual([refused.status, refused.headers.get('upload-complete')], [400, '?1'])
  })

  test('an upload whose whole was being looked at when the server died is completed by no more bytes', async () => {
    const url = locationOf(await post('sealed', bytes, { ...MORE, 'repr-digest': digestOf(bytes) }))
    await server.engine.core.uploads.seal(addressOf(url))
    const told = await fetch(url, { method: 'HEAD' })
    assert.deepEqual([told.headers.get('upload-offset'), told.headers.get('upload-complete')], ['1000', '?0'])
    const end = await send('PATCH', url, null, { ...END, 'upload-offset': '1000' })
    assert.deepEqual([end.status, end.headers.get('upload-complete')], [200, '?1'])
    assert.ok((await objectAt(server, 'in/sealed'))?.equals(bytes))
  })

  test('such an upload can be given up', async () => {
    const url = locationOf(await post('given-up', bytes, MORE))
    await server.engine.core.uploads.seal(addressOf(url))
    assert.equal((await fetch(url, { method: 'DELETE' })).status, 204)
    assert.equal((await fetch(url, { method: 'HEAD' })).status, 404)
  })

  test('an upload is not made by tus without the digest that the draft named', async () => {
    const headers = { ...MORE, 'upload-length': '1000', 'repr-digest': digestOf(Buffer.from('x')) }
    const url = locationOf(await post('mixed', bytes, headers))
    const told = await fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } })
    assert.equal(told.status, 400)
    assert.equal(await objectAt(server, 'in/mixed'), null)
  })

  test('a client of HTTP 1.0 gets no interim response', async () => {
    const socket = connect(server.port, '127.0.0.1')
    const head = [
      ...['POST /uploads?key=in/old HTTP/1.0', `Upload-Ticket: ${ticketFor()}`],
      ...['Upload-Complete: ?1', 'Content-Length: 3', '', 'abc'],
    ]
    socket.write(head.join('\r\n'))
    assert.match(await text(socket), /^HTTP\/1\.1 201 /)
  })

  test('parameters of a field do not count', async () => {
    const url = locationOf(
      await post('fields', bytes, { 'upload-complete': '?0;a=1', 'upload-length': '1000;b' }),
    )
    const told = await fetch(url, { method: 'HEAD' })
    assert.equal(told.headers.get('upload-length'), '1000')
  })
})
