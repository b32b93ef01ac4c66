import { readFileSync } from 'node:fs'
import { tone } from '../../demo/sounds.ts'
import { ACCOUNT, LIBRARIES } from '../../test/support/harness.ts'
import { type PartTerms, SmhLoadClient } from '../../test/support/smh-load.ts'
import { callVms, signVms } from '../../test/support/volcengine.ts'
import type { LoadRequest } from '../load/plan.ts'
import { send } from '../load/send.ts'
import { type CreatedAsset, VodLoadClient } from '../vod-client.ts'
import { freshName, inLanes } from './lanes.ts'
import type { StowageServer } from './stowage.ts'

const MIB = 1024 ** 2
const LIBRARY = LIBRARIES.file
const FILES = `file/${LIBRARY.id}/-`
const VIDEO = readFileSync(new URL('../../test/fixtures/media/video.mp4', import.meta.url))
const WAV = tone(3)

/** Clients of a server's dialects, and the requests of their calls. */
export interface Callers {
  readonly port: number
  readonly url: string
  readonly smh: SmhLoadClient
  readonly token: string
  readonly vod: VodLoadClient
}

export async function callersOf({ port, url }: StowageServer): Promise<Callers> {
  const smh = new SmhLoadClient(url)
  const vod = new VodLoadClient(url)
  await vod.logIn()
  return { port, url, smh, token: await smh.token(LIBRARY), vod }
}

/** A call of Tencent SMH, below `/api/v1/`. */
export const smhCall = ({ token }: Callers, method: string, target: string, status = 200): LoadRequest => ({
  ...{ method, status },
  path: `/api/v1/${target}${target.includes('?') ? '&' : '?'}access_token=${token}`,
  headers: { 'content-type': 'application/json' },
})

/** Begins of uploads of whole files, each of a name of its own. */
export const smhBegins = (callers: Callers, count: number): readonly LoadRequest[] =>
  Array.from({ length: count }, () => smhCall(callers, 'PUT', `${FILES}/${freshName('bin')}`, 201))

/** Uploads that are begun and have their bytes, to be confirmed; `folder` is with a slash, or empty. */
export async function smhSent(callers: Callers, count: number, folder = ''): Promise<readonly LoadRequest[]> {
  return inLanes(count, async () => {
    const target = `${FILES}/${folder}${freshName('bin')}?access_token=${callers.token}`
    const { path, headers, confirmKey } = await callers.smh.call<PartTerms>(201, 'PUT', target)
    await send(callers.port, { method: 'PUT', path, headers, fill: 4096 })
    return smhCall(callers, 'POST', `${FILES}/${confirmKey}?confirm`)
  })
}

/** The key of an upload in parts that has ten of them. */
export async function smhParts(callers: Callers): Promise<string> {
  const target = `${FILES}/${freshName('bin')}?multipart&access_token=${callers.token}`
  const begun = await callers.smh.call<PartTerms>(201, 'POST', target)
  const part = Buffer.alloc(MIB, 'part')
  for (let number = 1; number <= 10; number++) await callers.smh.putPart(begun, number, part)
  return `${FILES}/${begun.confirmKey}`
}

/** A directory of a hundred files. */
export async function smhDirectory(callers: Callers): Promise<string> {
  const name = freshName('folder')
  const directory = `directory/${LIBRARY.id}/-/${name}`
  await callers.smh.call(201, 'PUT', `${directory}?access_token=${callers.token}`, {})
  for (const confirm of await smhSent(callers, 100, `${name}/`)) await send(callers.port, confirm)
  return directory
}

/** A call of Huawei VOD. */
export const vodCall = ({ vod }: Callers, method: string, target: string, json?: unknown): LoadRequest => ({
  ...{ method, path: vod.pathOf(target), headers: vod.headers() },
  before: json === undefined ? '' : JSON.stringify(json),
})

/** Assets that are there; their videos too if `isSent`. */
export const vodAssets = (
  { vod }: Callers,
  count: number,
  isSent: boolean,
): Promise<readonly CreatedAsset[]> =>
  inLanes(count, async () => {
    const asset = await vod.create({})
    if (isSent) await vod.put(asset, VIDEO)
    return asset
  })

/** A signed call of Volcengine VMS. */
export function vmsCall(
  { port }: Callers,
  action: string,
  query: Readonly<Record<string, string>> = {},
): LoadRequest {
  const rawQuery = new URLSearchParams({ Action: action, Version: '2022-01-01', ...query }).toString()
  const signed = signVms({
    ...{ method: 'POST', rawQuery, body: '', keys: ACCOUNT },
    headers: { host: `127.0.0.1:${port}` },
  })
  return { method: 'POST', path: `/?${rawQuery}`, headers: signed }
}

/** Names of voice files whose bytes are there, to be committed. */
export const vmsSent = ({ url }: Callers, count: number): Promise<readonly string[]> =>
  inLanes(count, async () => {
    const FileName = freshName('wav')
    const { body } = await callVms(url, 'GetResourceUploadUrl', { keys: ACCOUNT, query: { FileName } })
    const { UploadUrl = '' } = (body.Result ?? {}) as { readonly UploadUrl?: string }
    const answer = await fetch(UploadUrl, { method: 'PUT', body: new Uint8Array(WAV) })
    if (answer.status !== 200) throw new Error(`PUT was answered ${answer.status}: ${await answer.text()}`)
    return FileName
  })
