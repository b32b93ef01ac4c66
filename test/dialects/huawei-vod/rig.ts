import assert from 'node:assert/strict'
import type { AccountEntry } from '../../../src/config/accounts.ts'
import {
  ACCOUNT,
  MovableClock,
  OTHER_ACCOUNT,
  PROJECTS,
  startTestServer,
  type TestServer,
} from '../../support/harness.ts'
import { sendWire, type WireAnswer } from '../../support/volcengine.ts'
import { signVod, type VodKeys } from './sign.ts'

export { ACCOUNT, OTHER_ACCOUNT, PROJECTS }
/** The second account's. */
export const OTHER_PROJECT = { id: 'fedcba9876543210fedcba9876543210', name: 'cn-north-4' }

/** A JSON body. Named are the fields that tests go on with; where an answer lacks one of them, the test fails by itself. */
export interface Body {
  readonly [field: string]: unknown
  readonly error_code: string
  readonly error_msg: string
  readonly asset_id: string
  readonly status: string
  readonly description: string
  readonly video_upload_url: string
  readonly cover_upload_url: string | null
  readonly subtitle_upload_urls: readonly string[]
  readonly target: { readonly bucket: string; readonly location: string; readonly object: string }
  readonly sign_str: string
  readonly base_info: Body
  readonly meta_data: Body | null
  readonly asset_info_array: readonly Body[]
  readonly assets: readonly Body[]
  readonly delete_result_array: readonly Body[]
  readonly total: number
}

export interface VodAnswer extends WireAnswer {
  /** The JSON body; null where there is none. */
  readonly body: Body | null
}

type Value = string | number
export type Query = Readonly<Record<string, Value | readonly Value[]>>
type Fields = Readonly<Record<string, unknown>>

/** What proves who calls. */
export type Caller =
  | { readonly keys: VodKeys; readonly project?: string }
  | { readonly token: string }
  | { readonly nobody: true }

export interface CallOptions {
  /** A list repeats its name. */
  readonly query?: Query
  /** A JSON body; absent sends none. */
  readonly json?: unknown
  /** Sent as it is. */
  readonly raw?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
  /** Default: the first account's key pair, with the project in X-Project-Id. */
  readonly as?: Caller
  /** Default: the main one of the first account. */
  readonly project?: string
  /** Default v1.0. */
  readonly version?: string
}

export interface TokenOptions {
  readonly account?: typeof ACCOUNT | typeof OTHER_ACCOUNT
  readonly user?: string
  /** Name of the project; null for a token of the whole account. */
  readonly project?: string | null
}

/** What a client of VOD does, by raw HTTP. */
export interface VodClient {
  readonly url: string
  /** One call; `path` stands behind version and project. */
  call(method: string, path: string, options?: CallOptions): Promise<VodAnswer>
  /** As `call`, for an answer of this status; returns its body, an empty object for none. */
  expect(status: number, method: string, path: string, options?: CallOptions): Promise<Body>
  /** A token of IAM; the first account's first user and main project by default. */
  token(options?: TokenOptions): Promise<string>
  /** Creates an asset of an MP4 video; `fields` come on top. */
  create(fields?: Fields, options?: CallOptions): Promise<Body>
  /** Puts bytes to an upload URL, with the Content-Type of an MP4 video unless another is given. */
  put(url: string, bytes: Uint8Array, headers?: Readonly<Record<string, string>>): Promise<WireAnswer>
  confirm(assetId: string, status?: string, options?: CallOptions): Promise<VodAnswer>
  /** The whole way to a confirmed asset; returns its id. */
  make(bytes: Uint8Array, fields?: Fields, contentType?: string): Promise<string>
  /** One element of the meta query. */
  info(assetId: string, options?: CallOptions): Promise<Body>
}

export interface RigOptions {
  readonly settings?: Readonly<Record<string, string>>
  readonly accounts?: readonly AccountEntry[]
  readonly dataDir?: string
}

export interface Rig extends VodClient {
  readonly server: TestServer
  readonly clock: MovableClock
  stop(): Promise<boolean>
}

/** A whole server of two accounts with their projects and users. */
export async function startRig(options: RigOptions = {}): Promise<Rig> {
  const clock = new MovableClock()
  const server = await startTestServer({ clock, ...options })
  return { ...clientOf(server.url, clock), server, clock, stop: () => server.stop() }
}

/** The client's part alone, for a server that runs elsewhere. */
export function clientOf(url: string, clock = new MovableClock()): VodClient {
  const call: VodClient['call'] = async (method, path, options = {}) => {
    const { project = PROJECTS.main.id, version = 'v1.0', query = {} } = options
    const target = `${url}/${version}/${project}/${path}${queryText(query)}`
    const body = options.json === undefined ? options.raw : JSON.stringify(options.json)
    const headers = {
      host: new URL(url).host,
      'content-type': 'application/json',
      ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      ...options.headers,
    }
    const proof = proofOf(options.as ?? { keys: ACCOUNT, project }, {
      ...{ method, url: target, headers, body: body ?? '', now: clock.now() },
    })
    const answer = await sendWire(target, {
      ...{ method, headers: { ...headers, ...proof } },
      ...(body === undefined ? {} : { body }),
    })
    return { ...answer, body: parsed(answer) }
  }
  const expect: VodClient['expect'] = async (status, method, path, options) => {
    const answer = await call(method, path, options)
    assert.equal(answer.status, status, `${method} ${path}: ${answer.bytes.toString()}`)
    return answer.body ?? ({} as Body)
  }
  const create: VodClient['create'] = (fields = {}, options = {}) => {
    const json = { title: 'a title', video_name: 'a.mp4', video_type: 'MP4', ...fields }
    return expect(200, 'POST', 'asset', { json, ...options })
  }
  const put: VodClient['put'] = (to, bytes, headers = {}) => {
    const sent = { 'content-type': 'video/mp4', 'content-length': String(bytes.byteLength), ...headers }
    return sendWire(to, { method: 'PUT', headers: sent, body: bytes })
  }
  const confirm: VodClient['confirm'] = (asset_id, status = 'CREATED', options = {}) =>
    call('POST', 'asset/status/uploaded', { json: { asset_id, status }, ...options })
  return {
    ...{ url, call, expect, create, put, confirm },
    token: (options) => tokenOf(url, options),
    make: async (bytes, fields, contentType = 'video/mp4') => {
      const { asset_id, video_upload_url } = await create(fields)
      const sent = await put(video_upload_url, bytes, { 'content-type': contentType })
      assert.equal(sent.status, 200, sent.bytes.toString())
      const answer = await confirm(asset_id)
      assert.equal(answer.status, 200, answer.bytes.toString())
      return asset_id
    },
    info: async (asset_id, options = {}) => {
      const body = await expect(200, 'GET', 'asset/info', { query: { asset_id }, ...options })
      return body.asset_info_array[0] ?? assert.fail('no element')
    },
  }
}

interface Unproven {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
  readonly now: number
}

function proofOf(caller: Caller, request: Unproven): Readonly<Record<string, string>> {
  if ('nobody' in caller) return {}
  if ('token' in caller) return { 'x-auth-token': caller.token }
  const { keys, project } = caller
  const named: Readonly<Record<string, string>> = project === undefined ? {} : { 'x-project-id': project }
  const signed = signVod({ ...request, headers: { ...request.headers, ...named }, keys })
  return { ...named, ...signed }
}

async function tokenOf(url: string, options: TokenOptions = {}): Promise<string> {
  const { account = ACCOUNT, project = PROJECTS.main.name } = options
  const user = account.users.find(({ name }) => name === (options.user ?? 'tester'))
  const identity = {
    methods: ['password'],
    password: { user: { name: user?.name, password: user?.password, domain: { name: account.name } } },
  }
  const scope = project === null ? { domain: { name: account.name } } : { project: { name: project } }
  const answer = await sendWire(`${url}/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json;charset=utf8' },
    body: JSON.stringify({ auth: { identity, scope } }),
  })
  assert.equal(answer.status, 201, answer.bytes.toString())
  return String(answer.headers['x-subject-token'])
}

function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (typeof value === 'object' ? value : [value]).map(
      (each) => `${encodeURIComponent(name)}=${encodeURIComponent(each)}`,
    ),
  )
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

function parsed({ headers, bytes }: WireAnswer): Body | null {
  const isJson = headers['content-type']?.startsWith('application/json') === true
  return isJson && bytes.byteLength > 0 ? (JSON.parse(bytes.toString()) as Body) : null
}

/** The failure of a call, checked for its status, code and envelope (reference §3.1). */
export function assertFailure(answer: VodAnswer, status: number, code: string, message?: string): void {
  const { body, headers } = answer
  assert.deepEqual([answer.status, body?.error_code], [status, code], answer.bytes.toString())
  const isGateway = code.startsWith('APIGW.')
  const names = isGateway ? ['error_msg', 'error_code', 'request_id'] : ['error_code', 'error_msg']
  assert.deepEqual(Object.keys(body ?? {}), names)
  assert.equal(headers['content-type'], 'application/json')
  assert.match(String(headers['x-request-id']), /^[0-9a-f]{32}$/)
  if (isGateway) assert.equal(body?.request_id, headers['x-request-id'])
  if (message !== undefined) assert.equal(body?.error_msg, message)
}

/** VOD.10053 for this field. */
export function assertIllegal(answer: VodAnswer, field: string): void {
  const message = `请求参数非法，非法字段：{${field}}。`
  assertFailure(answer, 400, 'VOD.10053', message)
}
