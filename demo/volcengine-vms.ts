import { Service } from '@volcengine/openapi'
import { TosClient } from '@volcengine/tos-sdk'
import type { Account } from '../src/core/accounts.ts'
import { comesBack, type Teller, tone } from './teller.ts'

/** Uploads a voice resource, lists and deletes it with the vendor's SDKs. */
export async function demonstrateVolcengineVms(
  baseUrl: string,
  account: Account,
  teller: Teller,
): Promise<void> {
  teller.title('volcengine-vms: Volcengine VMS voice resources (its own SDKs)')
  const { host } = new URL(baseUrl)
  const service = new Service({
    serviceName: 'vms',
    defaultVersion: '2022-01-01',
    ...{ host, protocol: 'http:', region: 'cn-north-1' },
    accessKeyId: account.keys.accessKey,
    secretKey: account.keys.secretKey,
  })
  const call = async (action: string, body: object): Promise<Result> => {
    const answer = (await service.createJSONAPI(action)(body)) as Answer
    if (answer.Result === undefined) throw new Error(`${action} answered ${JSON.stringify(answer)}`)
    return answer.Result
  }

  const file = tone(3)
  const { UploadUrl = '' } = await call('GetResourceUploadUrl', { FileName: 'welcome.wav' })
  teller.step('GetResourceUploadUrl', { UploadUrl: `${UploadUrl.split('?')[0]}?X-Tos-…` })
  const put = await fetch(UploadUrl, { method: 'PUT', body: new Uint8Array(file) })
  teller.step('PUT the file to it', { status: put.status, ETag: put.headers.get('etag') })
  const committed = await call('CommitResourceUpload', { FileName: 'welcome.wav' })
  teller.step('CommitResourceUpload', committed)
  teller.step('QueryOpenGetResource', await call('QueryOpenGetResource', { Type: 0, Limit: 10, Offset: 0 }))
  const url = storage(host, account).getPreSignedUrl({
    ...{ method: 'GET', key: `${account.id}/welcome.wav`, expires: 600, isCustomDomain: true },
  })
  teller.step(`GET by a URL that @volcengine/tos-sdk signs: ${await comesBack(url, file)}`)
  teller.step('OpenDeleteResource', await call('OpenDeleteResource', { ResourceKey: committed.ResourceKey }))
}

const storage = (host: string, { keys }: Account): TosClient =>
  new TosClient({
    ...{ accessKeyId: keys.accessKey, accessKeySecret: keys.secretKey },
    ...{ endpoint: host, region: 'cn-beijing', bucket: 'volc-voice-resource-bucket', secure: false },
  })

interface Result {
  readonly UploadUrl?: string
  readonly ResourceKey?: string
}

interface Answer {
  readonly Result?: Result
}
