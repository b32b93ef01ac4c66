import { signVod } from '../../test/dialects/huawei-vod/sign.ts'
import { ACCOUNT, APP, LIBRARIES, PROJECTS } from '../../test/support/harness.ts'
import { iflytekHeaders } from '../../test/support/iflytek.ts'
import { signVms } from '../../test/support/volcengine.ts'
import { hostileAddress } from '../addresses.ts'
import type { Target } from '../attack.ts'
import { WireClient, type WireReply } from '../wire.ts'

/** Calls of a tenant who means harm: everything is signed as it should be. */
export class Tenant {
  readonly client: WireClient
  readonly project = PROJECTS.main.id
  readonly app = APP
  #tokens = new Map<string, string>()

  constructor({ url }: Pick<Target, 'url'>, index = 0) {
    this.client = new WireClient(url, hostileAddress(index), { sockets: 64 })
  }

  vod(method: string, target: string, json?: object | string, keys = ACCOUNT): Promise<WireReply> {
    const url = `http://${this.client.host}/${target.startsWith('v') ? '' : `v1.0/${this.project}/`}${target}`
    const body = typeof json === 'string' ? json : json === undefined ? '' : JSON.stringify(json)
    const headers = { host: this.client.host, 'content-type': 'application/json' }
    const signed = signVod({ method, url, headers, body, keys, now: Date.now() })
    return this.client.call(url, { method, headers: { ...headers, ...signed }, body })
  }

  vms(action: string, json: object | string, keys: typeof ACCOUNT = ACCOUNT): Promise<WireReply> {
    const rawQuery = `Action=${action}&Version=2022-01-01`
    const body = typeof json === 'string' ? json : JSON.stringify(json)
    const headers = signVms({
      ...{ method: 'POST', rawQuery, body, keys },
      headers: { 'content-type': 'application/json', host: this.client.host },
    })
    return this.client.call(`/?${rawQuery}`, { method: 'POST', headers, body })
  }

  iflytek(path: string, body: string | Uint8Array, type = 'application/json'): Promise<WireReply> {
    const headers = { ...iflytekHeaders(APP, path), 'content-type': type }
    return this.client.call(path, { method: 'POST', headers, body })
  }

  /** A token of IAM for the main project. */
  async iamToken(): Promise<string> {
    return String((await this.iamTokenAnswer()).headers['x-subject-token'])
  }

  iamTokenAnswer(): Promise<WireReply> {
    const user = { ...ACCOUNT.users[0], domain: { name: ACCOUNT.name } }
    const identity = { methods: ['password'], password: { user } }
    const auth = { identity, scope: { project: { name: PROJECTS.main.name } } }
    const body = JSON.stringify({ auth })
    const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
    return this.client.expect(201, '/v3/auth/tokens', sent)
  }

  /** An access token of a library, of its own for each query. */
  async smhToken(
    library: keyof typeof LIBRARIES,
    query: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { id, secret } = LIBRARIES[library]
    const asked = new URLSearchParams({ library_id: id, library_secret: secret, grant: 'admin', ...query })
    const { text } = await this.client.expect(200, `/api/v1/token?${asked}`)
    return String((JSON.parse(text) as { readonly accessToken: string }).accessToken)
  }

  /** A call below `/api/v1/`, by an admin of the library unless another token is given. */
  async smh(
    library: keyof typeof LIBRARIES,
    method: string,
    target: string,
    { json, token }: { readonly json?: object | string; readonly token?: string } = {},
  ): Promise<WireReply> {
    const access = token ?? (await this.#adminOf(library))
    const body = typeof json === 'string' ? json : json === undefined ? '' : JSON.stringify(json)
    const separator = target.includes('?') ? '&' : '?'
    return this.client.call(`/api/v1/${target}${separator}access_token=${access}`, {
      ...{ method, body, headers: { 'content-type': 'application/json' } },
    })
  }

  async #adminOf(library: keyof typeof LIBRARIES): Promise<string> {
    const token = this.#tokens.get(library) ?? (await this.smhToken(library))
    this.#tokens.set(library, token)
    return token
  }
}

/** A signature head that is fresh and well-formed, of a key that there is, but no signature of anything. */
export function forgedVod(path: string): Readonly<Record<string, string>> {
  const headers = signVod({
    ...{ method: 'POST', url: `http://x${path}`, headers: { host: 'x' }, body: '', now: Date.now() },
    keys: { ...ACCOUNT, secret_key: 'another secret' },
  })
  return headers
}

export const forgedVms = (host: string, rawQuery: string): Readonly<Record<string, string>> =>
  signVms({
    ...{ method: 'POST', rawQuery, body: '', withoutDigest: true, headers: { host } },
    keys: { ...ACCOUNT, secret_key: 'another secret' },
  })
