import assert from 'node:assert/strict'
import type { AccountEntry } from '../../../src/config/accounts.ts'
import {
  ACCOUNT,
  LIBRARIES,
  MovableClock,
  OTHER_ACCOUNT,
  startTestServer,
  type TestServer,
} from '../../support/harness.ts'
import { sendWire, type WireAnswer } from '../../support/volcengine.ts'

export { ACCOUNT, LIBRARIES, OTHER_ACCOUNT }

/** Which of the first account's libraries: with a bin, without one, with many spaces, of media with albums. */
export type LibraryName = keyof typeof LIBRARIES
export type Params = Readonly<Record<string, string | number | null>>

/** A JSON body. Named are the fields that tests go on with; where an answer lacks one of them, the test fails by itself. */
export interface Body {
  readonly [field: string]: unknown
  readonly code: string
  readonly status: number
  readonly requestId: string
  readonly accessToken: string
  readonly domain: string
  readonly uploadId: string
  readonly headers: Headers
  readonly parts: Readonly<Record<string, { readonly headers: Headers }>>
  readonly form: Readonly<Record<string, string>>
  readonly confirmKey: string
  readonly expiration: string
  readonly inode: string
  readonly uploadPartInfo: Body
}
type Headers = Readonly<Record<string, string | number>>

export interface SmhAnswer extends WireAnswer {
  /** The JSON body; null where there is none. */
  readonly body: Body | null
}

export interface RigOptions {
  readonly settings?: Readonly<Record<string, string>>
  readonly accounts?: readonly AccountEntry[]
  readonly dataDir?: string
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>
  /** A JSON body; absent sends none. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly raw?: string | Uint8Array
}

/** What a client of SMH does, by raw HTTP. */
export interface SmhClient {
  readonly url: string
  /**
   * One call below `/api/v1/`. `path` is sent as it is. A query value of null makes a bare flag. Redirects are not followed.
   */
  call(method: string, path: string, query?: Params, options?: CallOptions): Promise<SmhAnswer>
  /** As `call`, for an answer of this status; returns its body, an empty object for none. */
  expect(status: number, method: string, path: string, query?: Params, options?: CallOptions): Promise<Body>
  /** A fresh access token; `library` defaults to `file`, `grant` to `admin`. */
  token(grant?: string, options?: TokenOptions): Promise<string>
  /** Sends bytes with PUT where a start call said, with its headers, checked for status 200. */
  put(task: Body, bytes: Uint8Array): Promise<WireAnswer>
  /** Sends one part of a multipart task. */
  putPart(task: Body, number: number, bytes: Uint8Array): Promise<WireAnswer>
  /** The whole way of a simple upload to `directory/name`; returns the record of the confirm. */
  upload(path: string, bytes: Uint8Array, options?: UploadOptions): Promise<Body>
  /** Follows a download of the whole file at `path`; null where it is not found. */
  download(path: string, options?: UploadOptions): Promise<Buffer | null>
}

export interface TokenOptions {
  readonly library?: LibraryName
  readonly query?: Params
}

export interface UploadOptions {
  readonly library?: LibraryName
  readonly space?: string
  readonly token?: string
  readonly query?: Params
}

export interface Rig extends SmhClient {
  readonly server: TestServer
  readonly clock: MovableClock
  stop(): Promise<boolean>
}

/** A whole server of the first account's libraries. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const clock = new MovableClock()
  const server = await startTestServer({ clock, ...options })
  return { ...clientOf(server.url), server, clock, stop: () => server.stop() }
}

/** The client's part alone, for a server that runs elsewhere. */
export function clientOf(url: string): SmhClient {
  const tokens = new Map<LibraryName, Promise<string>>()
  const call: SmhClient['call'] = async (method, path, query = {}, options = {}) => {
    const { headers, body } = requestOf(options)
    const target = `${url}/api/v1/${path}${queryText(query)}`
    const answer = await sendWire(target, { method, headers, ...(body === undefined ? {} : { body }) })
    const isJson = answer.headers['content-type']?.startsWith('application/json') === true
    const parsed =
      isJson && answer.bytes.byteLength > 0 ? (JSON.parse(answer.bytes.toString()) as Body) : null
    return { ...answer, body: parsed }
  }
  const expect: SmhClient['expect'] = async (status, method, path, query, options) => {
    const answer = await call(method, path, query, options)
    assert.equal(answer.status, status, `${method} ${path}: ${answer.bytes.toString()}`)
    return answer.body ?? ({} as Body)
  }
  const token: SmhClient['token'] = async (grant = 'admin', { library = 'file', query = {} } = {}) => {
    const { id, secret } = LIBRARIES[library]
    const asked = { library_id: id, library_secret: secret, grant, ...query }
    return (await expect(200, 'GET', 'token', asked)).accessToken
  }
  /** One for each library, made when it is first needed; outlives every move of the clock. */
  const adminToken = (library: LibraryName): Promise<string> => {
    const known = tokens.get(library) ?? token('admin', { library, query: { period: 365 * 86_400 } })
    tokens.set(library, known)
    return known
  }
  const put = async (to: string, headers: Readonly<Record<string, unknown>>, bytes: Uint8Array) => {
    const sent = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    return sendWire(to, {
      method: 'PUT',
      headers: { ...sent, 'content-length': String(bytes.byteLength) },
      body: bytes,
    })
  }
  const putTask: SmhClient['put'] = async (task, bytes) =>
    put(`http://${task.domain}${task.path}`, task.headers, bytes)
  return {
    ...{ url, call, expect, token },
    put: putTask,
    putPart: async (task, number, bytes) =>
      put(
        `http://${task.domain}${task.path}?partNumber=${number}&uploadId=${task.uploadId}`,
        task.parts?.[number]?.headers ?? task.headers,
        bytes,
      ),
    upload: async (path, bytes, options = {}) => {
      const { library = 'file', space = '-', query = {} } = options
      const base = `file/${LIBRARIES[library].id}/${space}`
      const access_token = options.token ?? (await adminToken(library))
      const task = await expect(201, 'PUT', `${base}/${encodeURI(path)}`, { access_token, ...query })
      const sent = await putTask(task, bytes)
      assert.equal(sent.status, 200, sent.bytes.toString())
      return expect(200, 'POST', `${base}/${task.confirmKey}`, { confirm: null, access_token, with_inode: 1 })
    },
    download: async (path, options = {}) => {
      const { library = 'file', space = '-', query = {} } = options
      const access_token = options.token ?? (await adminToken(library))
      const target = `file/${LIBRARIES[library].id}/${space}/${encodeURI(path)}`
      const answer = await call('GET', target, { access_token, ...query })
      if (answer.status === 404) return null
      assert.equal(answer.status, 302, answer.bytes.toString())
      const got = await sendWire(String(answer.headers.location), { method: 'GET' })
      assert.equal(got.status, 200, got.bytes.toString())
      return got.bytes
    },
  }
}

function requestOf({ headers = {}, json, raw }: CallOptions) {
  const body = json === undefined ? raw : JSON.stringify(json)
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const type = json === undefined ? {} : { 'content-type': 'application/json' }
  return { headers: { ...type, ...length, ...headers }, body }
}

function queryText(query: Params): string {
  const pairs = Object.entries(query).map(([name, value]) =>
    value === null ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** The failure of a call, checked for its status, code and envelope (reference §8). */
export function assertFailure(answer: SmhAnswer, status: number, code: string): void {
  const { body, headers } = answer
  assert.deepEqual([answer.status, body?.code], [status, code], answer.bytes.toString())
  assert.deepEqual(Object.keys(body ?? {}), ['status', 'code', 'message', 'requestId'])
  assert.equal(body?.status, status)
  assert.equal(headers['x-request-id'], body?.requestId)
}

/** The failure of a request to the object plane (reference §9.3). */
export function assertCosFailure(answer: WireAnswer, status: number, code: string): void {
  const text = answer.bytes.toString()
  assert.deepEqual([answer.status, /<Code>(.*)<\/Code>/.exec(text)?.[1]], [status, code], text)
  assert.equal(answer.headers['content-type'], 'application/xml')
}
