import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { bucketName } from '../../../src/core/model/buckets.ts'
import { shows } from '../../support/shows.ts'
import { compactNow, wav } from '../../support/volcengine.ts'
import { ACCOUNT, assertError, OTHER_ACCOUNT, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

const KEY = /^[0-9a-f]{32}$/

test('a file goes from its upload URL to a resource', async () => {
  const url = await rig.uploadUrl('flow.wav')
  const bytes = wav(2)
  assert.equal((await rig.put(url, bytes)).status, 200)
  const committed = await rig.commit('flow.wav')
  assert.deepEqual(Object.keys(committed), ['Name', 'Suffix', 'ResourceKey'])
  assert.equal(committed.Name, 'flow.wav')
  assert.equal(committed.Suffix, '.wav')
  assert.match(String(committed.ResourceKey), KEY)
  const usable = await rig.result('QueryUsableResource', { Type: 0 })
  assert.ok(Array.isArray(usable))
  assert.ok(usable.some((record) => record.ResourceKey === committed.ResourceKey))
  shows(
    'volcengine-vms',
    'GetResourceUploadUrl',
    'CommitResourceUpload',
    'CommitResourceUpload.Name',
    'CommitResourceUpload.ResourceKey',
  )
})

test('an answer’s envelope is that of the documents', async () => {
  const { status, headers, body } = await rig.answer(
    'GetResourceUploadUrl',
    { FileName: 'envelope.wav' },
    { region: 'cn-beijing' },
  )
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'application/json; charset=utf-8')
  assert.deepEqual(Object.keys(body), ['ResponseMetadata', 'Result'])
  const { RequestId, ...rest } = body.ResponseMetadata
  assert.deepEqual(rest, {
    Action: 'GetResourceUploadUrl',
    Version: '2022-01-01',
    Service: 'vms',
    Region: 'cn-beijing',
  })
  assert.match(RequestId, /^\d{14}[0-9A-F]{18}$/)
  const beijing = compactNow(rig.clock.now() + 8 * 3600_000).replace(/\D/g, '')
  assert.equal(RequestId.slice(0, 10), beijing.slice(0, 10))
  shows('volcengine-vms', 'ResponseMetadata', 'ResponseMetadata.RequestId')
})

test('an error’s envelope is that of the documents, without a Result', async () => {
  const { body } = await rig.answer('OpenDeleteResource', {})
  assert.deepEqual(Object.keys(body), ['ResponseMetadata'])
  const { RequestId, ...rest } = body.ResponseMetadata
  assert.match(RequestId, /^\d{14}[0-9A-F]{18}$/)
  assert.deepEqual(rest, {
    Action: 'OpenDeleteResource',
    Version: '2022-01-01',
    Service: 'vms',
    Region: 'cn-north-1',
    Error: {
      CodeN: 100002,
      Code: 'MissingParameter',
      Message: 'The required parameter ResourceKey is missing.',
      Reason: 'RESOURCE_KEY_IS_NONE',
    },
  })
  shows('volcengine-vms', 'ResponseMetadata.Error')
})

test('any region is accepted and echoed', async () => {
  for (const region of ['cn-north-1', 'cn-beijing', 'ap-southeast-1']) {
    const { status, body } = await rig.answer('QueryUsableResourceV2', { Type: 0 }, { region })
    assert.deepEqual([status, body.ResponseMetadata.Region], [200, region])
  }
  shows('volcengine-vms', 'ResponseMetadata.Region')
})

test('the older generation’s version and service name are accepted', async () => {
  const call = { version: '2021-01-01', service: 'volc_voice_notify' }
  const { status, body } = await rig.answer('QueryUsableResourceV2', { Type: 0 }, call)
  assert.equal(status, 200)
  assert.equal(body.ResponseMetadata.Version, '2021-01-01')
  shows('volcengine-vms', 'Version 2021-01-01')
})

test('parameters are taken from the query, a JSON body, a form and a GET', async () => {
  const query = { Type: '0', Limit: '7' }
  for (const call of [
    { query },
    { json: { Type: 0, Limit: 7 } },
    { form: query },
    { method: 'GET', query },
    { query: { Type: '0' }, json: { Limit: 7 } },
    { query: { Type: '0' }, form: { Limit: '7' } },
    { raw: '{"Type":0,"Limit":7}' },
    { raw: '{"Type":0,"Limit":7}', contentType: 'application/x-www-form-urlencoded' },
  ]) {
    const result = await rig.result('QueryOpenGetResource', undefined, call)
    assert.equal(result.Limit, 7, JSON.stringify(call))
  }
  shows('volcengine-vms', 'any')
})

test('a body’s value goes over the query’s', async () => {
  const call = { query: { Type: '0', Limit: '7' } }
  assert.equal((await rig.result('QueryOpenGetResource', { Limit: 8 }, call)).Limit, 8)
  const form = { ...call, form: { Limit: '9' } }
  assert.equal((await rig.result('QueryOpenGetResource', undefined, form)).Limit, 9)
  shows('volcengine-vms', 'any')
})

test('fields that nobody knows are ignored', async () => {
  const extra = { ReqSourceType: 3, ServiceType: 100, SubServiceType: 102, Lang: null, Deep: { a: [1] } }
  await rig.result('GetResourceUploadUrl', { FileName: 'extra.wav', ...extra })
  shows('volcengine-vms', 'any')
})

test('numbers are accepted as text', async () => {
  const result = await rig.result('QueryOpenGetResource', {
    Type: '0',
    State: '1',
    Limit: '10',
    Offset: '0',
  })
  assert.deepEqual([result.Limit, result.Offset], [10, 0])
  shows('volcengine-vms', 'any')
})

test('the Python SDK’s request shapes work', async () => {
  const key = await rig.make('python.wav', wav(1))
  const form = { contentType: 'application/x-www-form-urlencoded' }
  const renamed = await rig.result('OpenUpdateResource', undefined, {
    ...form,
    query: { ResourceKey: key, Name: 'py 中(1)*.wav' },
  })
  assert.deepEqual(renamed, { ResourceKey: key, Name: 'py 中(1)*.wav' })
  const usable = await rig.result('QueryUsableResource', undefined, { ...form, query: { Type: '0' } })
  assert.ok(Array.isArray(usable))
  const deleted = await rig.result('OpenDeleteResource', undefined, {
    query: { ResourceKey: key },
    raw: '{}',
    contentType: 'application/json',
  })
  assert.deepEqual(deleted, { ResourceKey: key })
  shows('volcengine-vms', 'Python volcengine')
})

test('the Go and Java SDKs’ request shapes work', async () => {
  const key = await rig.make('go.wav', wav(1))
  const bodiless = {
    contentType: 'application/x-www-form-urlencoded; charset=utf-8',
    headers: { 'x-extra': 'signed too', 'x-security-token': 'STS2FAKETOKEN' },
  }
  await rig.result('OpenUpdateResource', undefined, {
    ...bodiless,
    query: { ResourceKey: key, Name: 'go.wav' },
  })
  await rig.result('QueryOpenGetResource', { Type: 0, ReqSourceType: 3 })
  await rig.result('OpenDeleteResource', undefined, { ...bodiless, query: { ResourceKey: key } })
  shows('volcengine-vms', 'Go and Java v1')
})

test('a client that sends no X-Content-Sha256 is accepted', async () => {
  await rig.result('QueryOpenGetResource', { Type: 0 }, { withoutDigest: true })
  await rig.result('QueryOpenGetResource', undefined, { withoutDigest: true, form: { Type: '0' } })
  shows('volcengine-vms', 'X-Content-Sha256')
})

test('an account sees nothing of another’s resources', async () => {
  const key = await rig.make('private.wav', wav(1))
  const stranger = { keys: OTHER_ACCOUNT }
  assert.deepEqual((await rig.result('QueryOpenGetResource', { Type: 0 }, stranger)).Records, [])
  assert.deepEqual(await rig.result('QueryUsableResource', { Type: 0 }, stranger), [])
  for (const action of ['OpenDeleteResource', 'OpenUpdateResource']) {
    assertError(await rig.answer(action, { ResourceKey: key, Name: 'x' }, stranger), {
      status: 400,
      code: 'InvalidParameter',
      message: 'The specified parameter ResourceKey is invalid.',
      reason: 'RESOURCE_KEY_IS_NOT_EXIST',
    })
  }
  assertError(await rig.answer('CommitResourceUpload', { FileName: 'private.wav' }, stranger), {
    status: 400,
    code: 'InvalidParameter',
    message: 'The specified parameter FileName is invalid.',
    reason: 'RESOURCE_IS_NONE',
  })
  shows('volcengine-vms', 'isolation')
})

test('objects that other APIs made are no voice resources', async () => {
  const { core, accounts } = rig.server.engine
  const account = accounts.byId(ACCOUNT.id)
  assert.ok(account)
  const traits = { name: 'x', kind: '0', status: '1', contentType: null, media: null, attributes: {} }
  const place = { account: account.id, bucket: bucketName('other', 'elsewhere'), key: 'x' }
  const { id } = await core.objects.put({ ...place, staged: null, traits, conflict: 'fail' })
  for (const action of ['OpenDeleteResource', 'OpenUpdateResource']) {
    assertError(await rig.answer(action, { ResourceKey: id, Name: 'y' }), {
      status: 400,
      code: 'InvalidParameter',
      message: 'The specified parameter ResourceKey is invalid.',
      reason: 'RESOURCE_KEY_IS_NOT_EXIST',
    })
  }
  assert.equal((await core.objects.get({ ...place })).name, 'x')
})
