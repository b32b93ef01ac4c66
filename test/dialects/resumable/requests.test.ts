import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { MovableClock, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import {
  BODY,
  begin,
  bytes,
  create,
  named,
  objectAt,
  patch,
  SIZE_MAX,
  size,
  startUploads,
  TUS,
} from './rig.ts'

const clock = new MovableClock()
let server: TestServer
before(async () => {
  server = await startUploads({ clock })
})
after(() => server.stop())

describe('requests of tus', () => {
  test('OPTIONS tells what is spoken, and scripts of any page may use it', async () => {
    const told = await fetch(`${server.url}/uploads`, { method: 'OPTIONS' })
    assert.equal(told.status, 204)
    assert.equal(told.headers.get('tus-version'), '1.0.0')
    assert.equal(told.headers.get('tus-max-size'), String(SIZE_MAX))
    assert.match(told.headers.get('tus-extension') ?? '', /creation,.*expiration.*termination/)
    assert.equal(told.headers.get('tus-checksum-algorithm'), 'sha1,sha256,md5')
    assert.equal(told.headers.get('access-control-allow-origin'), '*')
    shows('resumable', 'OPTIONS /uploads')
  })

  test('another version of the protocol is refused', async () => {
    const url = await begin(server, { ...size, ...named('v.txt') })
    const old = await fetch(url, { method: 'HEAD', headers: { 'tus-resumable': '0.2.2' } })
    const none = await fetch(url, {
      method: 'PATCH',
      headers: { ...BODY, 'upload-offset': '0' },
      body: bytes,
    })
    const begun = await fetch(`${server.url}/uploads`, { method: 'POST', headers: size })
    for (const { status, headers } of [old, none, begun])
      assert.deepEqual([status, headers.get('tus-version')], [412, '1.0.0'])
    shows('resumable', '412')
  })

  test('methods may stand in X-HTTP-Method-Override', async () => {
    const url = await begin(server, { 'upload-length': '3', ...named('override.txt') })
    const headers = { ...TUS, ...BODY, 'upload-offset': '0', 'x-http-method-override': 'PATCH' }
    assert.equal((await fetch(url, { method: 'POST', headers, body: 'abc' })).status, 204)
    assert.equal((await objectAt(server, 'in/override.txt'))?.toString(), 'abc')
    shows('resumable', 'X-HTTP-Method-Override')
  })

  test('what is no request of the protocol is refused', async () => {
    const refused = async (headers: Record<string, string>) => (await create(server, headers)).status
    assert.equal(await refused({}), 400)
    assert.equal(await refused({ 'upload-length': '-1' }), 400)
    assert.equal(await refused({ 'upload-length': '1e3' }), 400)
    assert.equal(await refused({ 'upload-length': '99999999999999999999' }), 400)
    assert.equal(await refused({ ...size, 'upload-defer-length': '1' }), 400)
    assert.equal(await refused({ ...size, 'upload-metadata': 'a *' }), 400)
    assert.equal(await refused({ ...size, 'upload-metadata': 'a YQ==,a YQ==' }), 400)
    assert.equal(await refused({ 'upload-length': String(SIZE_MAX + 1) }), 413)
    const url = await begin(server, { ...size, ...named('r.txt') })
    assert.equal((await patch(url, 0, bytes, { 'content-type': 'text/plain' })).status, 415)
    assert.equal((await patch(url, 0, bytes, { 'upload-offset': 'x' })).status, 400)
    assert.equal((await patch(url, 0, bytes, { 'upload-length': '5' })).status, 400)
    shows('resumable', '400')
    assert.equal((await patch(url, 0, randomBytes(300_001))).status, 413)
    assert.equal(await objectAt(server, 'in/r.txt'), null)
    shows('resumable', '413')
  })
})
