import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ACCOUNT, MovableClock, OTHER_ACCOUNT, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import {
  begin,
  bytes,
  create,
  described,
  head,
  named,
  objectAt,
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

describe('tickets', () => {
  test('only who has a ticket that a key made may begin', async () => {
    const statusOf = async (ticket: string) =>
      (await create(server, { ...size, ...named('t.txt') }, ticket)).status
    const wrongKey = { accessKey: ACCOUNT.access_key, secretKey: 'wrong' }
    const right = ticketFor()
    const [id = '', facts = '', signature = ''] = right.split('.')
    const other = Buffer.from(JSON.stringify({ bucket: 'other', prefix: '', ends: 2e9 })).toString(
      'base64url',
    )
    for (const ticket of [
      '',
      'a.b.c',
      ticketFor({}, wrongKey),
      `${id}.${other}.${signature}`,
      `${id}.${facts}.`,
      `nobody.${facts}.${signature}`,
    ])
      assert.equal(await statusOf(ticket), 401, ticket)
    assert.equal(await statusOf(right), 201)
    const bearer = await fetch(`${server.url}/uploads`, {
      method: 'POST',
      headers: { ...TUS, ...size, authorization: `Bearer ${right}` },
    })
    assert.equal(bearer.status, 201)
    assert.equal(
      (await fetch(`${server.url}/uploads?ticket=${right}`, { method: 'POST', headers: { ...TUS, ...size } }))
        .status,
      201,
    )
    shows('resumable', 'Upload-Ticket')
  })

  test('a ticket is for its bucket and keys, sizes and types, for its time', async () => {
    const statusOf = async (change: Parameters<typeof ticketFor>[0], metadata: Record<string, string> = {}) =>
      (
        await create(
          server,
          {
            ...size,
            'upload-metadata': described({ filename: 'x.png', filetype: 'image/png', ...metadata }),
          },
          ticketFor(change),
        )
      ).status
    assert.equal(await statusOf({ target: { key: 'the/key' } }), 201)
    assert.equal(await statusOf({ target: { key: 'the/key' } }, { key: 'another' }), 403)
    assert.equal(await statusOf({}, { key: 'in/deep/down.png' }), 201)
    assert.equal(await statusOf({}, { key: 'out/x.png' }), 403)
    for (const key of ['in/a\0b', 'in/a\nb', 'in/\x7f', `in/${'a'.repeat(1022)}`])
      assert.equal(await statusOf({}, { key }), 400)
    assert.equal(await statusOf({}, { key: `in/${'a'.repeat(1021)}` }), 201)
    assert.equal(await statusOf({ sizeMax: 300_000.5 }), 400)
    assert.equal(await statusOf({ sizeMax: 299_999 }), 413)
    assert.equal(await statusOf({ sizeMax: 300_000 }), 201)
    assert.equal(await statusOf({ types: ['image/*'] }), 201)
    assert.equal(await statusOf({ types: ['video/mp4', 'image/jpeg'] }), 415)
    assert.equal(await statusOf({ endsAt: clock.now() - 1000 }), 403)
    assert.equal(await statusOf({ bucket: 'not-there' }), 404)
    shows('resumable', 'ticket: bucket, key, prefix, size_max, types, ends')
  })

  test('an upload goes on after the end of its ticket', async () => {
    const ticket = ticketFor({ endsAt: clock.now() + 60_000 })
    const made = await create(server, { ...size, ...named('long.txt') }, ticket)
    const url = made.headers.get('location') ?? assert.fail()
    clock.advance(120_000)
    assert.equal((await create(server, { ...size, ...named('late.txt') }, ticket)).status, 403)
    assert.equal((await patch(url, 0, bytes)).status, 204)
    assert.ok((await objectAt(server, 'in/long.txt'))?.equals(bytes))
    shows('resumable', 'ticket, its end')
  })

  test('another account has no part in it', async () => {
    const key = { accessKey: OTHER_ACCOUNT.access_key, secretKey: OTHER_ACCOUNT.secret_key }
    assert.equal((await create(server, { ...size }, ticketFor({}, key))).status, 404)
    const url = await begin(server, { ...size, ...named('mine.txt') })
    const [account, id, seal] = (url.split('/').at(-1) ?? '').split('.')
    const other = Buffer.from(OTHER_ACCOUNT.id).toString('base64url')
    for (const name of [
      `${other}.${id}.${seal}`,
      `${account}.${id}.${seal?.toLowerCase()}x`,
      `${account}.${id}`,
      'x',
    ])
      assert.equal((await head(`${server.url}/uploads/${name}`)).status, 404)
    shows('resumable', '404')
  })
})
