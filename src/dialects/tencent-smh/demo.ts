import COS from 'cos-nodejs-sdk-v5'
import { credentialsOf, signingKey } from '../../core/accounts.ts'
import type { Stage } from '../demo.ts'
import { libraryCredential } from './credentials.ts'

export const title = 'tencent-smh: Tencent Smart Media Hosting (its API, and the COS SDK)'

/** The first part of an upload has at least so much. */
const PART_SIZE = 1024 ** 2

interface Answer {
  readonly accessToken?: string
  readonly confirmKey: string
  readonly uploadId: string
  readonly path: string
  readonly expiration: string
  readonly cosUrl: string
}

/** Uploads a file in parts with the vendor's COS SDK, renewing between them, and takes it out of the bin again. */
export async function show({ baseUrl, account, step, tone, comesBack }: Stage): Promise<void> {
  const [library] = credentialsOf(account, libraryCredential)
  if (library === undefined) throw new Error('the account has no library')
  const { id, secret } = library
  const call = async (method: string, path: string, query: Record<string, string> = {}): Promise<Answer> => {
    const answer = await fetch(`${baseUrl}/api/v1/${path}?${new URLSearchParams(query)}`, { method })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} answered ${text}`)
    return (text === '' ? {} : JSON.parse(text)) as Answer
  }
  const { accessToken: access_token = '' } = await call('GET', 'token', {
    ...{ library_id: id, library_secret: secret, grant: 'space_admin' },
  })
  step('an access token that may do anything in the space')
  await call('PUT', `directory/${id}/-/sounds`, { access_token })

  const file = tone(40)
  const at = `file/${id}/-/sounds/tone.wav`
  const { confirmKey, uploadId: UploadId, path } = await call('POST', at, { access_token, multipart: '' })
  const task = `file/${id}/-/${confirmKey}`
  step('POST …/sounds/tone.wav?multipart', { confirmKey, path })
  const { accessKey, secretKey } = signingKey(account)
  const cos = new COS({
    ...{ SecretId: accessKey, SecretKey: secretKey },
    ...{ Domain: new URL(baseUrl).host, Protocol: 'http:' },
  })
  const where = { Bucket: 'any-1250000000', Region: 'ap-beijing', Key: path.slice(1), UploadId }
  await cos.multipartUpload({ ...where, PartNumber: 1, Body: file.subarray(0, PART_SIZE) })
  const { expiration } = await call('POST', task, { access_token, renew: '' })
  step('part 1, then POST …?renew', { expiration })
  await cos.multipartUpload({ ...where, PartNumber: 2, Body: file.subarray(PART_SIZE) })
  step('part 2, then POST …?confirm', await call('POST', task, { access_token, confirm: '' }))
  const info = await call('GET', at, { access_token, info: '' })
  step(`GET by the link of …?info: ${await comesBack(info.cosUrl, file)}`)
  step('DELETE …/sounds/tone.wav, into the bin', await call('DELETE', at, { access_token }))
}
