import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../support/shows.ts'
import {
  assertCode,
  BYTES,
  bucketAt,
  DOMAINS,
  MISSING_FEATURES,
  sendTos,
  withoutPort,
} from './bucket-requests.ts'
import { OWNER, type Rig, startRig, BUCKET as TOS_BUCKET } from './rig.ts'

describe('buckets of TOS', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig({ bucketAt: bucketAt('tos') })
  })
  after(() => rig.close())

  test('stand in the host’s name, below the vendor’s domain and the operator’s', async () => {
    const send = sendTos(rig)
    for (const [at, domain] of DOMAINS('tos').entries()) {
      const host = `${TOS_BUCKET}.${domain}:8440`
      const path = `/${OWNER.id}/by-host-${at}.wav`
      const put = await send('PUT', { host, path, body: BYTES })
      assert.equal(put.status, 200, put.body.toString())
      await rig.commit(`by-host-${at}.wav`)
      assert.ok((await send('GET', { host, path })).body.equals(BYTES))
      assert.equal((await send('HEAD', { host, path: '/' })).status, 200)
      for (const [method, wanted] of MISSING_FEATURES)
        assertCode(await send(method, { host, path: wanted }), 501, 'UnImplemented')
    }
  })

  test('that are not there are told so', async () => {
    const send = sendTos(rig)
    assert.equal((await send('HEAD', { host: 'nothing.vendor.example', path: '/' })).status, 404)
    assertCode(await send('GET', { host: 'nothing.tos.example.test', path: '/a' }), 404, 'NoSuchBucket')
    assert.equal((await send('HEAD', { host: rig.host, path: '/no-such-bucket' })).status, 404)
    const there = { host: `${TOS_BUCKET}.vendor.example`, path: '/' }
    assert.equal((await send('HEAD', there)).status, 200)
    assert.equal((await send('HEAD', { host: rig.host, path: `/${TOS_BUCKET}` })).status, 200)
    shows('volcengine-vms', 'HEAD {bucket}')
  })

  test('stand in the path, with a slash behind them or without', async () => {
    const send = sendTos(rig)
    for (const path of [`/${TOS_BUCKET}`, `/${TOS_BUCKET}/`]) {
      assert.equal((await send('HEAD', { host: rig.host, path })).status, 200)
      assertCode(await send('GET', { host: rig.host, path }), 501, 'UnImplemented')
    }
  })

  test('host and path may be signed in several spellings', async () => {
    const path = `/${OWNER.id}%2Fspelled.wav`
    for (const how of [
      { signedHost: withoutPort },
      { signedHost: () => 'media.example.com' },
      { signedPath: decodeURIComponent },
      {},
    ]) {
      const put = await sendTos(rig, how)('PUT', { host: rig.host, path, body: BYTES })
      assert.equal(put.status, 200, put.body.toString())
    }
    const asProxy = sendTos(rig, { signedHost: () => 'media.example.com' })
    const host = `${TOS_BUCKET}.vendor.example`
    assertCode(await asProxy('PUT', { host, path, body: BYTES }), 403, 'SignatureDoesNotMatch')
    shows('volcengine-vms', 'TOS: host and path')
  })
})
