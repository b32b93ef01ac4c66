import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { ACCOUNT, PROJECTS } from '../test/support/harness.ts'

/** What a creation answers, as far as sending the bytes needs it. */
export interface CreatedAsset {
  readonly asset_id: string
  readonly video_upload_url: string
}

type Headers = Readonly<Record<string, string | number>>

/** A keep-alive client of the Huawei VOD dialect, by token, that costs little beside the server. */
export class VodLoadClient {
  readonly #agent = new Agent({ keepAlive: true, scheduling: 'fifo' })
  readonly #url: string
  #token = ''

  constructor(serverUrl: string) {
    this.#url = serverUrl
  }

  /** Has to come first. */
  async logIn(): Promise<void> {
    const [user] = ACCOUNT.users
    const password = { user: { ...user, domain: { name: ACCOUNT.name } } }
    const identity = { methods: ['password'], password }
    const auth = { identity, scope: { project: { name: PROJECTS.main.name } } }
    const { headers } = await this.#send(201, 'POST', `${this.#url}/v3/auth/tokens`, JSON.stringify({ auth }))
    this.#token = String(headers['x-subject-token'])
  }

  /** A call of the main project, answered with 200. */
  async call<Body>(method: string, target: string, json?: unknown): Promise<Body> {
    const body = json === undefined ? '' : JSON.stringify(json)
    const { bytes } = await this.#send(200, method, this.#url + this.pathOf(target), body, this.headers())
    return JSON.parse(bytes.toString()) as Body
  }

  /** The path of a call of the main project. */
  pathOf(target: string): string {
    return `/v1.0/${PROJECTS.main.id}/${target}`
  }

  /** Of any call. */
  headers(): Readonly<Record<string, string>> {
    return { 'x-auth-token': this.#token, 'content-type': 'application/json' }
  }

  create(fields: object): Promise<CreatedAsset> {
    return this.call('POST', 'asset', { title: 'title', video_name: 'a.mp4', video_type: 'MP4', ...fields })
  }

  async put({ video_upload_url }: CreatedAsset, bytes: Uint8Array, type = 'video/mp4'): Promise<void> {
    await this.#send(200, 'PUT', video_upload_url, bytes, { 'content-type': type })
  }

  confirm({ asset_id }: CreatedAsset, status = 'CREATED'): Promise<unknown> {
    return this.call('POST', 'asset/status/uploaded', { asset_id, status })
  }

  close(): void {
    this.#agent.destroy()
  }

  async #send(status: number, method: string, url: string, body: string | Uint8Array, headers: Headers = {}) {
    const outgoing = request(url, {
      ...{ method, agent: this.#agent },
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...headers,
      },
    })
    const answered = once(outgoing, 'response')
    outgoing.end(body)
    const [answer] = await answered
    const bytes = await buffer(answer)
    if (answer.statusCode !== status) {
      throw new Error(`${method} ${url.split('?')[0]} was answered ${answer.statusCode}: ${bytes}`)
    }
    return { bytes, headers: answer.headers as Headers }
  }
}
