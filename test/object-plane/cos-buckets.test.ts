import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  assertCode,
  BYTES,
  bucketAt,
  DOMAINS,
  MISSING_FEATURES,
  sendCos,
  withoutPort,
} from './bucket-requests.ts'
import { type CosRig, startCosRig } from './cos-rig.ts'
import { STRANGER } from './rig.ts'

describe('buckets of COS', () => {
  const HOST = 'examplebucket-1250000000'
  let rig: CosRig
  before(async () => {
    rig = await startCosRig({ bucketAt: bucketAt('cos') })
  })
  after(() => rig.close())

  test('stand in the host’s name, below the vendor’s domain and the operator’s', async () => {
    const send = sendCos(rig)
    for (const [at, domain] of DOMAINS('cos').entries()) {
      const host = `${HOST}.${domain}:8440`
      const path = rig.path(`by-host-${at}.mp4`)
      const put = await send('PUT', { host, path, body: BYTES })
      assert.equal(put.status, 200, put.body.toString())
      await rig.commit(`by-host-${at}.mp4`)
      assert.ok((await send('GET', { host, path })).body.equals(BYTES))
      assert.equal((await send('HEAD', { host, path: '/' })).status, 200)
      for (const [method, wanted] of MISSING_FEATURES)
        assertCode(await send(method, { host, path: wanted }), 501, 'NotImplemented')
      assertCode(await send('GET', { host, path: '/nothing' }), 404, 'NoSuchKey')
    }
  })

  test('that are not there, or of others, are told apart', async () => {
    const send = sendCos(rig)
    assertCode(await send('GET', { host: 'nothing.vendor.example', path: '/' }), 404, 'NoSuchBucket')
    assert.equal((await send('HEAD', { host: 'nothing.cos.example.test', path: '/' })).status, 404)
    const foreign = { host: `${HOST}.vendor.example`, path: '/', signer: STRANGER }
    assert.equal((await send('HEAD', foreign)).status, 403)
  })

  test('are not named where the host is a bucket’s own domain', async () => {
    const send = sendCos(rig)
    assert.equal((await send('HEAD', { host: rig.host, path: '/' })).status, 200)
    assertCode(await send('GET', { host: rig.host, path: '/?prefix=a' }), 501, 'NotImplemented')
  })

  test('slashes of keys may be encoded, and signed decoded', async () => {
    const send = sendCos(rig)
    const path = rig.path('encoded.mp4')
    const encoded = `/${path.slice(1).replaceAll('/', '%2F')}`
    const put = await send('PUT', { host: rig.host, path: encoded, body: BYTES })
    assert.equal(put.status, 200, put.body.toString())
    await rig.commit('encoded.mp4')
    assert.ok((await send('GET', { host: rig.host, path })).body.equals(BYTES))
    const headers = rig.headers('PUT', 'encoded.mp4')
    assert.equal((await rig.send('PUT', rig.url + encoded, { headers, body: BYTES })).status, 200)
  })

  test('the host may be signed without its port, or as the proxy’s', async () => {
    const path = rig.path('hosts.mp4')
    for (const signedHost of [withoutPort, () => 'media.example.com']) {
      const put = await sendCos(rig, { signedHost })('PUT', { host: rig.host, path, body: BYTES })
      assert.equal(put.status, 200, put.body.toString())
    }
    const asProxy = sendCos(rig, { signedHost: () => 'media.example.com' })
    const host = `${HOST}.vendor.example`
    assertCode(await asProxy('PUT', { host, path, body: BYTES }), 403, 'SignatureDoesNotMatch')
  })

  test('a path that is signed as it is sent counts only where it can mean no other', async () => {
    const asSent = sendCos(rig, { signedPath: (path) => path })
    const path = rig.path('a%2Fb.mp4')
    assertCode(await asSent('PUT', { host: rig.host, path, body: BYTES }), 403, 'SignatureDoesNotMatch')
  })

  test('take forms, whose policies may name them', async () => {
    const fields = rig.form('form.mp4')
    const send = (form: Record<string, string>) => {
      const data = new FormData()
      for (const [name, value] of Object.entries(form)) data.append(name, value)
      data.append('file', new Blob([BYTES]), 'a.mp4')
      return new Response(data)
    }
    const form = send(fields)
    const body = Buffer.from(await form.arrayBuffer())
    const headers = {
      host: `${HOST}.vendor.example`,
      'content-type': form.headers.get('content-type') ?? '',
    }
    const answer = await rig.send('POST', `${rig.url}/`, { headers, body })
    assert.equal(answer.status, 204, answer.body.toString())
    await rig.commit('form.mp4')
    const missing = { ...headers, host: 'nothing.vendor.example' }
    assertCode(await rig.send('POST', `${rig.url}/`, { headers: missing, body }), 404, 'NoSuchBucket')
  })
})
