import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { hostileAddress } from '../addresses.ts'
import type { Target } from '../attack.ts'

/** What became of a raw request. */
export interface Outcome {
  /** 0 where the connection ended without an answer. */
  readonly status: number
  /** Bytes of the body that the system took off our hands: those that the server read, and some MB in its buffers. */
  readonly taken: number
  readonly head: string
  /** Milliseconds until the first byte of the answer, or the end of the connection. */
  readonly answeredMs: number
  readonly closedMs: number
}

/** Where a connection goes: by TLS where the URL says so. */
type Place = Pick<Target, 'url' | 'host' | 'port'>

/** A connection of the hostile client of this number. Resolves also when it is refused: the socket is then destroyed. */
export function open({ url, host, port }: Place, index: number): Promise<Socket> {
  return new Promise((resolve) => {
    const options = { host, port, localAddress: hostileAddress(index) }
    const isTls = url.startsWith('https:')
    const socket = isTls ? connectTls({ ...options, rejectUnauthorized: false }) : connect(options)
    socket.setNoDelay()
    socket
      .once(isTls ? 'secureConnect' : 'connect', () => resolve(socket))
      .once('close', () => resolve(socket))
    socket.on('error', () => undefined)
  })
}

export interface RawRequest {
  /** Request line and headers, without the empty line. */
  readonly head: string
  /** What `body` brings belongs to the head, which does not end. */
  readonly isHeadOpen?: true
  /** Read as far as the server takes it. */
  readonly body?: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
}

/** Sends a request and goes on sending its body until the server ends the connection, or the answer and the body are complete. */
export async function sendRaw(
  target: Place,
  index: number,
  { head, body = [], isHeadOpen }: RawRequest,
): Promise<Outcome> {
  const startedAt = performance.now()
  const socket = await open(target, index)
  let answer = ''
  let answeredMs = 0
  socket.on('data', (bytes) => {
    if (answer === '') answeredMs = performance.now() - startedAt
    if (answer.length < 8192) answer += bytes.toString('latin1')
  })
  // The server may close its side alone: nothing that is sent then is read.
  socket.once('end', () => socket.destroy())
  const closed = new Promise<void>((resolve) => {
    if (socket.destroyed) resolve()
    socket.once('close', () => resolve())
  })
  socket.write(isHeadOpen === true ? head : `${head}\r\n\r\n`)
  const taken = await sendAll(socket, body, closed)
  if (!socket.destroyed) await Promise.race([closed, answered(socket, () => answer)])
  socket.destroy()
  await closed
  const closedMs = performance.now() - startedAt
  const status = Number(/^HTTP\/1\.1 (?!100)(\d{3})/m.exec(answer)?.[1] ?? 0)
  return { status, taken, head: answer, answeredMs: answer === '' ? closedMs : answeredMs, closedMs }
}

/** Bytes that went out. */
async function sendAll(
  socket: Socket,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  closed: Promise<void>,
): Promise<number> {
  let taken = 0
  for await (const chunk of body) {
    if (socket.destroyed) break
    const written = new Promise<boolean>((resolve) => {
      socket.write(chunk, (error) => resolve(error === null || error === undefined))
    })
    if (!(await Promise.race([written, closed.then(() => false)]))) break
    taken += chunk.byteLength
  }
  return taken
}

function answered(socket: Socket, answer: () => string): Promise<void> {
  const isWhole = () => /\r\n\r\n/.test(answer().replace(/^HTTP\/1\.1 100 [^\r]*\r\n\r\n/, ''))
  return new Promise((resolve) => {
    if (isWhole()) resolve()
    socket.on('data', () => {
      if (isWhole()) resolve()
    })
  })
}

/** `size` bytes, in chunks of 64 KiB. */
export function* zeros(size: number, chunkSize = 65_536): Generator<Uint8Array> {
  const chunk = Buffer.alloc(chunkSize, '0')
  for (let left = size; left > 0; left -= chunkSize) yield left < chunkSize ? chunk.subarray(0, left) : chunk
}

/** Frames bytes as `Transfer-Encoding: chunked` does, without the last chunk. */
export function* chunked(body: Iterable<Uint8Array>): Generator<Uint8Array> {
  for (const bytes of body) {
    yield Buffer.concat([Buffer.from(`${bytes.byteLength.toString(16)}\r\n`), bytes, Buffer.from('\r\n')])
  }
}

/** Does `work` for all hostile clients at a time. */
export const everybody = <Result>(
  { clients }: Pick<Target, 'clients'>,
  work: (index: number) => Promise<Result>,
): Promise<readonly Result[]> => Promise.all(Array.from({ length: clients }, (_, index) => work(index)))

/** Ends no sooner than after so many seconds. */
export const until = (seconds: number): (() => boolean) => {
  const end = performance.now() + seconds * 1000
  return () => performance.now() < end
}

export const headOf = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string | number>>,
): string =>
  [`${method} ${path} HTTP/1.1`, ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join(
    '\r\n',
  )
