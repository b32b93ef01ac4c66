import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { ACCOUNT } from '../support/harness.ts'
import { type AdminRig, startAdmin } from './rig.ts'

describe('the admin API', () => {
  let rig: AdminRig
  before(async () => {
    rig = await startAdmin({ settings: { 's3.listen': '127.0.0.1:0' } })
  })
  after(() => rig.stop())

  test('makes an account, whose key works at once in every door, and ends it', async () => {
    const made = await rig.ask('POST', '/v1/accounts', { body: { name: 'studio' } })
    assert.equal(made.status, 201)
    const path = `/v1/accounts/${made.json.id}`
    assert.equal(made.headers.get('location'), path)
    const key = await rig.ask('POST', `${path}/keys`, { body: { label: 'laptop' } })
    assert.equal(key.status, 201)
    const { access_key: accessKeyId, secret_key: secretAccessKey } = key.json as Record<string, string>
    const s3 = new S3Client({
      ...{ endpoint: rig.server.ownUrls.get('s3') ?? '', region: 'us-east-1', forcePathStyle: true },
      credentials: { accessKeyId: accessKeyId ?? '', secretAccessKey: secretAccessKey ?? '' },
    })
    await s3.send(new CreateBucketCommand({ Bucket: 'photos' }))
    await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'in/a.txt', Body: 'abc' }))
    await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: 'top.txt', Body: 'abcd' }))
    s3.destroy()

    const shown = await rig.ask('GET', `${path}/buckets/photos`)
    const { objects, bytes, owner } = shown.json
    assert.deepEqual([shown.status, objects, bytes, owner], [200, 2, 7, null])
    const listed = await rig.ask('GET', `${path}/buckets/photos/objects?delimiter=/&limit=1`)
    assert.deepEqual(listed.json.items, [{ kind: 'prefix', prefix: 'in/' }])
    const rest = await rig.ask(
      'GET',
      `${path}/buckets/photos/objects?delimiter=/&limit=1&after=${listed.json.next}`,
    )
    const [object] = rest.json.items as Record<string, unknown>[]
    assert.deepEqual([object?.key, object?.size, rest.json.next], ['top.txt', 4, null])

    const full = await rig.ask('DELETE', `${path}/buckets/photos`)
    assert.deepEqual([full.status, full.json.code], [409, 'bucket-not-empty'])
    const inUse = await rig.ask('DELETE', path)
    assert.deepEqual([inUse.status, inUse.json.code], [409, 'account-not-empty'])
    assert.equal((await rig.ask('DELETE', `${path}?keep_content=true`)).status, 204)
    assert.deepEqual((await rig.ask('GET', path)).json.code, 'account-not-found')
  })

  test('never shows a secret again', async () => {
    const { json: made } = await rig.ask('POST', '/v1/accounts', { body: { name: 'secrets' } })
    const path = `/v1/accounts/${made.id}`
    const { json: key } = await rig.ask('POST', `${path}/keys`)
    const app = await rig.ask('POST', `${path}/credentials/app`, { body: {} })
    assert.equal(app.status, 201)
    const secrets = [key.secret_key, ...Object.values(app.json.secrets as Record<string, string>)]
    assert.ok(secrets.length >= 2)
    const { text } = await rig.ask('GET', path)
    for (const secret of secrets) assert.ok(!text.includes(String(secret)))
    assert.ok(!rig.server.logLines.some((line) => line.includes(String(key.secret_key))))
  })

  test('disables and enables keys and accounts', async () => {
    const { json: made } = await rig.ask('POST', '/v1/accounts', { body: { name: 'switched' } })
    const path = `/v1/accounts/${made.id}`
    const { json: key } = await rig.ask('POST', `${path}/keys`)
    const off = await rig.ask('PATCH', `${path}/keys/${key.access_key}`, { body: { disabled: true } })
    assert.ok(off.json.disabled_at !== null)
    const on = await rig.ask('PATCH', `${path}/keys/${key.access_key}`, { body: { disabled: false } })
    assert.equal(on.json.disabled_at, null)
    const ended = await rig.ask('PATCH', path, { body: { disabled: true, name: 'off' } })
    assert.deepEqual([ended.json.name, ended.json.disabled_at === null], ['off', false])
    assert.equal((await rig.ask('GET', `${path}/buckets`)).status, 200)
  })

  test('says what is wrong with a request, field by field', async () => {
    const wrong: readonly (readonly [string, string, unknown, number, string])[] = [
      ['POST', '/v1/accounts', { name: 7 }, 400, 'invalid-argument'],
      ['POST', '/v1/accounts', { nam: 'x' }, 400, 'invalid-argument'],
      ['POST', '/v1/accounts', '{"name":"a","name":"b"}', 400, 'malformed-json'],
      ['POST', '/v1/accounts', '[]', 400, 'invalid-argument'],
      ['PATCH', `/v1/accounts/${ACCOUNT.id}`, { name: 'x' }, 400, 'invalid-argument'],
      ['GET', '/v1/accounts/nobody/buckets', undefined, 404, 'account-not-found'],
      ['GET', `/v1/accounts/${ACCOUNT.id}/buckets?limit=0`, undefined, 400, 'invalid-argument'],
      ['GET', `/v1/accounts/${ACCOUNT.id}/buckets?limit=1&limit=2`, undefined, 400, 'invalid-argument'],
      ['GET', `/v1/accounts/${ACCOUNT.id}/buckets?after=%25`, undefined, 400, 'invalid-argument'],
      ['GET', `/v1/accounts/${ACCOUNT.id}/buckets/none`, undefined, 404, 'bucket-not-found'],
      ['POST', `/v1/accounts/${ACCOUNT.id}/buckets`, { name: '.x' }, 400, 'invalid-argument'],
      ['POST', `/v1/accounts/${ACCOUNT.id}/buckets`, { name: 'vms' }, 409, 'name-conflict'],
      ['GET', '/v1/nothing', undefined, 404, 'not-found'],
      ['PUT', '/v1/accounts', undefined, 405, 'method-not-allowed'],
    ]
    for (const [method, path, body, status, code] of wrong) {
      const answer = await rig.ask(method, path, { body })
      assert.deepEqual([answer.status, answer.json.code], [status, code], `${method} ${path}: ${answer.text}`)
      assert.equal(answer.headers.get('content-type'), 'application/problem+json')
    }
    const form = await rig.ask('POST', '/v1/accounts', { body: 'a=b', headers: { 'content-type': 'text/x' } })
    assert.equal(form.status, 415)
  })

  test('tells how the server is, and where its doors are', async () => {
    const { json: health } = await rig.ask('GET', '/v1/health')
    assert.equal(health.is_ready, true)
    assert.ok(Object.keys(health.checks as object).includes('metadata'))
    const { json: server } = await rig.ask('GET', '/v1/server')
    assert.equal(server.public_url, rig.server.url)
    assert.deepEqual(Object.keys(server.own_urls as object).sort(), ['admin', 's3'])
  })

  test('nobody finds it on the listener of the vendors, nor theirs here', async () => {
    const away = await fetch(`${rig.server.url}/v1/accounts`)
    assert.equal(away.status, 404)
    assert.equal((await rig.ask('GET', '/file/upload')).json.code, 'not-found')
    assert.equal((await rig.ask('GET', '/healthz', { authorization: null })).status, 200)
  })
})
