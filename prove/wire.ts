import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'

export interface Call {
  readonly method: string
  /** A path with its query, or a whole URL, of which only path and query count. */
  readonly target: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Uint8Array | string
  /** Where a node takes such calls, by its address. Absent: there. */
  readonly listener?: (node: string) => string
}

/** What came back, whatever it was. */
export interface Reply {
  /** 0 for no answer. */
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** As far as it came. */
  readonly bytes: Buffer
  /** Why it is not a whole answer; null for one that is. */
  readonly broken: string | null
  /** Address of who was asked. */
  readonly node: string
}

/** Longest that an answer is waited for. */
const WAIT_MS = 120_000

/** Sends a call to a node, on a connection of its own, by the host name of the public URL. Never throws. */
export function send(node: string, publicUrl: string, call: Call): Promise<Reply> {
  const { hostname, port } = new URL(call.listener?.(node) ?? node)
  const { pathname, search } = new URL(call.target, publicUrl)
  const { promise, resolve } = Promise.withResolvers<Reply>()
  const chunks: Buffer[] = []
  let status = 0
  let headers: IncomingHttpHeaders = {}
  const end = (broken: string | null): void =>
    resolve({ status, headers, bytes: Buffer.concat(chunks), broken, node })
  const length = call.body === undefined ? {} : { 'content-length': Buffer.byteLength(call.body) }
  const outgoing = request({
    ...{ hostname, port, method: call.method, path: pathname + search, agent: false, timeout: WAIT_MS },
    headers: { host: new URL(publicUrl).host, ...length, ...call.headers },
  })
  outgoing.on('timeout', () => outgoing.destroy(new Error('no answer in time')))
  outgoing.on('error', (error) => end(error.message))
  outgoing.on('response', (answer) => {
    status = answer.statusCode ?? 0
    headers = answer.headers
    answer.on('data', (chunk: Buffer) => chunks.push(chunk))
    answer.on('end', () => end(answer.complete ? null : 'cut off'))
    answer.on('error', (error) => end(error.message))
    answer.on('close', () => end('cut off'))
  })
  outgoing.end(call.body)
  return promise
}

/** Whether it says nothing about what was asked: no answer, half of one, or "try again". */
export const saysNothing = ({ status, broken }: Reply): boolean => broken !== null || status >= 500

/** The JSON of a reply; an empty object where there is none. */
export function jsonOf<Body extends object>({ bytes }: Reply): Partial<Body> {
  try {
    return JSON.parse(bytes.toString()) as Partial<Body>
  } catch {
    return {}
  }
}

/** For a report: what it was, and as much of it as people read. */
export const told = ({ status, broken, node, bytes, headers }: Reply): Readonly<Record<string, unknown>> => ({
  ...{ status, broken, node, type: headers['content-type'] ?? '', length: bytes.length },
  start: bytes.subarray(0, 400).toString(),
})
