import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type ClientRequest, request as httpRequest } from 'node:http'
import { after, before, describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { asAccountId, type UploadId } from '../../../src/core/ids.ts'
import { userBucket } from '../../../src/core/model/buckets.ts'
import { ACCOUNT, MovableClock, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import {
  BODY,
  BUCKET,
  begin,
  bytes,
  create,
  described,
  named,
  objectAt,
  offsetOf,
  patch,
  size,
  startUploads,
  TUS,
  ticketFor,
} from './rig.ts'

const DAY_MS = 86_400_000
const clock = new MovableClock()
let server: TestServer
before(async () => {
  server = await startUploads({ clock })
  await server.engine.desks.accounts.create({ id: MADE, name: MADE })
  await server.engine.core.buckets.make({ account: MADE, name: BUCKET, settings: {} })
})
after(() => server.stop())

/** An account whose keys come and go. */
const MADE = asAccountId('made')
const newKey = () => server.engine.desks.keys.add(MADE)
const isMade = async (key: string): Promise<boolean> =>
  (await server.engine.core.objects.find({ account: MADE, bucket: userBucket(BUCKET), key })) !== null

/** A PATCH of all bytes whose first half is on its way. */
async function half(url: string, headers: Readonly<Record<string, string>> = {}): Promise<ClientRequest> {
  const sending = httpRequest(url, {
    method: 'PATCH',
    headers: { ...TUS, ...BODY, 'upload-offset': '0', 'content-length': bytes.byteLength, ...headers },
  })
  sending.on('error', () => {})
  await new Promise((resolve) => sending.write(bytes.subarray(0, 150_000), resolve))
  for (let round = 0; round < 50; round += 1) await setImmediate()
  return sending
}

/** When the upload would be over, without asking as a client does: that would end its sender. */
async function expiryOf(url: string): Promise<number> {
  const [, id = ''] = url.split('/').at(-1)?.split('.') ?? []
  const address = { account: asAccountId(ACCOUNT.id), id: id as UploadId }
  return (await server.engine.core.uploads.find(address))?.expiresAt ?? assert.fail('no upload')
}

async function laterThan(before: number, url: string): Promise<number> {
  for (let round = 0; round < 20_000; round += 1) {
    const expiry = await expiryOf(url)
    if (expiry > before) return expiry
    await setImmediate()
  }
  assert.fail('its time did not begin anew')
}

/** Sends the bytes from there on, and returns the status of the answer. */
async function rest(sending: ClientRequest, from: number): Promise<number> {
  const answered = once(sending, 'response')
  sending.end(bytes.subarray(from))
  const [answer] = await answered
  answer.resume()
  return answer.statusCode
}

describe('an upload goes on', () => {
  test('while it is being sent its time is not over', async () => {
    const url = await begin(server, { ...size, ...named('slow.txt') })
    const first = await expiryOf(url)
    clock.advance(4 * DAY_MS)
    const sending = await half(url)
    const second = await laterThan(first, url)
    clock.advance(4 * DAY_MS)
    sending.write(bytes.subarray(150_000, 200_000))
    await laterThan(second, url)
    clock.advance(4 * DAY_MS)
    assert.equal(await rest(sending, 200_000), 204)
    assert.ok((await objectAt(server, 'in/slow.txt'))?.equals(bytes))
  })

  test('as long as the key that made the ticket is there, also within one body', async () => {
    const key = await newKey()
    const url = await beginWith(ticketFor({}, key), 'key.txt')
    const sending = await half(url)
    await server.engine.desks.keys.update(MADE, key.accessKey, { isDisabled: true })
    assert.equal(await rest(sending, 150_000), 403)
    assert.equal(await isMade('in/key.txt'), false)
    assert.equal((await patch(url, 0, bytes)).status, 403)
    await server.engine.desks.keys.update(MADE, key.accessKey, { isDisabled: false })
    const offset = Number(await offsetOf(url))
    assert.equal((await patch(url, offset, bytes.subarray(offset))).status, 204)
    assert.equal(await isMade('in/key.txt'), true)
    shows('resumable', 'the key of the ticket')
  })

  test('as long as that key may write there', async () => {
    const key = await newKey()
    const url = await beginWith(ticketFor({}, key), 'less.txt')
    for (const rights of [{ may: ['read' as const] }, { buckets: ['another'] }, { prefix: 'out/' }]) {
      await server.engine.desks.keys.update(MADE, key.accessKey, {
        rights: { may: ['read', 'write'], buckets: [BUCKET], prefix: null, ...rights },
      })
      assert.equal((await patch(url, 0, bytes)).status, 403)
    }
    assert.equal(await isMade('in/less.txt'), false)
  })

  test('whoever comes next does not wait for a body with a checksum that stays away', async () => {
    const url = await begin(server, { ...size, ...named('sum.txt') })
    const sending = await half(url, {
      'upload-checksum': `sha1 ${createHash('sha1').update(bytes).digest('base64')}`,
    })
    const answered = once(sending, 'response')
    assert.equal(await offsetOf(url), '0')
    const [answer] = await answered
    assert.equal(answer.statusCode, 409)
    sending.destroy()
    assert.equal((await patch(url, 0, bytes)).status, 204)
  })
})

describe('an upload is refused', () => {
  test('when a size that is told later is over the limit, before its bytes are read', async () => {
    const made = await create(
      server,
      { 'upload-defer-length': '1', ...named('lie.txt') },
      ticketFor({ sizeMax: 1000 }),
    )
    const url = made.headers.get('location') ?? assert.fail()
    const sum = `sha1 ${createHash('sha1').update(bytes).digest('base64')}`
    const headers = { 'upload-length': String(Number.MAX_SAFE_INTEGER), 'upload-checksum': sum }
    const sending = httpRequest(url, {
      method: 'PATCH',
      headers: { ...TUS, ...BODY, 'upload-offset': '0', 'transfer-encoding': 'chunked', ...headers },
    })
    sending.on('error', () => {})
    sending.flushHeaders()
    const [answer] = await once(sending, 'response')
    sending.destroy()
    assert.equal(answer.statusCode, 413)
  })

  test('when its name or type is none that an answer can have', async () => {
    const statusOf = async (metadata: Readonly<Record<string, string>>) =>
      (
        await create(
          server,
          { ...size, 'upload-metadata': described(metadata) },
          ticketFor({ target: { key: 'in/odd' } }),
        )
      ).status
    assert.equal(await statusOf({ filename: 'a\0b' }), 400)
    for (const filetype of ['text/plain\r\nx-evil: 1', 'text/\0', 'text/ü', `a/${'b'.repeat(300)}`])
      assert.equal(await statusOf({ filetype }), 400, filetype)
    assert.equal(await statusOf({ filename: 'a\nb', filetype: 'text/plain; charset=utf-8' }), 201)
  })

  test('when its bytes do not have the digests of RFC 9530', async () => {
    const sumOf = (of: Uint8Array) => `sha-256=:${createHash('sha256').update(of).digest('base64')}:`
    const url = await begin(server, {
      ...size,
      ...named('digest.txt'),
      'repr-digest': sumOf(Buffer.from('other')),
    })
    assert.equal((await patch(url, 0, bytes, { 'content-digest': sumOf(Buffer.from('x')) })).status, 400)
    assert.equal(await offsetOf(url), '0')
    assert.equal((await patch(url, 0, bytes, { 'content-digest': sumOf(bytes) })).status, 400)
    assert.equal(await objectAt(server, 'in/digest.txt'), null)
  })
})

async function beginWith(ticket: string, name: string): Promise<string> {
  const made = await create(server, { ...size, ...named(name) }, ticket)
  return made.headers.get('location') ?? assert.fail(await made.text())
}
