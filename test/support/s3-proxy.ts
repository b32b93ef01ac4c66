import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http'
import type { S3Bucket } from './s3.ts'

/** What becomes of a request. */
export type Fate =
  | { readonly type: 'pass' }
  /** Answered in the store's place. */
  | { readonly type: 'answer'; readonly status: number; readonly code: string }
  /** The connection breaks before the request reaches the store. */
  | { readonly type: 'break' }
  /** The store does it, but its answer is lost. */
  | { readonly type: 'lose-answer' }
  /** The connection breaks after so many bytes of the answer's body. */
  | { readonly type: 'break-after'; readonly size: number }
  /** The body arrives with its first byte changed. */
  | { readonly type: 'spoil' }
  /** The answer's ETag is another one. */
  | { readonly type: 'change-tag' }

export interface SeenRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  /** By lower-case name. */
  readonly headers: IncomingHttpHeaders
}

export interface S3Proxy {
  /** The bucket, to be reached through the proxy. */
  readonly bucket: S3Bucket
  /** All requests so far. */
  readonly seen: SeenRequest[]
  /** Decides about each request; passes all at first. */
  decide: (request: SeenRequest) => Fate
  /** Resolves when no request is underway. */
  quiet(): Promise<void>
  close(): Promise<void>
}

export const PASS: Fate = { type: 'pass' }
export const SLOW_DOWN: Fate = { type: 'answer', status: 503, code: 'SlowDown' }

/** The fate for the first `times` requests that `matches` takes; all others pass. */
export function firstOf(
  times: number,
  fate: Fate,
  matches: (request: SeenRequest) => boolean,
): (request: SeenRequest) => Fate {
  let left = times
  return (seen) => (matches(seen) && left-- > 0 ? fate : PASS)
}

/** Stands on a free port of 127.0.0.1 between the store and its server. */
export async function startS3Proxy(bucket: S3Bucket): Promise<S3Proxy> {
  const url = new URL(bucket.url)
  const target = new URL(url.searchParams.get('endpoint') ?? '')
  const seen: SeenRequest[] = []
  let underway = 0
  const server = createServer((incoming, answer) => {
    const one = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers }
    seen.push(one)
    underway += 1
    answer.once('close', () => {
      underway -= 1
      if (underway === 0) server.emit('quiet')
    })
    play(proxy.decide(one), target, incoming, answer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  url.searchParams.set('endpoint', `http://127.0.0.1:${address.port}`)
  const proxy: S3Proxy = {
    bucket: { ...bucket, url: url.href },
    seen,
    decide: () => PASS,
    quiet: async () => {
      if (underway > 0) await once(server, 'quiet')
    },
    close: async () => {
      server.close()
      server.closeAllConnections()
    },
  }
  return proxy
}

function play(fate: Fate, target: URL, incoming: IncomingMessage, answer: ServerResponse): void {
  switch (fate.type) {
    case 'answer':
      incoming.resume().once('end', () => {
        const body = `<Error><Code>${fate.code}</Code><Message>${fate.code}</Message></Error>`
        answer.writeHead(fate.status, { 'content-type': 'application/xml' })
        answer.end(incoming.method === 'HEAD' ? '' : body)
      })
      return
    case 'break':
      incoming.once('readable', () => incoming.socket.destroy())
      incoming.once('end', () => incoming.socket.destroy())
      return
    case 'pass':
    case 'lose-answer':
    case 'break-after':
    case 'spoil':
    case 'change-tag':
      forward(fate, target, incoming, answer)
  }
}

function forward(fate: Fate, target: URL, incoming: IncomingMessage, answer: ServerResponse): void {
  const { method, url: path, headers } = incoming
  const onward = request({ host: target.hostname, port: target.port, method, path, headers }, (told) => {
    if (fate.type === 'lose-answer') {
      told.resume().once('end', () => incoming.socket.destroy())
      return
    }
    const tag = fate.type === 'change-tag' ? { etag: `"${'0'.repeat(32)}"` } : {}
    answer.writeHead(told.statusCode ?? 502, { ...told.headers, ...tag })
    let left = fate.type === 'break-after' ? fate.size : Number.POSITIVE_INFINITY
    told.on('data', (chunk: Buffer) => {
      if (left <= 0) return
      const isLast = left <= chunk.byteLength
      const passed = answer.write(chunk.subarray(0, left), () => {
        if (isLast) incoming.socket.destroy()
      })
      left -= chunk.byteLength
      if (!passed) {
        told.pause()
        answer.once('drain', () => told.resume())
      }
    })
    told.once('end', () => answer.end())
    told.once('error', () => incoming.socket.destroy())
  })
  onward.once('error', () => incoming.socket.destroy())
  answer.once('close', () => {
    if (!answer.writableFinished) onward.destroy()
  })
  let isFirst = fate.type === 'spoil'
  incoming.on('data', (chunk: Buffer) => {
    const passed = isFirst ? Buffer.from([(chunk[0] ?? 0) ^ 1, ...chunk.subarray(1)]) : chunk
    isFirst = false
    if (!onward.write(passed)) {
      incoming.pause()
      onward.once('drain', () => incoming.resume())
    }
  })
  incoming.once('end', () => onward.end())
}
