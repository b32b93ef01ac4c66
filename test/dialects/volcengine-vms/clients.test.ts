import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Service, Signer } from '@volcengine/openapi'
import { Client, Command, HttpRequestError } from '@volcengine/sdk-core'
import { mediaFixture } from '../../support/media-fixtures.ts'
import { shows } from '../../support/shows.ts'
import { wav } from '../../support/volcengine.ts'
import { ACCOUNT, type Rig, startRig } from './rig.ts'

let rig: Rig
before(async () => {
  rig = await startRig()
})
after(() => rig.stop())

const keys = { accessKeyId: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key }
const host = () => new URL(rig.url).host

function openapi(options: Readonly<Record<string, string>> = {}): Service {
  return new Service({
    serviceName: 'vms',
    defaultVersion: '2022-01-01',
    host: host(),
    protocol: 'http:',
    region: 'cn-north-1',
    ...keys,
    ...options,
  })
}

type Fields = Readonly<Record<string, unknown>>

async function json(service: Service, action: string, body: Fields): Promise<Fields> {
  const { ResponseMetadata, Result } = await service.createJSONAPI(action)(body)
  assert.equal(ResponseMetadata.Error, undefined, JSON.stringify(ResponseMetadata))
  return Result as Fields
}

test('@volcengine/openapi goes the whole way of a file', async () => {
  const service = openapi()
  const FileName = "a b*('!)~+中.mp3"
  const { UploadUrl } = await json(service, 'GetResourceUploadUrl', { FileName })
  const put = await fetch(String(UploadUrl), { method: 'PUT', body: mediaFixture('cbr-tagged.mp3') })
  assert.equal(put.status, 200)
  const { ResourceKey, ...committed } = await json(service, 'CommitResourceUpload', { FileName })
  assert.deepEqual(committed, { Name: FileName, Suffix: '.mp3' })
  const listed = await json(service, 'QueryOpenGetResource', { Type: 0, Keyword: ResourceKey })
  assert.equal((listed.Records as Fields[])[0]?.Name, FileName)
  await json(service, 'OpenUpdateResource', { ResourceKey, Name: 'renamed' })
  const v2 = await service.createAPI<Fields, Fields>('QueryUsableResourceV2', { method: 'GET' })({ Type: 0 })
  const usable = v2.Result?.Records as Fields[] | undefined
  assert.ok(usable?.some(({ Name }) => Name === 'renamed'))
  assert.deepEqual(await json(service, 'OpenDeleteResource', { ResourceKey }), { ResourceKey })
  shows('volcengine-vms', '@volcengine/openapi')
})

test('@volcengine/openapi sends forms, query keys and bodiless POSTs', async () => {
  const service = openapi()
  const template = { Name: '模板', TtsTemplateContent: '你好,#name#', Type: 1, TtsOption: '{"Lang":"ch"}' }
  const made = await service.createUrlEncodeAPI('OpenCreateTts')(template)
  const { ResourceKey } = made.Result as Fields
  const Name = "q b*('!)~+中"
  const renamed = await service.createJSONAPI('OpenUpdateResource', { queryKeys: ['ResourceKey', 'Name'] })({
    ResourceKey,
    Name,
  })
  assert.deepEqual(renamed.Result, { ResourceKey, Name })
  const deleted = await service.fetchOpenAPI({
    Action: 'OpenDeleteResource',
    Version: '2022-01-01',
    method: 'POST',
    query: { ResourceKey },
  })
  assert.deepEqual(deleted.Result, { ResourceKey })
  shows('volcengine-vms', '@volcengine/openapi')
})

test('@volcengine/openapi with a session token and a Host header is accepted', async () => {
  const service = openapi({ sessionToken: 'STS2FAKETOKEN' })
  const answer = await service.fetchOpenAPI({
    Action: 'QueryOpenGetResource',
    Version: '2022-01-01',
    method: 'POST',
    data: { Type: 0, Offset: 0, Limit: 10 },
    headers: { Host: host() },
  })
  assert.equal(answer.ResponseMetadata.Error, undefined, JSON.stringify(answer))
  shows('volcengine-vms', '@volcengine/openapi')
})

test('@volcengine/openapi reads errors from the envelope', async () => {
  const wrong = await openapi({ secretKey: 'wrong' }).createJSONAPI('QueryUsableResource')({ Type: 0 })
  assert.equal(wrong.ResponseMetadata.Error?.Code, 'SignatureNotMatch')
  const none = await openapi().createJSONAPI('OpenDeleteResource')({ ResourceKey: 'abcdef' })
  assert.deepEqual(none.ResponseMetadata.Error, {
    Code: 'InvalidParameter',
    Message: 'The specified parameter ResourceKey is invalid.',
    Reason: 'RESOURCE_KEY_IS_NOT_EXIST',
  })
  shows('volcengine-vms', '@volcengine/openapi')
})

test('@volcengine/openapi’s signed URLs work for GET and POST', async () => {
  const Name = "u b*('!)~+中"
  const key = await rig.make('signed-url.wav', wav(1))
  const signed = (method: string, params: Fields, sessionToken = '') =>
    `${rig.url}/?${new Signer({ region: 'cn-north-1', method, params: { Version: '2022-01-01', ...params } }, 'vms').getSignUrl({ ...keys, sessionToken })}`
  const get = await fetch(signed('GET', { Action: 'QueryUsableResourceV2', Type: 0 }))
  assert.equal(get.status, 200)
  const url = signed('POST', { Action: 'OpenUpdateResource', ResourceKey: key, Name }, 'STS2FAKETOKEN')
  const post = await fetch(url, { method: 'POST' })
  assert.equal(post.status, 200, await post.text())
  assert.equal((await rig.list({ Type: 0, Keyword: key }))[0]?.Name, Name)
  assert.equal((await fetch(url)).status, 401, 'the method is signed')
  shows('volcengine-vms', 'HMAC-SHA256 query')
})

test('a body never changes what a signed URL says', async () => {
  const [mine, other] = [await rig.make('mine.wav', wav(1)), await rig.make('other.wav', wav(1))]
  const params = { Action: 'OpenDeleteResource', Version: '2022-01-01', ResourceKey: mine }
  const query = new Signer({ region: 'cn-north-1', method: 'POST', params }, 'vms').getSignUrl(keys)
  const answer = await fetch(`${rig.url}/?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ResourceKey: other }),
  })
  assert.deepEqual(((await answer.json()) as { Result: unknown }).Result, { ResourceKey: mine })
  assert.equal((await rig.list({ Type: 0, Keyword: other })).length, 1)
  shows('volcengine-vms', 'X-NotSignBody')
})

test('a body adds to a signed URL that says X-NotSignBody', async () => {
  const key = await rig.make('adds.wav', wav(1))
  const params = { Action: 'OpenDeleteResource', Version: '2022-01-01' }
  const query = new Signer({ region: 'cn-north-1', method: 'POST', params }, 'vms').getSignUrl(keys)
  const answer = await fetch(`${rig.url}/?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ResourceKey: key }),
  })
  assert.equal(answer.status, 200)
  assert.deepEqual(await rig.list({ Type: 0, Keyword: key }), [])
  shows('volcengine-vms', 'X-NotSignBody')
})

class VmsCommand extends Command<Fields, { readonly Result: Fields }> {
  constructor(action: string, input: Fields, method = 'POST') {
    super(input)
    const params = { Action: action, Version: '2022-01-01' }
    const contentType = method === 'GET' ? '' : 'application/json'
    this.requestConfig = { method, serviceName: 'vms', pathname: '/', params, contentType }
  }
}

const sdkCore = (secretAccessKey: string = ACCOUNT.secret_key): Client =>
  new Client({
    host: host(),
    protocol: 'http',
    region: 'cn-beijing',
    accessKeyId: ACCOUNT.access_key,
    secretAccessKey,
  })

test('@volcengine/sdk-core goes the whole way of a file', async () => {
  const client = sdkCore()
  const send = async (action: string, input: Fields, method?: string) =>
    (await client.send(new VmsCommand(action, input, method))).Result
  const { UploadUrl } = await send('GetResourceUploadUrl', { FileName: 'core.wav' })
  assert.equal((await fetch(String(UploadUrl), { method: 'PUT', body: wav(2) })).status, 200)
  const { ResourceKey } = await send('CommitResourceUpload', { FileName: 'core.wav' })
  const listed = await send('QueryOpenGetResource', { Type: 0, Keyword: ResourceKey })
  assert.equal((listed.Records as Fields[])[0]?.Duration, 2)
  const usable = await send('QueryUsableResourceV2', { Type: 0 }, 'GET')
  assert.ok((usable.Records as Fields[]).some((record) => record.ResourceKey === ResourceKey))
  assert.deepEqual(await send('OpenDeleteResource', { ResourceKey }), { ResourceKey })
  shows('volcengine-vms', '@volcengine/sdk-core')
})

test('@volcengine/sdk-core throws the errors with status and envelope', async () => {
  const refused = sdkCore('wrong').send(new VmsCommand('QueryUsableResource', { Type: 0 }))
  await assert.rejects(refused, (error) => {
    assert.ok(error instanceof HttpRequestError)
    assert.equal(error.status, 401)
    assert.equal(error.data.ResponseMetadata.Error.Code, 'SignatureNotMatch')
    return true
  })
  shows('volcengine-vms', '@volcengine/sdk-core')
})
