import { createHmac, randomBytes } from 'node:crypto'
import { credentialsOf } from '../../core/accounts.ts'
import type { Stage } from '../demo.ts'
import { type App, appCredential } from './credentials.ts'

const HOST = 'upload-ost-api.xfyun.cn'
const SLICE_SIZE = 5 * 1024 ** 2

export const title = 'iflytek-ost: iFlytek OST file upload (its wire format)'

/** Sends a file whole and a larger one in slices, as the vendor's own example clients do. */
export async function show({ baseUrl, account, step, tone, comesBack }: Stage): Promise<void> {
  const [app] = credentialsOf(account, appCredential)
  if (app === undefined) throw new Error('the account has no app')
  const call = caller(baseUrl, app)

  const small = tone(2)
  const whole = await call('/file/upload', form({ request_id: '1', app_id: app.appId }, small))
  step('POST /file/upload, the whole file at once', whole)
  step(`GET the url: ${await comesBack(urlOf(whole), small)}`)

  const large = randomBytes(SLICE_SIZE * 2 + 12_345)
  const ids = { request_id: '2', app_id: app.appId }
  const begun = await call('/file/mpupload/init', json({ ...ids, cloud_id: '0' }))
  step('POST /file/mpupload/init', begun)
  const uploadId = String(begun.data?.upload_id)
  for (let number = 1; (number - 1) * SLICE_SIZE < large.length; number += 1) {
    const slice = large.subarray((number - 1) * SLICE_SIZE, number * SLICE_SIZE)
    const fields = { ...ids, upload_id: uploadId, slice_id: String(number) }
    step(
      `POST /file/mpupload/upload, slice ${number}`,
      await call('/file/mpupload/upload', form(fields, slice)),
    )
  }
  const completed = await call('/file/mpupload/complete', json({ ...ids, upload_id: uploadId }))
  step('POST /file/mpupload/complete', completed)
  step(`GET the url: ${await comesBack(urlOf(completed), large)}`)
}

interface Answer {
  readonly code: number
  readonly data?: { readonly url?: string; readonly upload_id?: string }
}

function caller(baseUrl: string, app: App) {
  return async (path: string, body: FormData | string): Promise<Answer> => {
    const date = new Date().toUTCString()
    const digest = 'SHA-256=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='
    const origin = `host: ${HOST}\ndate: ${date}\nPOST ${path} HTTP/1.1\ndigest: ${digest}`
    const signature = createHmac('sha256', app.apiSecret).update(origin).digest('base64')
    const authorization = `api_key="${app.apiKey}", algorithm="hmac-sha256", headers="host date request-line digest", signature="${signature}"`
    const type: Record<string, string> =
      typeof body === 'string' ? { 'content-type': 'application/json' } : {}
    const headers = { date, digest, authorization, ...type }
    const response = await fetch(baseUrl + path, { method: 'POST', headers, body })
    const answer = (await response.json()) as Answer
    if (answer.code !== 0) throw new Error(`${path} answered ${JSON.stringify(answer)}`)
    return answer
  }
}

const urlOf = (answer: Answer): string => String(answer.data?.url)
const json = (body: object): string => JSON.stringify(body)

function form(fields: Readonly<Record<string, string>>, data: Uint8Array): FormData {
  const body = new FormData()
  body.set('data', new Blob([new Uint8Array(data)]), 'tone.wav')
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
  return body
}
