import assert from 'node:assert/strict'
import tls from 'node:tls'
import { freePort } from '../../support/free-port.ts'
import { stowage } from '../../support/program.ts'
import { JavaScriptSdk, OFFERED_CALLS, type SdkRequest } from './javascript-calls.ts'
import { pageFetch } from './javascript-client.ts'
import { type Body, LIBRARIES, type Params, type Rig, startRig } from './rig.ts'
import { bytesOf, crc64Of, stringsOf } from './upload-calls.ts'

export const SCHEMES = ['http', 'https'] as const
/** What uploads have. */
export const BYTES = bytesOf(2000, 7)
/** Where the tests of a server work. */
export const FOLDER = '/sdk test/é+&'

const { id: library_id, secret: library_secret } = LIBRARIES.spaces
const NO_TOKEN = { access_token: null }
const BY_SECRET = { ...NO_TOKEN, library_secret }

/** A server, and a client of the SDK that has a space of it. */
export class SdkRig {
  readonly sdk: JavaScriptSdk
  readonly rig: Rig
  readonly #scheme: string

  private constructor(rig: Rig, scheme: string) {
    this.rig = rig
    this.#scheme = scheme
    this.sdk = new JavaScriptSdk(rig.url, 'spaces')
  }

  static async start(scheme: (typeof SCHEMES)[number]): Promise<SdkRig> {
    const js = new SdkRig(await startServer(scheme), scheme)
    js.sdk.space = 'default'
    await js.ok('space.createSpace', { query: { ...BY_SECRET, space_id: js.sdk.space } })
    js.sdk.token = (await js.createToken()).accessToken
    await js.ok('directory.createDirectory', { P: FOLDER })
    return js
  }

  /** The answer of a call, checked for its success. */
  async ok(name: string, request: SdkRequest = {}): Promise<Body> {
    const { status, data } = await this.sdk.call(name, request)
    assert.ok(status >= 200 && status < 300, `${name}: ${status} ${JSON.stringify(data)}`)
    return data
  }

  async status(name: string, request: SdkRequest = {}): Promise<number> {
    return (await this.sdk.call(name, request)).status
  }

  /** As the SDK's own suite does it: for a user and a space. */
  createToken(more: Params = {}): Promise<Body> {
    const about = { ...BY_SECRET, library_id, space_id: this.sdk.space, user_id: 'js-user' }
    return this.ok('token.createToken', { query: { ...about, grant: 'admin', period: 3600, ...more } })
  }

  deleteTokens(more: Params): Promise<number> {
    return this.status('token.deleteUserTokens', { query: { ...BY_SECRET, user_id: 'js-user', ...more } })
  }

  /** Sends all of BYTES to where a start says. */
  async send(task: Body, query = ''): Promise<void> {
    const headers = stringsOf(task.headers)
    const url = `${this.#scheme}://${task.domain}${task.path}${query}`
    assert.equal((await pageFetch(url, { method: 'PUT', headers, body: BYTES })).status, 200)
  }

  confirm(K: string, query: Params = {}): Promise<Body> {
    return this.ok('file.completeFileUpload', { K, query, body: { crc64: crc64Of(BYTES) } })
  }

  async upload(P: string): Promise<Body> {
    const task = await this.ok('file.simpleUploadFile', { P, query: { filesize: BYTES.length } })
    await this.send(task)
    return this.confirm(task.confirmKey, { with_inode: 1 })
  }

  /** The offered calls of these parts of the SDK that have not been made yet. */
  notCalled(areas: readonly string[]): readonly string[] {
    return [...OFFERED_CALLS.keys()].filter((name) => {
      const [area = ''] = name.split('.')
      return areas.includes(area) && !this.sdk.called.has(name)
    })
  }
}

export const namesOf = ({ contents }: Body): readonly unknown[] =>
  (contents as readonly Body[]).map(({ name }) => name)

/** By HTTPS, its certificate is of its own authority, which this process then trusts. */
async function startServer(scheme: (typeof SCHEMES)[number]): Promise<Rig> {
  if (scheme === 'http') return startRig()
  const listen = `127.0.0.1:${await freePort()}`
  const settings = { 'tls.auto': 'true', 'tls.listen': listen, public_url: `https://${listen}` }
  const rig = await startRig({ settings })
  const { stdout } = await stowage(['tls', 'ca', `--data-dir=${rig.server.dataDir}`])
  tls.setDefaultCACertificates([stdout])
  return rig
}
