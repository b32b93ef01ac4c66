import { createCipheriv } from 'node:crypto'
import { writeFileSync } from 'node:fs'

/** One request as the generator sends it. Its body is `before`, then `fill` bytes of `FILLING` over and over, then `after`. */
export interface LoadRequest {
  readonly method: string
  readonly path: string
  /** `host` and `content-length` are added where they are missing. */
  readonly headers?: Readonly<Record<string, string | number>>
  readonly before?: string
  readonly fill?: number
  readonly after?: string
  /** Sends the filling in chunks of 64 KiB, without a length. `fill` is a multiple of that, and nothing stands before or after. */
  readonly chunked?: boolean
  /** The status that it has to be answered with. Default 200. */
  readonly status?: number
}

/** What one run of the generator does. */
export interface Load {
  readonly port: number
  readonly connections: number
  /** No request begins later. */
  readonly seconds: number
  readonly requests: readonly LoadRequest[]
  /** Each request is sent once at most. Otherwise they are sent over and over, in order. */
  readonly once?: boolean
  /** How long requests that have begun are waited for at the end. Default 60. */
  readonly graceSeconds?: number
  /** Bytes a second that each connection sends, or reads. Default: as fast as it goes. */
  readonly sendRate?: number
  readonly readRate?: number
  /** What each answer of up to 64 KiB has to have in it, where a status alone does not tell success. */
  readonly expect?: string
}

export const CHUNK_BYTES = 65_536

/** What bodies are filled with: 1 MiB that nothing compresses, the same in each run. */
export const FILLING: Buffer = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(
  Buffer.alloc(1024 ** 2),
)

/** The first bytes of a body of filling alone, for digests. `size` is at most 1 MiB. */
export const filled = (size: number): Buffer => FILLING.subarray(0, size)

/** Writes a plan as `plan.c` reads it: settings, an empty line, the filling, and each request with the lengths of its parts before it. */
export function writePlan(path: string, load: Load): void {
  const settings = {
    port: load.port,
    connections: load.connections,
    seconds: load.seconds,
    grace_seconds: load.graceSeconds ?? 60,
    once: load.once === true ? 1 : 0,
    send_rate: load.sendRate ?? 0,
    read_rate: load.readRate ?? 0,
    filling: FILLING.byteLength,
    requests: load.requests.length,
    ...(load.expect === undefined ? {} : { expect: load.expect }),
  }
  const lines = Object.entries(settings).map(([key, value]) => `${key} ${value}\n`)
  const requests = load.requests.map((request) => requestText(request, load.port))
  writeFileSync(
    path,
    Buffer.concat([Buffer.from(`${lines.join('')}\n`), FILLING, Buffer.from(requests.join(''))]),
  )
}

function requestText(request: LoadRequest, port: number): string {
  const { fill = 0, chunked = false, before = '', status = 200 } = request
  const head = headOf(request, port) + before
  const tail = chunked ? '0\r\n\r\n' : (request.after ?? '')
  const sizes = [Buffer.byteLength(head), fill, chunked ? CHUNK_BYTES : 0, Buffer.byteLength(tail), status]
  return `${sizes.join(' ')}\n${head}${tail}`
}

/** The request up to its body, as it goes over the wire. */
export function headOf(request: LoadRequest, port: number): string {
  const { method, path, before = '', after = '', fill = 0, chunked = false } = request
  const length = Buffer.byteLength(before) + fill + Buffer.byteLength(after)
  const framing = chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': length }
  const hasBody = method !== 'GET' && method !== 'HEAD'
  const headers = { host: `127.0.0.1:${port}`, ...(hasBody ? framing : {}), ...request.headers }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
}
