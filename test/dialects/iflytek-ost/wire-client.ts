import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request as startRequest } from 'node:http'
import { ACCOUNT, OTHER_ACCOUNT } from '../../support/harness.ts'

/** The keys of an application. */
export interface Keys {
  readonly appId: string
  readonly apiKey: string
  readonly apiSecret: string
}

const KEYS: readonly Keys[] = [ACCOUNT, OTHER_ACCOUNT]
  .flatMap(({ apps }) => apps)
  .map((app) => ({ appId: app.app_id, apiKey: app.api_key, apiSecret: app.api_secret }))

function keysOf(appId: string): Keys {
  const keys = KEYS.find((candidate) => candidate.appId === appId)
  if (keys === undefined) throw new Error(`no app ${appId}`)
  return keys
}

export const APP = keysOf('fake0001')
/** Of the same account. */
export const SECOND_APP = keysOf('fake0002')
/** Of another account. */
export const OTHER_APP = keysOf('fake0003')
export const VENDOR_HOST = 'upload-ost-api.xfyun.cn'
export const EMPTY_SHA256 = '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='

export const PATHS = {
  upload: '/file/upload',
  init: '/file/mpupload/init',
  slice: '/file/mpupload/upload',
  complete: '/file/mpupload/complete',
  cancel: '/file/mpupload/cancel',
}

/** One part of a form: its name, what follows the name in its headers, and its bytes. */
export interface FormPart {
  readonly name: string
  readonly filename?: string
  /** Header lines beside Content-Disposition. */
  readonly headers?: readonly string[]
  readonly content: string | Uint8Array
}

export interface Body {
  readonly contentType: string
  readonly bytes: Buffer
}

/** A form as libraries write it, byte for byte. */
export function formBody(
  parts: readonly FormPart[],
  boundary = '--------------------------856841733413091254401013',
): Body {
  const chunks = parts.flatMap(({ name, filename, headers = [], content }) => {
    const file = filename === undefined ? '' : `; filename="${filename}"`
    const lines = [
      `--${boundary}`,
      `Content-Disposition: form-data; name="${name}"${file}`,
      ...headers,
      '',
      '',
    ]
    return [Buffer.from(lines.join('\r\n')), Buffer.from(content), Buffer.from('\r\n')]
  })
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    bytes: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]),
  }
}

export const jsonBody = (value: unknown, contentType = 'application/json'): Body => ({
  contentType,
  bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
})

/** How a client signs and what it puts on the wire. Hosts are given the server's own `host:port`. */
export interface Signing {
  readonly signedHost: (host: string) => string
  readonly wireHost: (host: string) => string
  readonly digest: (body: Body) => string
  readonly date: () => string
  readonly authorization: (text: string) => string
  /** In the order signed. */
  readonly headers: readonly string[]
}

export const withoutPort = (host: string): string => host.replace(/:\d+$/, '')
export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64')

/** The plainest client: the vendor's host signed, the digest of the body sent. */
export const PLAIN: Signing = {
  signedHost: () => VENDOR_HOST,
  wireHost: (host) => host,
  digest: ({ bytes }) => `SHA-256=${sha256(bytes)}`,
  date: () => new Date().toUTCString(),
  authorization: (text) => text,
  headers: ['host', 'date', 'request-line', 'digest'],
}

/** The headers that sign a POST, in wire order: name, value, name, value. */
export function signedHeaders(
  host: string,
  path: string,
  body: Body,
  keys: Keys = APP,
  signing: Signing = PLAIN,
): string[] {
  const date = signing.date()
  const digest = signing.digest(body)
  const lines: Readonly<Record<string, string>> = {
    host: `host: ${signing.signedHost(host)}`,
    date: `date: ${date}`,
    'x-date': `x-date: ${date}`,
    'request-line': `POST ${path} HTTP/1.1`,
    digest: `digest: ${digest}`,
  }
  const origin = signing.headers.map((name) => lines[name]).join('\n')
  const signature = createHmac('sha256', keys.apiSecret).update(origin).digest('base64')
  const authorization = signing.authorization(
    `api_key="${keys.apiKey}", algorithm="hmac-sha256", headers="${signing.headers.join(' ')}", signature="${signature}"`,
  )
  return [
    ...['Host', signing.wireHost(host)],
    ...['Date', date],
    ...['Digest', digest],
    ...['Authorization', authorization],
  ]
}

type DataField = 'url' | 'upload_id' | 'task_id' | 'task_status' | 'message'

export interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly json: {
    readonly code?: number
    readonly sid?: string
    readonly message?: string
    readonly data?: Readonly<Partial<Record<DataField, string>>> & { readonly result?: unknown }
  }
}

/** Starts a POST with exactly these headers; the caller writes the body. */
export const openPost = (serverUrl: string, path: string, headers: readonly string[]): ClientRequest =>
  startRequest(new URL(path, serverUrl), { method: 'POST', headers: [...headers], setHost: false })

export async function answerTo(request: ClientRequest): Promise<Answer> {
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const { statusCode: status = 0, headers } = response
  return { status, type: headers['content-type'] ?? '', text, json: text === '' ? {} : JSON.parse(text) }
}

export interface Post {
  readonly keys?: Keys
  readonly signing?: Signing
  /** Sent beside the signing ones. */
  readonly headers?: readonly string[]
}

/** One signed call, as a client would make it. */
export async function post(
  serverUrl: string,
  path: string,
  body: Body,
  { keys = APP, signing = PLAIN, headers = [] }: Post = {},
): Promise<Answer> {
  const request = openPost(serverUrl, path, [
    ...signedHeaders(new URL(serverUrl).host, path, body, keys, signing),
    ...['Accept', 'application/json'],
    ...headers,
    ...['Content-Type', body.contentType],
    ...['Content-Length', String(body.bytes.length)],
  ])
  request.end(body.bytes)
  return await answerTo(request)
}

/** Plain calls, each with its fields; changes are put over them, null takes a field away. */
export class Client {
  readonly #serverUrl: string
  readonly #keys: Keys
  readonly #signing: Signing

  constructor(serverUrl: string, keys: Keys = APP, signing: Signing = PLAIN) {
    this.#serverUrl = serverUrl
    this.#keys = keys
    this.#signing = signing
  }

  upload(content: string | Uint8Array, changes: Changes = {}, filename = 'voice.wav'): Promise<Answer> {
    return this.#form(PATHS.upload, changes, { name: 'data', filename, content })
  }

  init(changes: Changes = {}): Promise<Answer> {
    return this.#json(PATHS.init, { cloud_id: '0', ...changes })
  }

  async begin(): Promise<string> {
    return String((await this.init()).json.data?.upload_id)
  }

  slice(uploadId: string, number: number | string, content: string | Uint8Array, changes: Changes = {}) {
    const fields = { upload_id: uploadId, slice_id: String(number), ...changes }
    return this.#form(PATHS.slice, fields, { name: 'data', filename: 'slice.bin', content })
  }

  complete(uploadId: string, changes: Changes = {}): Promise<Answer> {
    return this.#json(PATHS.complete, { upload_id: uploadId, ...changes })
  }

  cancel(uploadId: string, changes: Changes = {}): Promise<Answer> {
    return this.#json(PATHS.cancel, { upload_id: uploadId, ...changes })
  }

  #json(path: string, changes: Changes): Promise<Answer> {
    return this.#post(path, jsonBody(Object.fromEntries(this.#fields(changes))))
  }

  #form(path: string, changes: Changes, data: FormPart): Promise<Answer> {
    const parts = this.#fields(changes).map(([name, content]) => ({ name, content: String(content) }))
    return this.#post(path, formBody([...parts, data]))
  }

  #post(path: string, body: Body): Promise<Answer> {
    return post(this.#serverUrl, path, body, { keys: this.#keys, signing: this.#signing })
  }

  #fields(changes: Changes): readonly (readonly [string, unknown])[] {
    const fields = { request_id: '202006290840', app_id: this.#keys.appId, ...changes }
    return Object.entries(fields).filter(([, value]) => value !== null)
  }
}

type Changes = Readonly<Record<string, unknown>>

export const urlOf = (answer: Answer): string => String(answer.json.data?.url)

export async function download(url: string): Promise<Buffer> {
  const response = await fetch(url)
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
  return Buffer.from(await response.arrayBuffer())
}
