import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TosClient, TosServerError } from '@volcengine/tos-sdk'
import { shows } from '../../support/shows.ts'
import { sendWire, wav } from '../../support/volcengine.ts'
import { ACCOUNT, OTHER_ACCOUNT, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

const tos = (options: Readonly<Record<string, unknown>> = {}): TosClient =>
  new TosClient({
    accessKeyId: ACCOUNT.access_key,
    accessKeySecret: ACCOUNT.secret_key,
    region: 'cn-beijing',
    endpoint: new URL(rig.url).host,
    bucket: 'volc-voice-resource-bucket',
    secure: false,
    maxRetryCount: 0,
    ...options,
  })

test('@volcengine/tos-sdk puts the bytes with the bucket in the path', async () => {
  const put = await tos({ enableCRC: true }).putObject({ key: `${ACCOUNT.id}/tos path.wav`, body: wav(1) })
  assert.equal(put.statusCode, 200)
  assert.match(String((await rig.commit('tos path.wav')).ResourceKey), /^[0-9a-f]{32}$/)
  const got = await tos().getObjectV2({ key: `${ACCOUNT.id}/tos path.wav`, dataType: 'buffer' })
  assert.deepEqual(got.data.content, wav(1))
  shows('volcengine-vms', '@volcengine/tos-sdk')
})

test('@volcengine/tos-sdk puts the bytes with no bucket in the path, the slash of the key encoded', async () => {
  const client = tos({ isCustomDomain: true })
  const put = await client.putObject({ key: `${ACCOUNT.id}/tos bare.wav`, body: wav(1) })
  assert.equal(put.statusCode, 200)
  await rig.commit('tos bare.wav')
  const got = await client.getObjectV2({ key: `${ACCOUNT.id}/tos bare.wav`, dataType: 'buffer' })
  assert.deepEqual(got.data.content, wav(1))
})

test('@volcengine/tos-sdk’s own presigned URLs work, with the bucket in the host too', async () => {
  const options = { method: 'PUT', key: `${ACCOUNT.id}/tos url.wav`, expires: 600 } as const
  const bare = tos().getPreSignedUrl({ ...options, isCustomDomain: true })
  assert.equal((await fetch(bare, { method: 'PUT', body: wav(1) })).status, 200)
  const endpoint = 'tos-cn-beijing.volces.com'
  const virtual = new URL(tos({ endpoint }).getPreSignedUrl(options))
  assert.equal(virtual.host, `volc-voice-resource-bucket.${endpoint}`)
  const { status, bytes } = await sendWire(`${rig.url}${virtual.pathname}${virtual.search}`, {
    method: 'PUT',
    headers: { host: virtual.host, 'content-length': wav(2).byteLength },
    body: wav(2),
  })
  assert.equal(status, 200, bytes.toString())
  await rig.commit('tos url.wav')
  const [record] = await rig.list({ Type: 0, Keyword: 'tos url.wav' })
  assert.equal(record?.Duration, 2)
  shows('volcengine-vms', '@volcengine/tos-sdk')
})

test('an uncommitted file cannot be read by its owner', async () => {
  const key = `${ACCOUNT.id}/not-yet.wav`
  await tos().putObject({ key, body: wav(1) })
  await assert.rejects(tos().getObjectV2({ key, dataType: 'buffer' }), (error) => {
    assert.ok(error instanceof TosServerError)
    assert.equal(error.statusCode, 404)
    return true
  })
  const presigned = tos().getPreSignedUrl({ method: 'GET', key, isCustomDomain: true })
  const none = await fetch(presigned)
  assert.deepEqual([none.status, ((await none.json()) as { Code: string }).Code], [404, 'NoSuchKey'])
  await rig.commit('not-yet.wav')
  assert.deepEqual((await tos().getObjectV2({ key, dataType: 'buffer' })).data.content, wav(1))
  shows('volcengine-vms', 'GET /<accountId>/<FileName>', 'TOS NoSuchKey')
})

test('another account’s keys do not open an account’s storage', async () => {
  const stranger = { accessKeyId: OTHER_ACCOUNT.access_key, accessKeySecret: OTHER_ACCOUNT.secret_key }
  const put = tos(stranger).putObject({ key: `${ACCOUNT.id}/theirs.wav`, body: wav(1) })
  await assert.rejects(put, (error) => {
    assert.ok(error instanceof TosServerError)
    assert.deepEqual([error.statusCode, error.code], [403, 'AccessDenied'])
    return true
  })
  shows('volcengine-vms', 'TOS AccessDenied')
})
