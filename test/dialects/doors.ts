import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { tone } from '../../demo/sounds.ts'
import { ACCOUNT, APP, LIBRARIES, PROJECTS } from '../support/harness.ts'
import { iflytekHeaders, multipart } from '../support/iflytek.ts'
import { largeVideo } from '../support/media-fixtures.ts'
import { callVms } from '../support/volcengine.ts'
import { presignedGet } from './drivers.ts'
import { clientOf as vodClient } from './huawei-vod/rig.ts'
import { type Body, clientOf as smhClient } from './tencent-smh/rig.ts'

/** A dialect's own calls on one upload: what any other door may do in their place. `url` is the server's. */
export interface OwnDoor {
  readonly name: string
  /** The bucket, in the words of a ticket. */
  readonly bucket: string
  sample(seed: number): Buffer
  /** The first call; returns what a ticket names the upload by. */
  begin(url: string, name: string): Promise<string>
  /** All bytes, as its clients send them; null where what they send is no part of the upload that a ticket begins. */
  readonly send: ((url: string, reference: string, bytes: Buffer) => Promise<void>) | null
  /** What gives the upload more time; null where there is no such call. */
  readonly renew: ((url: string, reference: string) => Promise<void>) | null
  /** The last call. A repetition is answered as the first. */
  finish(url: string, reference: string): Promise<void>
  /** The bytes; null where the last call was not done yet. */
  read(url: string, reference: string, name: string): Promise<Buffer | null>
  /** Whether reading changes nothing. iFlytek's last call alone tells where a file is read. */
  readonly isReadOnly: boolean
}

const MIB = 1024 ** 2
const SLICE_SIZE = 5 * MIB
const IDS = { request_id: '1', app_id: APP.app_id }

const iflytek: OwnDoor = {
  name: 'iFlytek OST',
  bucket: `ost-${APP.app_id}`,
  sample: (seed) => Buffer.concat([randomBytes(SLICE_SIZE), Buffer.alloc(10_000, seed)]),
  begin: async (url) => String((await ostCall(url, 'init', {})).data?.upload_id),
  send: async (url, upload_id, bytes) => {
    for (const [at, slice] of [bytes.subarray(0, SLICE_SIZE), bytes.subarray(SLICE_SIZE)].entries()) {
      const form = multipart({ ...IDS, upload_id, slice_id: String(at + 1) }, slice)
      await ostPost(url, 'upload', form.type, new Uint8Array(form.body))
    }
  },
  renew: null,
  finish: async (url, upload_id) => {
    await ostCall(url, 'complete', { upload_id })
  },
  read: async (url, upload_id) => {
    const answer = await ostPost(
      url,
      'complete',
      'application/json',
      JSON.stringify({ ...IDS, upload_id }),
      false,
    )
    if (answer.data?.url === undefined) return null
    return Buffer.from(await (await fetch(String(answer.data.url))).arrayBuffer())
  },
  isReadOnly: false,
}

interface OstAnswer {
  readonly code: number
  readonly data?: { readonly upload_id?: string; readonly url?: string }
}

const ostCall = (url: string, call: string, fields: object): Promise<OstAnswer> =>
  ostPost(url, call, 'application/json', JSON.stringify({ ...IDS, ...fields }))

async function ostPost(
  url: string,
  call: string,
  type: string,
  body: string | Uint8Array<ArrayBuffer>,
  isExpected = true,
): Promise<OstAnswer> {
  const path = `/file/mpupload/${call}`
  const headers = { ...iflytekHeaders(APP, path), 'content-type': type }
  const response = await fetch(url + path, { method: 'POST', headers, body })
  const answer = (await response.json()) as OstAnswer
  if (isExpected) assert.equal(answer.code, 0, JSON.stringify(answer))
  return answer
}

const vms = (url: string, action: string, json: object) => callVms(url, action, { keys: ACCOUNT, json })

const volcengine: OwnDoor = {
  name: 'Volcengine VMS',
  bucket: 'vms',
  sample: (seed) => tone(seed + 3),
  begin: async (url, name) => {
    assert.equal((await vms(url, 'GetResourceUploadUrl', { FileName: name })).status, 200)
    return name
  },
  send: async (url, name, bytes) => {
    const answer = await vms(url, 'GetResourceUploadUrl', { FileName: name })
    const { UploadUrl } = answer.body.Result as { readonly UploadUrl: string }
    const put = await fetch(UploadUrl, { method: 'PUT', body: new Uint8Array(bytes) })
    assert.equal(put.status, 200, await put.text())
  },
  renew: null,
  finish: async (url, name) => {
    const answer = await vms(url, 'CommitResourceUpload', { FileName: name })
    assert.equal(answer.status, 200, answer.bytes.toString())
  },
  read: async (url, name) => {
    const answer = await fetch(presignedGet(url, name))
    return answer.status === 404 ? null : Buffer.from(await answer.arrayBuffer())
  },
  isReadOnly: true,
}

const SMH = LIBRARIES.file.id

const tencent: OwnDoor = {
  name: 'Tencent SMH',
  bucket: `smh-${SMH}`,
  sample: (seed) => Buffer.concat([randomBytes(MIB), Buffer.alloc(10_000, seed)]),
  begin: async (url, name) => {
    const client = smhClient(url)
    const query = { multipart: null, access_token: await client.token() }
    return (await client.expect(201, 'POST', `file/${SMH}/-/${name}`, query)).confirmKey
  },
  send: async (url, confirmKey, bytes) => {
    const client = smhClient(url)
    await client.putPart(await smhRenewed(url, confirmKey), 1, bytes.subarray(0, MIB))
    await client.putPart(await smhRenewed(url, confirmKey), 2, bytes.subarray(MIB))
  },
  renew: async (url, confirmKey) => {
    await smhRenewed(url, confirmKey)
  },
  finish: async (url, confirmKey) => {
    const client = smhClient(url)
    const query = { confirm: null, access_token: await client.token() }
    await client.expect(200, 'POST', `file/${SMH}/-/${confirmKey}`, query)
  },
  read: (url, _confirmKey, name) => smhClient(url).download(name),
  isReadOnly: true,
}

async function smhRenewed(url: string, confirmKey: string): Promise<Body> {
  const client = smhClient(url)
  const query = { renew: null, access_token: await client.token() }
  return client.expect(200, 'POST', `file/${SMH}/-/${confirmKey}`, query)
}

const huawei: OwnDoor = {
  name: 'Huawei VOD',
  bucket: `vod-${PROJECTS.main.id}`,
  sample: (seed) => largeVideo(MIB + 100_000 + seed),
  begin: async (url, name) => (await vodClient(url).create({ title: name })).asset_id,
  // The parts of OBS are an upload of their own, which the asset takes.
  send: null,
  renew: null,
  finish: async (url, asset_id) => {
    const { status, bytes } = await vodClient(url).confirm(asset_id)
    assert.equal(status, 200, bytes.toString())
  },
  read: async (url, asset_id) => {
    const query = { asset_id }
    const { base_info } = await vodClient(url).expect(200, 'GET', 'asset/details', { query })
    if (base_info.sign_url === null) return null
    return Buffer.from(await (await fetch(String(base_info.sign_url))).arrayBuffer())
  },
  isReadOnly: true,
}

export const OWN_DOORS: readonly OwnDoor[] = [iflytek, volcengine, tencent, huawei]
