// What vendors' Node SDKs do by HTTPS, in a process of their own: NODE_EXTRA_CA_CERTS is read when Node starts.
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core'
import * as vod from '@huaweicloud/huaweicloud-sdk-vod'
import { Service } from '@volcengine/openapi'
import { TosClient } from '@volcengine/tos-sdk'
import COS from 'cos-nodejs-sdk-v5'
import { openObsClient } from '../support/esdk-obs.ts'
import { ACCOUNT, LIBRARIES, PROJECTS } from '../support/harness.ts'
import { mediaFixture } from '../support/media-fixtures.ts'

const [client = '', url = ''] = process.argv.slice(2)
const { host } = new URL(url)
const { access_key, secret_key } = ACCOUNT

async function download(from: string, bytes: Uint8Array): Promise<void> {
  assert.ok(from.startsWith('https:'), from)
  const response = await fetch(from)
  assert.equal(response.status, 200)
  assert.ok(Buffer.from(await response.arrayBuffer()).equals(bytes))
}

/** cos-nodejs-sdk-v5 puts the bytes; the API tells where, and confirms. */
async function smh(): Promise<void> {
  const { id: library_id, secret: library_secret } = LIBRARIES.file
  const api = async (method: string, path: string, query: Record<string, string>) => {
    const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query)}`, { method })
    return (await response.json()) as Record<string, string>
  }
  const { accessToken: access_token = '' } = await api('GET', 'token', {
    ...{ library_id, library_secret, grant: 'space_admin' },
  })
  const files = `file/${library_id}/-`
  const { path = '', confirmKey } = await api('PUT', `${files}/film.bin`, { access_token })
  const cos = new COS({ SecretId: access_key, SecretKey: secret_key, Domain: host, Protocol: 'https:' })
  const bytes = Buffer.alloc(3_000_000, 'film')
  const where = { Bucket: 'examplebucket-1250000000', Region: 'ap-beijing', Key: path.slice(1) }
  await cos.putObject({ ...where, Body: bytes })
  await api('POST', `${files}/${confirmKey}`, { confirm: '', access_token })
  const { cosUrl = '' } = await api('GET', `${files}/film.bin`, { info: '', access_token })
  await download(cosUrl, bytes)
}

/** What the SDK does not show of its answers. */
interface Created {
  readonly asset_id: string
  readonly video_upload_url: string
  readonly target: { readonly bucket: string; readonly object: string }
}

/** The SDK of the API, then esdk-obs-nodejs with the account's keys. */
async function huawei(): Promise<void> {
  const bytes = mediaFixture('video.mp4')
  const credentials = new BasicCredentials().withAk(access_key).withSk(secret_key)
  const api = vod.VodClient.newBuilder()
    .withCredential(credentials.withProjectId(PROJECTS.main.id))
    .withEndpoint(url)
    .build()
  const create = async (video_name: string) => {
    const film = new vod.CreateAssetByFileUploadReq('A film', video_name, 'MP4')
    const made = await api.createAssetByFileUpload(new vod.CreateAssetByFileUploadRequest().withBody(film))
    return made as unknown as Created
  }
  const watch = async (assetId: string) => {
    const uploaded = new vod.ConfirmAssetUploadReq(assetId, 'CREATED')
    await api.confirmAssetUpload(new vod.ConfirmAssetUploadRequest().withBody(uploaded))
    const details = await api.showAssetDetail(new vod.ShowAssetDetailRequest(assetId))
    const { base_info } = details as unknown as { base_info: { sign_url: string } }
    await download(base_info.sign_url, bytes)
  }
  const first = await create('one.mp4')
  const headers = { 'content-type': 'video/mp4' }
  const put = await fetch(first.video_upload_url, { method: 'PUT', headers, body: bytes })
  assert.equal(put.status, 200)
  await watch(first.asset_id)

  const second = await create('two.mp4')
  const { bucket: Bucket, object: Key } = second.target
  const obs = await openObsClient({ access_key_id: access_key, secret_access_key: secret_key, server: url })
  const sent = await obs.putObject({ Bucket, Key, Body: Readable.from([bytes]), ContentLength: bytes.length })
  assert.equal(sent.CommonMsg.Status, 200)
  await watch(second.asset_id)
  const { InterfaceResult: read } = await obs.getObject({ Bucket, Key, SaveAsStream: true })
  assert.ok((await buffer(read?.Content as Readable)).equals(bytes))
  obs.close()
}

/** @volcengine/openapi for the API, and @volcengine/tos-sdk for the bytes. */
async function volcengine(): Promise<void> {
  const service = new Service({
    ...{ serviceName: 'vms', defaultVersion: '2022-01-01', region: 'cn-north-1' },
    ...{ host, protocol: 'https:', accessKeyId: access_key, secretKey: secret_key },
  })
  const call = async (action: string, body: object) => {
    const { ResponseMetadata, Result } = await service.createJSONAPI(action)(body)
    assert.equal(ResponseMetadata.Error, undefined)
    return Result as Record<string, string>
  }
  const bytes = mediaFixture('cbr-tagged.mp3')
  const { UploadUrl = '' } = await call('GetResourceUploadUrl', { FileName: 'welcome.mp3' })
  assert.equal((await fetch(UploadUrl, { method: 'PUT', body: bytes })).status, 200)
  const { ResourceKey } = await call('CommitResourceUpload', { FileName: 'welcome.mp3' })
  assert.ok(ResourceKey)
  const tos = new TosClient({
    ...{ accessKeyId: access_key, accessKeySecret: secret_key, region: 'cn-beijing' },
    ...{ endpoint: host, secure: true },
  })
  const [, bucket = '', ...key] = new URL(UploadUrl).pathname.split('/')
  const { data } = await tos.getObjectV2({ bucket, key: key.join('/'), dataType: 'buffer' })
  assert.ok(Buffer.from(data.content).equals(bytes))
}

const CLIENTS: Readonly<Record<string, () => Promise<void>>> = { smh, huawei, volcengine }
await CLIENTS[client]?.()
process.stdout.write('the same bytes\n')
