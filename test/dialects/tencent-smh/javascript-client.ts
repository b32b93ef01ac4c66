import assert from 'node:assert/strict'
import { Crc64 } from '../../../src/core/bytes/crc64.ts'
import { type Body, LIBRARIES, type Params, type Rig } from './rig.ts'
import { stringsOf } from './upload-calls.ts'

const MB = 1024 ** 2
/** Longer files go up in parts, and come down in ranges. */
const WHOLE_MAX = 32 * MB
const PIECE_SIZE = 5 * MB
const LANES = 2
const RENEW_BEFORE_MS = 300_000
const ATTEMPTS_MAX = 3
const ORIGIN = 'https://page.example.com'
/** What a page may read of any answer; all else has to be exposed. */
const SAFE_HEADERS = ['cache-control', 'content-length', 'content-type', 'expires', 'last-modified']

export interface JavaScriptSetup {
  /** Where the client gets its first token from, and another when that is no longer good. */
  readonly onTokenRefresh: () => Promise<string>
  /** Called before each part is sent. */
  readonly beforePart?: (number: number) => void
}

/** A failure that the client gives to its user. */
export class JavaScriptError extends Error {
  readonly status: number
  readonly code: string
  constructor(status: number, code: string) {
    super(`${status} ${code}`)
    this.status = status
    this.code = code
  }
}

/** What the vendor's JavaScript SDK does in a browser: reference §10. */
export class JavaScriptClient {
  /** Calls of the API, as `POST renew 200`. */
  readonly steps: string[] = []
  readonly #rig: Rig
  readonly #setup: JavaScriptSetup
  #token: string | null = null

  constructor(rig: Rig, setup: JavaScriptSetup) {
    this.#rig = rig
    this.#setup = setup
  }

  /** A call with `{}` where it has nothing to say. The path's slashes are encoded. Flags have the value 1. */
  async call(
    method: string,
    area: string,
    path: string,
    query: Params = {},
    json: unknown = {},
  ): Promise<Body> {
    const { status, body } = await this.#answer(method, area, path, query, json)
    if (status !== 403 || body.code !== 'InvalidAccessToken') return requireOk(status, body)
    this.#token = null
    const again = await this.#answer(method, area, path, query, json)
    return requireOk(again.status, again.body)
  }

  async upload(path: string, bytes: Buffer): Promise<Body> {
    const size = { filesize: bytes.length, conflict_resolution_strategy: 'rename' }
    const isWhole = bytes.length <= WHOLE_MAX
    const start = isWhole
      ? this.call('PUT', 'file', path, size)
      : this.call('POST', 'file', path, { multipart: 1, ...size })
    const task = await start
    if (isWhole) await this.#put(task, '', bytes)
    else await this.#sendParts(task, bytes)
    return this.call('POST', 'file', task.confirmKey, { confirm: 1 }, { crc64: crc64Of(bytes) })
  }

  /** Fails where the bytes are not those of the file's crc64. */
  async download(path: string): Promise<Buffer> {
    const info = await this.call('GET', 'file', path, { info: 1 })
    const size = Number(info.size)
    const url = String(info.cosUrl)
    const bytes = size <= WHOLE_MAX ? await get(url, 200) : await getInRanges(url, size)
    if (crc64Of(bytes) !== info.crc64) throw new Error('the bytes have another crc64')
    return bytes
  }

  async #sendParts(begun: Body, bytes: Buffer): Promise<void> {
    let task = begun
    let next = 1
    const renew = async (): Promise<void> => {
      task = await this.call('POST', 'file', begun.confirmKey, { renew: 1 })
    }
    const sendPart = async (number: number): Promise<void> => {
      const part = bytes.subarray((number - 1) * PIECE_SIZE, number * PIECE_SIZE)
      for (let attempt = 1; ; attempt++) {
        if (Date.parse(task.expiration) - this.#rig.clock.now() < RENEW_BEFORE_MS) await renew()
        this.#setup.beforePart?.(number)
        const status = await this.#put(task, `?partNumber=${number}&uploadId=${task.uploadId}`, part)
        if (status === 200) return
        if (status !== 403 || attempt === ATTEMPTS_MAX) throw new JavaScriptError(status, 'part')
        await renew()
      }
    }
    const lane = async (): Promise<void> => {
      while ((next - 1) * PIECE_SIZE < bytes.length) await sendPart(next++)
    }
    await Promise.all(Array.from({ length: LANES }, lane))
  }

  /** Reads the ETag, so that has to be exposed. */
  async #put({ domain, path, headers }: Body, query: string, body: Buffer): Promise<number> {
    const answer = await pageFetch(`http://${domain}${path}${query}`, {
      method: 'PUT',
      headers: stringsOf(headers),
      body,
    })
    if (answer.status === 200) assert.match(readable(answer, 'etag'), /^"[0-9a-f]{32}"$/)
    await answer.arrayBuffer()
    return answer.status
  }

  async #answer(method: string, area: string, path: string, query: Params, json: unknown) {
    const answer = await this.#ask(method, area, path, query, json)
    const text = await answer.text()
    const flag = Object.keys(query).find((name) => query[name] === 1) ?? 'start'
    this.steps.push(`${method} ${flag} ${answer.status}`)
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Body }
  }

  async #ask(method: string, area: string, path: string, query: Params, json: unknown): Promise<Response> {
    this.#token ??= await this.#setup.onTokenRefresh()
    const pairs = Object.entries({ ...query, access_token: this.#token })
    const search = pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')
    const target = `${area}/${LIBRARIES.file.id}/-/${encodeURIComponent(path)}?${search}`
    const hasBody = method !== 'GET' && method !== 'HEAD'
    return pageFetch(`${this.#rig.url}/api/v1/${target}`, {
      method,
      headers: { 'Content-Type': 'application/json', 'Client-Version': '1.0.16' },
      ...(hasBody ? { body: JSON.stringify(json) } : {}),
    })
  }
}

function requireOk(status: number, body: Body): Body {
  if (status >= 400) throw new JavaScriptError(status, body.code)
  return body
}

interface PageRequest {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** As a browser sends it from a page of another origin: it asks first, and does not send what it may not. */
export async function pageFetch(url: string, { method, headers, body }: PageRequest): Promise<Response> {
  const names = Object.keys(headers).map((name) => name.toLowerCase())
  const asked = {
    origin: ORIGIN,
    'access-control-request-method': method,
    'access-control-request-headers': names.join(','),
  }
  const preflight = await fetch(url, { method: 'OPTIONS', headers: asked })
  assert.ok(preflight.ok, `the preflight was answered ${preflight.status}`)
  assertAllowed(preflight, 'access-control-allow-methods', [method])
  assertAllowed(preflight, 'access-control-allow-headers', names)
  const answer = await fetch(url, {
    method,
    headers: { ...headers, origin: ORIGIN },
    ...(body === undefined ? {} : { body }),
  })
  assertOrigin(answer)
  return answer
}

function assertAllowed(answer: Response, header: string, wanted: readonly string[]): void {
  assertOrigin(answer)
  const allowed = listOf(answer, header)
  for (const each of wanted) {
    assert.ok(allowed.includes('*') || allowed.includes(each.toLowerCase()), `${header} lacks ${each}`)
  }
}

const assertOrigin = ({ headers }: Response): void =>
  assert.ok(['*', ORIGIN].includes(headers.get('access-control-allow-origin') ?? ''))

const listOf = ({ headers }: Response, header: string): readonly string[] =>
  (headers.get(header) ?? '').split(',').map((each) => each.trim().toLowerCase())

/** A header that a page may read. */
export function readable(answer: Response, header: string): string {
  const isExposed =
    SAFE_HEADERS.includes(header) || listOf(answer, 'access-control-expose-headers').includes(header)
  assert.ok(isExposed, `${header} is not exposed`)
  return answer.headers.get(header) ?? ''
}

async function get(url: string, status: number, range?: string): Promise<Buffer> {
  const answer = await pageFetch(url, { method: 'GET', headers: range === undefined ? {} : { range } })
  assert.equal(answer.status, status)
  return Buffer.from(await answer.arrayBuffer())
}

async function getInRanges(url: string, size: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (let at = 0; at < size; at += PIECE_SIZE) {
    pieces.push(await get(url, 206, `bytes=${at}-${Math.min(at + PIECE_SIZE, size) - 1}`))
  }
  return Buffer.concat(pieces)
}

function crc64Of(bytes: Uint8Array): string {
  const crc64 = new Crc64()
  crc64.update(bytes)
  return crc64.digest()
}
