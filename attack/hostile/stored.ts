import { tone } from '../../demo/sounds.ts'
import { presignedGet } from '../../test/dialects/drivers.ts'
import { APP, LIBRARIES } from '../../test/support/harness.ts'
import { multipart } from '../../test/support/iflytek.ts'
import type { WireReply } from '../wire.ts'
import type { Tenant } from './signed.ts'

export interface SmhPlace {
  readonly library?: keyof typeof LIBRARIES
  readonly space?: string
  readonly token?: string
}

/** What the start of an upload of SMH answers. */
export interface SmhTerms {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly form: Readonly<Record<string, string>>
  readonly confirmKey: string
}

const filesOf = ({ library = 'file', space = '-' }: SmhPlace): string =>
  `file/${LIBRARIES[library].id}/${space}`

export async function beginSmh(
  tenant: Tenant,
  name: string,
  place: SmhPlace = {},
  json?: object,
): Promise<SmhTerms> {
  const { library = 'file', token } = place
  const options = { ...(json === undefined ? {} : { json }), ...(token === undefined ? {} : { token }) }
  const begun = await tenant.smh(library, 'PUT', `${filesOf(place)}/${name}`, options)
  if (begun.status !== 201) throw new Error(`an upload of SMH was answered ${begun.status}: ${begun.text}`)
  return JSON.parse(begun.text) as SmhTerms
}

export const putSmh = (tenant: Tenant, { path, headers }: SmhTerms, bytes: Uint8Array): Promise<WireReply> =>
  tenant.client.call(path, { method: 'PUT', headers, body: bytes })

export const confirmSmh = (
  tenant: Tenant,
  { confirmKey }: SmhTerms,
  place: SmhPlace = {},
): Promise<WireReply> =>
  tenant.smh(place.library ?? 'file', 'POST', `${filesOf(place)}/${confirmKey}?confirm`, {
    ...(place.token === undefined ? {} : { token: place.token }),
  })

/** A file of SMH; the link that a download leads to. */
export async function smhLink(
  tenant: Tenant,
  name: string,
  bytes: Uint8Array,
  place: SmhPlace = {},
): Promise<string> {
  const terms = await beginSmh(tenant, name, place)
  await putSmh(tenant, terms, bytes)
  const confirmed = await confirmSmh(tenant, terms, place)
  if (confirmed.status !== 200)
    throw new Error(`a confirm of SMH was answered ${confirmed.status}: ${confirmed.text}`)
  const { library = 'file', token } = place
  const led = await tenant.smh(
    library,
    'GET',
    `${filesOf(place)}/${name}`,
    token === undefined ? {} : { token },
  )
  return String(led.headers.location)
}

/** A file of iFlytek; where it is downloaded. */
export async function iflytekLink(tenant: Tenant, name: string, bytes: Uint8Array): Promise<string> {
  const form = multipart({ request_id: '1', app_id: APP.app_id }, bytes, name)
  const { text } = await tenant.iflytek('/file/upload', form.body, form.type)
  const { data } = JSON.parse(text) as { readonly data?: { readonly url: string } }
  if (data === undefined) throw new Error(`an upload of iFlytek was answered ${text}`)
  return data.url
}

export interface VodAsset {
  readonly asset_id: string
  readonly video_upload_url: string
}

export async function createAsset(tenant: Tenant, fields: object = {}): Promise<VodAsset> {
  const asset = { title: 'attack', video_name: 'a.mp4', video_type: 'MP4', auto_publish: 1, ...fields }
  const { status, text } = await tenant.vod('POST', 'asset', asset)
  if (status !== 200) throw new Error(`an asset was answered ${status}: ${text}`)
  return JSON.parse(text) as VodAsset
}

export const putAsset = (
  tenant: Tenant,
  { video_upload_url }: VodAsset,
  bytes: Uint8Array,
): Promise<WireReply> =>
  tenant.client.call(video_upload_url, {
    method: 'PUT',
    headers: { 'content-type': 'video/mp4' },
    body: bytes,
  })

export const confirmAsset = (tenant: Tenant, { asset_id }: VodAsset): Promise<WireReply> =>
  tenant.vod('POST', 'asset/status/uploaded', { asset_id, status: 'CREATED' })

/** A published video of VOD; where it plays, and its signed link. */
export async function vodLinks(tenant: Tenant, bytes: Uint8Array): Promise<readonly string[]> {
  const asset = await createAsset(tenant)
  await putAsset(tenant, asset, bytes)
  await confirmAsset(tenant, asset)
  const { text } = await tenant.vod('GET', `asset/details?asset_id=${asset.asset_id}`)
  const { base_info } = JSON.parse(text) as { readonly base_info: Readonly<Record<string, string | null>> }
  return [base_info.video_url, base_info.sign_url].filter((url) => typeof url === 'string')
}

/** The upload URL of a voice file of VMS. */
export async function voiceUploadUrl(tenant: Tenant, name: string): Promise<string> {
  const { text } = await tenant.vms('GetResourceUploadUrl', { FileName: name })
  const { Result } = JSON.parse(text) as { readonly Result?: { readonly UploadUrl: string } }
  if (Result === undefined) throw new Error(`an upload URL of VMS was answered ${text}`)
  return Result.UploadUrl
}

/** A voice file of VMS; a signed link that reads it. */
export async function vmsLink(tenant: Tenant, name: string): Promise<string> {
  await tenant.client.call(await voiceUploadUrl(tenant, name), { method: 'PUT', body: tone(1) })
  await tenant.vms('CommitResourceUpload', { FileName: name })
  return presignedGet(`http://${tenant.client.host}`, name)
}
