import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { presign } from '../../../src/object-plane/tos/index.ts'
import { shows } from '../../support/shows.ts'
import { sendWire, wav } from '../../support/volcengine.ts'
import { ACCOUNT, OTHER_ACCOUNT, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

test('the upload URL has the shape and order of the documents’ sample and lives ten minutes', async () => {
  const url = await rig.uploadUrl('nihaolihuanying.wav')
  const shape = [
    `^${rig.url}/${ACCOUNT.id}/nihaolihuanying\\.wav\\?X-Tos-Algorithm=TOS4-HMAC-SHA256`,
    `X-Tos-Credential=${ACCOUNT.access_key}/\\d{8}/cn-north-2/tos/request`,
    'X-Tos-Expires=600',
    'X-Tos-Date=\\d{8}T\\d{6}Z',
    'X-Tos-Signature=[0-9a-f]{64}',
    'X-Tos-SignedHeaders=host$',
  ]
  assert.match(url, new RegExp(shape.join('&')))
  shows('volcengine-vms', 'GetResourceUploadUrl.UploadUrl')
  rig.clock.advance(599_000)
  assert.equal((await rig.put(url, wav(1))).status, 200)
  rig.clock.advance(2_000)
  const late = await rig.put(url, wav(1))
  assert.equal(late.status, 403)
  assert.equal(JSON.parse(late.bytes.toString()).Code, 'AccessDenied')
  shows('volcengine-vms', 'UploadUrl', 'TOS AccessDenied')
})

test('an upload URL of one account does not lead into another’s', async () => {
  const url = (await rig.uploadUrl('swap.wav')).replace(`/${ACCOUNT.id}/`, `/${OTHER_ACCOUNT.id}/`)
  const { status, bytes } = await rig.put(url, wav(1))
  assert.equal(status, 403)
  assert.equal(JSON.parse(bytes.toString()).Code, 'SignatureDoesNotMatch')
  shows('volcengine-vms', 'TOS SignatureDoesNotMatch')
})

test('an upload URL without its query opens nothing: a download takes a signature', async () => {
  const url = new URL(await rig.uploadUrl('private.wav'))
  await rig.put(url.href, wav(1))
  await rig.commit('private.wav')
  const bare = `${url.origin}${url.pathname}`
  for (const method of ['GET', 'PUT', 'HEAD']) {
    const { status, headers, bytes } = await sendWire(bare, { method, headers: { 'content-length': 0 } })
    assert.deepEqual([status, typeof headers['x-tos-request-id']], [403, 'string'], method)
    if (method !== 'HEAD') assert.equal(JSON.parse(bytes.toString()).Code, 'AccessDenied')
  }
  const signed = presign({
    ...{ method: 'GET', baseUrl: rig.url, path: url.pathname, region: 'cn-north-2', expiresS: 60 },
    ...{ keys: { accessKey: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key }, now: rig.clock.now() },
  })
  const { status, bytes } = await sendWire(signed, { method: 'GET' })
  assert.deepEqual([status, bytes], [200, wav(1)])
  shows('volcengine-vms', 'UploadUrl without its query')
})

test('an upload URL allows its own method only', async () => {
  const url = await rig.uploadUrl('method.wav')
  for (const method of ['GET', 'HEAD']) assert.equal((await sendWire(url, { method })).status, 403, method)
  assert.equal((await rig.put(url, wav(1))).status, 200)
  shows('volcengine-vms', 'UploadUrl')
})
