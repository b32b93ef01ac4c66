import { tone } from '../demo/sounds.ts'
import { signVod } from '../test/dialects/huawei-vod/sign.ts'
import { OTHER_ACCOUNT } from '../test/support/harness.ts'
import { iflytekHeaders, multipart } from '../test/support/iflytek.ts'
import { signVms } from '../test/support/volcengine.ts'
import { honestAddress } from './addresses.ts'
import { WireClient } from './wire.ts'

/** `mark`: tell, and begin anew. `end`: tell, and stop. */
export type HonestOrder = 'mark' | 'end'

/** What the honest clients have seen since the last order. */
export interface HonestFigures {
  readonly calls: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly failures: number
  readonly examples: readonly string[]
}

/** A client logs in, and can then make one call after the other. */
type HonestClient = () => Promise<() => Promise<unknown>>

const [APP] = OTHER_ACCOUNT.apps
const [LIBRARY] = OTHER_ACCOUNT.libraries
const [PROJECT] = OTHER_ACCOUNT.projects

/** Eight, two of each dialect, of an account that no attack uses. */
export function honestClients(url: string): readonly HonestClient[] {
  return [iflytek, volcengine, smh, vod].flatMap((of, kind) =>
    // The second of each makes a connection for every call, so that who is kept out is seen.
    [0, 1].map((each) => of(new WireClient(url, honestAddress(kind * 2 + each), { keepAlive: each === 0 }))),
  )
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}

const iflytek =
  (client: WireClient): HonestClient =>
  async () => {
    const form = multipart({ request_id: '1', app_id: APP?.app_id ?? '' }, Buffer.alloc(16_384, 'a'))
    return async () => {
      const headers = { ...iflytekHeaders(APP ?? { api_key: '', api_secret: '' }, '/file/upload') }
      const sent = { method: 'POST', headers: { ...headers, 'content-type': form.type }, body: form.body }
      const { text } = await client.expect(200, '/file/upload', sent)
      if (!text.includes('"code":0')) throw new Error(`iflytek-ost answered ${text.slice(0, 200)}`)
    }
  }

const volcengine =
  (client: WireClient): HonestClient =>
  async () => {
    const sound = tone(1)
    let count = 0
    const call = async (action: string, json: object): Promise<string> => {
      const rawQuery = `Action=${action}&Version=2022-01-01`
      const body = JSON.stringify(json)
      const headers = signVms({
        ...{ method: 'POST', rawQuery, body, keys: OTHER_ACCOUNT },
        headers: { 'content-type': 'application/json', host: client.host },
      })
      return (await client.expect(200, `/?${rawQuery}`, { method: 'POST', headers, body })).text
    }
    const steps = [
      async () => {
        const FileName = `honest-${client.address}-${count++}.wav`
        const { Result } = JSON.parse(await call('GetResourceUploadUrl', { FileName }))
        await client.expect(200, String(Result.UploadUrl), { method: 'PUT', body: sound })
      },
      () => call('QueryOpenGetResource', { Type: 0, Limit: 10, Offset: 0 }),
    ]
    return inTurn(steps)
  }

const smh =
  (client: WireClient): HonestClient =>
  async () => {
    const { id = '', secret = '' } = LIBRARY ?? {}
    const query = new URLSearchParams({ library_id: id, library_secret: secret, grant: 'admin' })
    const { accessToken } = JSON.parse((await client.expect(200, `/api/v1/token?${query}`)).text)
    const files = `/api/v1/file/${id}/-`
    const bytes = Buffer.alloc(16_384, 'b')
    let count = 0
    return inTurn([
      async () => {
        const name = `honest-${client.address}-${count++}.bin`
        const begun = await client.expect(201, `${files}/${name}?access_token=${accessToken}`, {
          method: 'PUT',
        })
        const { path, headers, confirmKey } = JSON.parse(begun.text)
        await client.expect(200, path, { method: 'PUT', headers, body: bytes })
        const confirm = `${files}/${confirmKey}?confirm&access_token=${accessToken}`
        await client.expect(200, confirm, { method: 'POST' })
      },
      () => client.expect(200, `/api/v1/directory/${id}/-?limit=20&access_token=${accessToken}`),
    ])
  }

const vod =
  (client: WireClient): HonestClient =>
  async () => {
    const project = PROJECT?.id ?? ''
    const call = (status: number, method: string, target: string, json?: object) => {
      const url = `http://${client.host}/v1.0/${project}/${target}`
      const body = json === undefined ? '' : JSON.stringify(json)
      const headers = { host: client.host, 'content-type': 'application/json' }
      const signed = signVod({ ...{ method, url, headers, body, keys: OTHER_ACCOUNT }, now: Date.now() })
      return client.expect(status, url, { method, headers: { ...headers, ...signed }, body })
    }
    return inTurn([
      () => call(200, 'POST', 'asset', { title: 'honest', video_name: 'a.mp4', video_type: 'MP4' }),
      () => call(200, 'GET', 'asset/list?size=10'),
    ])
  }

function inTurn(steps: readonly (() => Promise<unknown>)[]): () => Promise<unknown> {
  let turn = 0
  return () => steps[turn++ % steps.length]?.() ?? Promise.resolve()
}
