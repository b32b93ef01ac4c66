import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { shows } from '../support/shows.ts'
import {
  assertCode,
  BYTES,
  bucketAt,
  DOMAINS,
  MISSING_FEATURES,
  type Send,
  sendObs,
} from './bucket-requests.ts'
import { BUCKET as OBS_BUCKET, type ObsRig, startObsRig } from './obs-rig.ts'
import { STRANGER } from './rig.ts'

describe('buckets of OBS', () => {
  let rig: ObsRig
  let byHost: Send
  let byPath: Send
  before(async () => {
    rig = await startObsRig([], { bucketAt: bucketAt('obs') })
    byHost = sendObs(rig, ({ host, path }) => `/${host.split('.')[0]}${path.replace(/\?prefix.*/, '')}`)
    byPath = sendObs(rig, ({ path }) => path)
  })
  after(() => rig.close())

  test('stand in the host’s name, below the vendor’s domain and the operator’s', async () => {
    for (const domain of DOMAINS('obs')) {
      const host = `${OBS_BUCKET}.${domain}:8440`
      const put = await byHost('PUT', { host, path: '/dir/a%20b.mp4', body: BYTES })
      assert.equal(put.status, 200, put.body.toString())
      const got = await byPath('GET', { host: rig.host, path: `/${OBS_BUCKET}/dir/a%20b.mp4` })
      assert.ok(got.body.equals(BYTES), domain)
      assert.equal((await byHost('HEAD', { host, path: '/' })).status, 200)
      assertCode(await byHost('GET', { host, path: '/nothing' }), 404, 'NoSuchKey')
      for (const [method, path] of MISSING_FEATURES)
        assertCode(await byHost(method, { host, path }), 501, 'NotImplemented')
    }
    shows('huawei-vod', '{bucket}.obs.{region}.myhuaweicloud.com')
  })

  test('that are not there, or of others, are told apart', async () => {
    const host = 'nothing.obs.example.test'
    assert.equal((await byHost('HEAD', { host, path: '/' })).status, 404)
    assertCode(await byHost('GET', { host, path: '/' }), 404, 'NoSuchBucket')
    assertCode(await byHost('GET', { host, path: '/a' }), 404, 'NoSuchBucket')
    const foreign = { host: `${OBS_BUCKET}.obs.example.test`, path: '/', signer: STRANGER }
    assert.equal((await byHost('HEAD', foreign)).status, 403)
    assert.equal((await byHost('HEAD', { host: foreign.host, path: '/' })).status, 200)
    shows('huawei-vod', 'HEAD {bucket}')
    const unsigned = { headers: { host: `${OBS_BUCKET}.obs.example.test` } }
    assertCode(await rig.send('GET', `${rig.url}/a`, unsigned), 403, 'AccessDenied')
  })

  test('stand in the path, with a slash behind them or without', async () => {
    for (const path of [`/${OBS_BUCKET}`, `/${OBS_BUCKET}/`]) {
      assert.equal((await byPath('HEAD', { host: rig.host, path })).status, 200)
      assertCode(await byPath('GET', { host: rig.host, path }), 501, 'NotImplemented')
      assert.equal((await byPath('HEAD', { host: rig.host, path, signer: STRANGER })).status, 403)
    }
    const unsigned = await rig.send('HEAD', `${rig.url}/${OBS_BUCKET}`)
    assert.equal(unsigned.status, 403)
    assertCode(await byPath('GET', { host: rig.host, path: '/' }), 501, 'NotImplemented')
  })

  test('are asked for the version of their service without a signature', async () => {
    for (const [host, path] of [
      [rig.host, `/${OBS_BUCKET}?apiversion`],
      [`${OBS_BUCKET}.vendor.example`, '/?apiversion'],
    ] as const) {
      const answer = await rig.send('HEAD', rig.url + path, { headers: { host } })
      assert.deepEqual([answer.status, answer.headers['x-obs-api']], [200, '3.0'])
    }
    const missing = { headers: { host: 'nothing.vendor.example' } }
    assert.equal((await rig.send('HEAD', `${rig.url}/?apiversion`, missing)).status, 404)
    shows('huawei-vod', 'HEAD {bucket}?apiversion')
  })

  test('a signature for one bucket’s host is not good for another’s, nor for the path', async () => {
    const forOther = sendObs(rig, ({ path }) => `/strangebucket${path}`)
    const host = `${OBS_BUCKET}.obs.example.test`
    assertCode(await forOther('PUT', { host, path: '/a', body: BYTES }), 403, 'SignatureDoesNotMatch')
    const asPath = sendObs(rig, ({ path }) => path)
    assertCode(await asPath('PUT', { host, path: '/dir/a', body: BYTES }), 403, 'SignatureDoesNotMatch')
  })

  test('a key with slashes may be signed as it is sent', async () => {
    const path = `/${OBS_BUCKET}/lib%2Fa%20b%2Fc.mp4`
    assert.equal((await byPath('PUT', { host: rig.host, path, body: BYTES })).status, 200)
    const plain = { host: rig.host, path: `/${OBS_BUCKET}/lib/a%20b/c.mp4` }
    assert.ok((await byPath('GET', plain)).body.equals(BYTES))
    const decoded = sendObs(rig, (sent) => decodeURIComponent(sent.path))
    assert.equal((await decoded('GET', plain)).status, 200)
    const other = sendObs(rig, () => `/${OBS_BUCKET}/lib/other.mp4`)
    assertCode(await other('GET', plain), 403, 'SignatureDoesNotMatch')
    shows('huawei-vod', 'OBS path')
  })

  test('a signature for a key with a percent sign is not good for the key that it would decode to', async () => {
    const literal = sendObs(rig, () => `/${OBS_BUCKET}/a%252Fb`)
    assertCode(
      await literal('PUT', { host: rig.host, path: `/${OBS_BUCKET}/a%2Fb`, body: BYTES }),
      403,
      'SignatureDoesNotMatch',
    )
    const decoded = sendObs(rig, () => `/${OBS_BUCKET}/a%2Fb`)
    assertCode(
      await decoded('PUT', { host: rig.host, path: `/${OBS_BUCKET}/a%252Fb`, body: BYTES }),
      403,
      'SignatureDoesNotMatch',
    )
  })
})
