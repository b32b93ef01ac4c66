import { randomBytes } from 'node:crypto'
import { Service } from '@volcengine/openapi'
import { TosClient } from '@volcengine/tos-sdk'
import { tone } from '../../demo/sounds.ts'
import type { DialectDriver } from '../contracts/dialect.ts'
import { ACCOUNT, APP, LIBRARIES } from '../support/harness.ts'
import { iflytekHeaders, multipart } from '../support/iflytek.ts'
import { largeVideo } from '../support/media-fixtures.ts'
import { partsOf } from './huawei-vod/parts.ts'
import { clientOf } from './huawei-vod/rig.ts'

const SLICE_SIZE = 5 * 1024 ** 2
const PART_SIZE = 1024 ** 2
const SMH_FILES = `file/${LIBRARIES.file.id}/-`

/** iFlytek OST by its wire: two slices, then complete. The handle is the url's path. */
export const iflytekOstDriver: DialectDriver = {
  name: 'iflytek-ost',
  sample: (seed) => Buffer.concat([randomBytes(SLICE_SIZE), Buffer.alloc(100_000, seed)]),
  upload: async (serverUrl, _name, bytes) => {
    const ids = { request_id: '1', app_id: APP.app_id }
    const begun = await postJson(serverUrl, '/file/mpupload/init', ids)
    const upload_id = String(begun.data?.upload_id)
    const slices = [bytes.subarray(0, SLICE_SIZE), bytes.subarray(SLICE_SIZE)]
    for (const [index, slice] of slices.entries()) {
      const form = multipart({ ...ids, upload_id, slice_id: String(index + 1) }, slice)
      await post(serverUrl, '/file/mpupload/upload', form.type, form.body)
    }
    return {
      complete: async (url) => {
        const answer = await postJson(url, '/file/mpupload/complete', { ...ids, upload_id })
        return new URL(String(answer.data?.url)).pathname
      },
      read: async (url, handle) => (handle === null ? null : download(url + handle)),
    }
  },
}

/** Volcengine VMS by the vendor's SDKs: upload URL, PUT, then commit. The handle is the ResourceKey. */
export const volcengineVmsDriver: DialectDriver = {
  name: 'volcengine-vms',
  sample: (seed) => tone(seed + 3),
  upload: async (serverUrl, name, bytes) => {
    const { UploadUrl } = await call(serverUrl, 'GetResourceUploadUrl', { FileName: name })
    const put = await fetch(String(UploadUrl), { method: 'PUT', body: new Uint8Array(bytes) })
    if (put.status !== 200) throw new Error(`PUT answered ${put.status}: ${await put.text()}`)
    return {
      complete: async (url) =>
        String((await call(url, 'CommitResourceUpload', { FileName: name })).ResourceKey),
      read: (url) => download(presignedGet(url, name)),
    }
  },
}

/** Tencent SMH by its wire: two parts, renewed credentials between them, then confirm. The handle is the inode. */
export const tencentSmhDriver: DialectDriver = {
  name: 'tencent-smh',
  sample: (seed) => Buffer.concat([randomBytes(PART_SIZE), Buffer.alloc(100_000, seed)]),
  upload: async (serverUrl, name, bytes) => {
    const begun = await smh(serverUrl, 'POST', `${SMH_FILES}/${name}`, { multipart: '' })
    const key = `${SMH_FILES}/${begun.confirmKey}`
    await sendPart(begun, 1, bytes.subarray(0, PART_SIZE))
    await sendPart(await smh(serverUrl, 'POST', key, { renew: '' }), 2, bytes.subarray(PART_SIZE))
    return {
      complete: async (url) =>
        String((await smh(url, 'POST', key, { confirm: '', with_inode: '1' })).inode ?? ''),
      read: async (url, handle) => {
        const at = handle === null ? name : await smhPath(url, handle)
        const access_token = await smhToken(url)
        return download(`${url}/api/v1/${SMH_FILES}/${at}?${new URLSearchParams({ access_token })}`)
      },
    }
  },
}

/** Huawei VOD by its wire: two parts by temporary authorities, then confirm. The handle is the asset_id. */
export const huaweiVodDriver: DialectDriver = {
  name: 'huawei-vod',
  sample: (seed) => largeVideo(PART_SIZE + 100_000 + seed),
  upload: async (serverUrl, name, bytes) => {
    const client = clientOf(serverUrl)
    const asset = await client.create({ title: name })
    await partsOf(client).send(asset, [bytes.subarray(0, PART_SIZE), bytes.subarray(PART_SIZE)])
    return {
      complete: async (url) => {
        const { status, body, bytes: text } = await clientOf(url).confirm(asset.asset_id)
        if (status !== 200) throw new Error(`the confirm was answered ${status}: ${text}`)
        return String(body?.asset_id)
      },
      read: async (url, handle) => {
        const query = { asset_id: handle ?? asset.asset_id }
        const { base_info } = await clientOf(url).expect(200, 'GET', 'asset/details', { query })
        return download(String(base_info.sign_url ?? `${url}/asset/${asset.target.object}`))
      },
    }
  },
}

export const drivers: readonly DialectDriver[] = [
  iflytekOstDriver,
  volcengineVmsDriver,
  tencentSmhDriver,
  huaweiVodDriver,
]

async function download(url: string): Promise<Buffer | null> {
  const response = await fetch(url)
  const bytes = Buffer.from(await response.arrayBuffer())
  if (response.status === 404) return null
  if (response.status !== 200) throw new Error(`GET answered ${response.status}: ${bytes}`)
  return bytes
}

interface Answer {
  readonly code: number
  readonly data?: { readonly upload_id?: string; readonly url?: string }
}

const postJson = (serverUrl: string, path: string, fields: object): Promise<Answer> =>
  post(serverUrl, path, 'application/json', JSON.stringify(fields))

async function post(serverUrl: string, path: string, type: string, body: Buffer | string): Promise<Answer> {
  const headers = { ...iflytekHeaders(APP, path), 'content-type': type }
  const sent = typeof body === 'string' ? body : new Uint8Array(body)
  const response = await fetch(serverUrl + path, { method: 'POST', headers, body: sent })
  const answer = (await response.json()) as Answer
  if (answer.code !== 0) throw new Error(`${path} answered ${JSON.stringify(answer)}`)
  return answer
}

async function call(
  serverUrl: string,
  action: string,
  body: object,
): Promise<Readonly<Record<string, unknown>>> {
  const service = new Service({
    ...{ serviceName: 'vms', defaultVersion: '2022-01-01', region: 'cn-north-1' },
    ...{ host: new URL(serverUrl).host, protocol: 'http:' },
    ...{ accessKeyId: ACCOUNT.access_key, secretKey: ACCOUNT.secret_key },
  })
  const answer = (await service.createJSONAPI(action)(body)) as { Result?: Readonly<Record<string, unknown>> }
  if (answer.Result === undefined) throw new Error(`${action} answered ${JSON.stringify(answer)}`)
  return answer.Result
}

/** A URL that reads the first account's voice file, signed by the vendor's SDK. */
export function presignedGet(serverUrl: string, name: string): string {
  const { host, protocol } = new URL(serverUrl)
  const client = new TosClient({
    ...{ accessKeyId: ACCOUNT.access_key, accessKeySecret: ACCOUNT.secret_key, region: 'cn-beijing' },
    ...{ endpoint: host, bucket: 'volc-voice-resource-bucket', secure: protocol === 'https:' },
  })
  return client.getPreSignedUrl({
    method: 'GET',
    key: `${ACCOUNT.id}/${name}`,
    expires: 600,
    isCustomDomain: true,
  })
}

interface SmhAnswer {
  readonly accessToken?: string
  readonly domain?: string
  readonly path?: string | readonly string[]
  readonly uploadId?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly confirmKey?: string
  readonly inode?: string
}

async function smh(
  serverUrl: string,
  method: string,
  path: string,
  query: Readonly<Record<string, string>>,
): Promise<SmhAnswer> {
  const access_token = path === 'token' ? {} : { access_token: await smhToken(serverUrl) }
  const response = await fetch(
    `${serverUrl}/api/v1/${path}?${new URLSearchParams({ ...query, ...access_token })}`,
    { method },
  )
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
  return JSON.parse(text) as SmhAnswer
}

async function smhToken(serverUrl: string): Promise<string> {
  const { id, secret } = LIBRARIES.file
  const asked = { library_id: id, library_secret: secret, grant: 'admin' }
  return String((await smh(serverUrl, 'GET', 'token', asked)).accessToken)
}

async function smhPath(serverUrl: string, inode: string): Promise<string> {
  const { path } = await smh(serverUrl, 'GET', `inode/${LIBRARIES.file.id}/-/${inode}`, {})
  return typeof path === 'object' ? path.map(encodeURIComponent).join('/') : ''
}

async function sendPart(task: SmhAnswer, number: number, bytes: Buffer): Promise<void> {
  const { domain, path, uploadId, headers = {} } = task
  const response = await fetch(`http://${domain}${path}?partNumber=${number}&uploadId=${uploadId}`, {
    method: 'PUT',
    headers,
    body: new Uint8Array(bytes),
  })
  if (response.status !== 200) throw new Error(`a part was answered ${response.status}`)
}
