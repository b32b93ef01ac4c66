import { Service } from '@volcengine/openapi'
import { TosClient } from '@volcengine/tos-sdk'
import { type KeyPair, signingKey } from '../../core/accounts.ts'
import type { Stage } from '../demo.ts'

export const title = 'volcengine-vms: Volcengine VMS voice resources (its own SDKs)'

/** Uploads a voice resource, lists and deletes it with the vendor's SDKs. */
export async function show({ baseUrl, account, step, tone, comesBack }: Stage): Promise<void> {
  const key = signingKey(account)
  const { host } = new URL(baseUrl)
  const service = new Service({
    serviceName: 'vms',
    defaultVersion: '2022-01-01',
    ...{ host, protocol: 'http:', region: 'cn-north-1' },
    accessKeyId: key.accessKey,
    secretKey: key.secretKey,
  })
  const call = async (action: string, body: object): Promise<Result> => {
    const answer = (await service.createJSONAPI(action)(body)) as Answer
    if (answer.Result === undefined) throw new Error(`${action} answered ${JSON.stringify(answer)}`)
    return answer.Result
  }

  const file = tone(3)
  const { UploadUrl = '' } = await call('GetResourceUploadUrl', { FileName: 'welcome.wav' })
  step('GetResourceUploadUrl', { UploadUrl: `${UploadUrl.split('?')[0]}?X-Tos-…` })
  const put = await fetch(UploadUrl, { method: 'PUT', body: new Uint8Array(file) })
  step('PUT the file to it', { status: put.status, ETag: put.headers.get('etag') })
  const committed = await call('CommitResourceUpload', { FileName: 'welcome.wav' })
  step('CommitResourceUpload', committed)
  step('QueryOpenGetResource', await call('QueryOpenGetResource', { Type: 0, Limit: 10, Offset: 0 }))
  const url = storage(host, key).getPreSignedUrl({
    ...{ method: 'GET', key: `${account.id}/welcome.wav`, expires: 600, isCustomDomain: true },
  })
  step(`GET by a URL that @volcengine/tos-sdk signs: ${await comesBack(url, file)}`)
  step('OpenDeleteResource', await call('OpenDeleteResource', { ResourceKey: committed.ResourceKey }))
}

const storage = (host: string, key: KeyPair): TosClient =>
  new TosClient({
    ...{ accessKeyId: key.accessKey, accessKeySecret: key.secretKey },
    ...{ endpoint: host, region: 'cn-beijing', bucket: 'volc-voice-resource-bucket', secure: false },
  })

interface Result {
  readonly UploadUrl?: string
  readonly ResourceKey?: string
}

interface Answer {
  readonly Result?: Result
}
