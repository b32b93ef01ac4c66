import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BasicCredentials } from '@huaweicloud/huaweicloud-sdk-core'
import * as vod from '@huaweicloud/huaweicloud-sdk-vod'
import { credentialsOf, signingKey } from '../../core/accounts.ts'
import type { Stage } from '../demo.ts'
import { projectCredential } from './credentials.ts'

export const title = 'huawei-vod: Huawei Cloud VOD (its own SDK)'

/** The SDK's answers are JSON as it came, whatever its types say. */
interface Answer {
  readonly asset_id: string
  readonly video_upload_url: string
  readonly target: { readonly bucket: string; readonly object: string }
  readonly sign_str: string
  readonly base_info: { readonly sign_url: string; readonly meta_data: unknown }
}

/** Uploads a sound in parts with the vendor's SDK and temporary authorities, confirms it and reads it back. */
export async function show({ baseUrl, account, step, tone, comesBack }: Stage): Promise<void> {
  const client = openClient(account, baseUrl)
  const file = tone(20)

  const creation = new vod.CreateAssetByFileUploadReq('A tone', 'tone.wav', 'WAV')
  const asset = await ask(
    client.createAssetByFileUpload(new vod.CreateAssetByFileUploadRequest().withBody(creation)),
  )
  const { asset_id, target } = asset
  step('createAssetByFileUpload', { asset_id, target })
  await sendInParts(client, target, file, step)

  const uploaded = new vod.ConfirmAssetUploadReq(asset_id, vod.ConfirmAssetUploadReqStatusEnum.CREATED)
  const confirmation = client.confirmAssetUpload(new vod.ConfirmAssetUploadRequest().withBody(uploaded))
  step('confirmAssetUpload CREATED', await confirmation)
  const { base_info } = await ask(client.showAssetDetail(new vod.ShowAssetDetailRequest(asset_id)))
  step('showAssetDetail', base_info.meta_data)
  step(`GET by its sign_url: ${await comesBack(base_info.sign_url, file)}`)
  const removal = client.deleteAssets(new vod.DeleteAssetsRequest([asset_id]))
  step('deleteAssets', await removal)
}

function openClient(account: Stage['account'], baseUrl: string): vod.VodClient {
  const [project] = credentialsOf(account, projectCredential)
  if (project === undefined) throw new Error('the account has no project')
  const { accessKey, secretKey } = signingKey(account)
  const credentials = new BasicCredentials().withAk(accessKey).withSk(secretKey).withProjectId(project.id)
  return inOtherHome(() =>
    vod.VodClient.newBuilder().withCredential(credentials).withEndpoint(baseUrl).build(),
  )
}

/** Sends a file in two parts, each step by an authority of its own. */
async function sendInParts(
  client: vod.VodClient,
  target: Answer['target'],
  file: Buffer,
  step: Stage['step'],
): Promise<void> {
  const authority = async (verb: string, change: (request: vod.ShowAssetTempAuthorityRequest) => unknown) => {
    const request = new vod.ShowAssetTempAuthorityRequest(verb, target.bucket, target.object)
    change(request)
    return (await ask(client.showAssetTempAuthority(request))).sign_str
  }
  const begun = await fetch(await authority('POST', (each) => each.withContentType('audio/wav')), {
    method: 'POST',
    headers: { 'content-type': 'audio/wav' },
  })
  const uploadId = /<UploadId>(.*)<\/UploadId>/.exec(await begun.text())?.[1] ?? ''
  step('showAssetTempAuthority POST, then POST ?uploads by it', { uploadId })
  const half = file.length / 2
  const parts: string[] = []
  for (const [at, bytes] of [file.subarray(0, half), file.subarray(half)].entries()) {
    const url = await authority('PUT', (each) => each.withUploadId(uploadId).withPartNumber(at + 1))
    const headers = { 'content-type': 'application/octet-stream' }
    const sent = await fetch(url, { method: 'PUT', headers, body: new Uint8Array(bytes) })
    const etag = sent.headers.get('etag')
    step(`showAssetTempAuthority PUT, then part ${at + 1} by it`, { etag })
    parts.push(`<Part><PartNumber>${at + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
  }
  const completed = await fetch(await authority('POST', (each) => each.withUploadId(uploadId)), {
    method: 'POST',
    headers: { 'content-type': 'application/xml' },
    body: `<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`,
  })
  step('showAssetTempAuthority POST, then the list of parts by it', { status: completed.status })
}

/** The SDK keeps a file in the home folder of whoever uses it. */
function inOtherHome<Result>(work: () => Result): Result {
  const { HOME } = process.env
  const home = mkdtempSync(join(tmpdir(), 'stowage-demo-'))
  process.env.HOME = home
  try {
    return work()
  } finally {
    if (HOME === undefined) delete process.env.HOME
    else process.env.HOME = HOME
    rmSync(home, { recursive: true })
  }
}

const ask = async (answer: Promise<unknown>): Promise<Answer> => (await answer) as Answer
