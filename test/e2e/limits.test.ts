import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { ConfigError } from '../../src/settings/error.ts'
import { clientOf as vodClient } from '../dialects/huawei-vod/rig.ts'
import { clientOf as smhClient } from '../dialects/tencent-smh/rig.ts'
import { rigOn as vmsClient } from '../dialects/volcengine-vms/rig.ts'
import {
  ACCOUNT,
  APP,
  LIBRARIES,
  OTHER_ACCOUNT,
  startTestServer,
  type TestServer,
} from '../support/harness.ts'
import { iflytekHeaders, multipart } from '../support/iflytek.ts'

const within = (limits: object) => [{ ...ACCOUNT, limits }, OTHER_ACCOUNT]

async function ost(url: string, path: string, body: Buffer | object) {
  const ids = { request_id: '1', app_id: APP.app_id }
  const form = body instanceof Buffer ? multipart(ids, body) : null
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { ...iflytekHeaders(APP, path), 'content-type': form?.type ?? 'application/json' },
    body: form === null ? JSON.stringify({ ...ids, ...body }) : new Uint8Array(form.body),
  })
  const { code, message } = (await response.json()) as { code: number; message: string }
  return [response.status, code, message]
}

describe('an account at its limits', () => {
  let server: TestServer
  const limits = { open_uploads: 2, stored_bytes: 1000, spaces: 1, tokens: 3, entries: 2 }
  before(async () => {
    server = await startTestServer({ accounts: within(limits) })
  })
  after(() => server.stop())

  test('has each vendor’s own answer', async () => {
    const { url } = server
    const [vms, smh, vod] = [vmsClient(url), smhClient(url), vodClient(url)]
    assert.deepEqual((await ost(url, '/file/mpupload/init', {})).slice(0, 2), [200, 0])
    assert.deepEqual((await ost(url, '/file/mpupload/init', {})).slice(0, 2), [200, 0])
    const full = [200, 10002, 'storage operation failed: the limit open_uploads is reached']
    assert.deepEqual(await ost(url, '/file/mpupload/init', {}), full)
    assert.deepEqual((await ost(url, '/file/upload', Buffer.alloc(1001))).slice(0, 2), [200, 10002])
    assert.deepEqual((await ost(url, '/file/upload', Buffer.alloc(900))).slice(0, 2), [200, 0])

    const answer = await vms.answer('GetResourceUploadUrl', { FileName: 'a.wav' })
    const { Error: error } = answer.body.ResponseMetadata
    assert.deepEqual(
      [answer.status, error?.Code, error?.Message],
      [400, 'QuotaExceeded', 'open_uploads has exceeded the quota.'],
    )

    const access_token = await smh.token()
    const start = await smh.call('PUT', `file/${LIBRARIES.file.id}/-/a.bin`, { access_token })
    assert.deepEqual([start.status, start.body?.code], [400, 'QuotaLimitReached'])
    const make = (name: string) =>
      smh.call('PUT', `directory/${LIBRARIES.file.id}/-/${name}`, { access_token })
    assert.deepEqual([(await make('a')).status, (await make('b')).status], [201, 201])
    const third = await make('c')
    assert.deepEqual([third.status, third.body?.code], [400, 'QuotaLimitReached'])
    await smh.token()
    await smh.token()
    const { id, secret } = LIBRARIES.file
    const asked = { library_id: id, library_secret: secret, grant: 'admin' }
    const token = await smh.call('GET', 'token', asked)
    assert.deepEqual([token.status, token.body?.code], [400, 'QuotaLimitReached'])

    const asset = await vod.create()
    const put = await vod.put(asset.video_upload_url, Buffer.alloc(200))
    const code = /<Code>(.*)<\/Code>/.exec(put.bytes.toString())?.[1]
    assert.deepEqual([put.status, code], [403, 'InsufficientStorageSpace'])
  })
})

test('a limit of an account that lives is changed while the server runs', async () => {
  const server = await startTestServer()
  const { accounts } = server.engine.desks
  const { id } = await accounts.create({ name: 'living', limits: { objects: 5 } })
  const { facts, accounts: live } = server.engine
  assert.deepEqual((await accounts.list()).find((each) => each.id === id)?.attributes, {
    limits: { objects: 5 },
  })
  await accounts.update(id, { attributes: { limits: 'open_uploads=1' } })
  const account = live.byId(id)
  assert.deepEqual(account?.attributes.limits, { given: { open_uploads: 1 } })
  assert.ok(facts)
  const begin = (ref: string) =>
    server.engine.core.uploads.begin({
      ...{ account: account?.id ?? assert.fail(), bucket: 'test:bucket' as never, ref, key: ref },
      limits: { partNumberMin: 1, partNumberMax: 1, partSizeMin: 0, partSizeMax: 10, sizeMax: 10 },
      expiresAt: Date.now() + 60_000,
    })
  await begin('a')
  await assert.rejects(begin('b'), { code: 'quota-exceeded' })
  await accounts.update(id, { attributes: { limits: null } })
  await begin('b')
  await assert.rejects(
    accounts.update(id, { attributes: { limits: { open_uploads: -1 } } }),
    (error) =>
      error instanceof ConfigError && /account\.limits: .*accepted: whole numbers from 0/.test(error.message),
  )
  await server.stop()
})
