import { setTimeout as pause } from 'node:timers/promises'
import { Crc64 } from '../../../src/core/bytes/crc64.ts'
import { RawClient } from '../../support/http-kit.ts'
import {
  type Body,
  type CallOptions,
  LIBRARIES,
  type LibraryName,
  type Params,
  type Rig,
  type SmhAnswer,
  type SmhClient,
} from './rig.ts'

/** The path of a space's files below `/api/v1/`. */
export const filesOf = (library: LibraryName = 'file', space = '-'): string =>
  `file/${LIBRARIES[library].id}/${space}`

export const MIB = 1024 ** 2

/** Bytes that differ from place to place; others for another seed. */
export function bytesOf(size: number, seed = 0): Buffer {
  const bytes = Buffer.alloc(size)
  for (let at = 0; at < size; at++) bytes[at] = (at + seed) % 251
  return bytes
}

export function crc64Of(bytes: Uint8Array): string {
  const crc64 = new Crc64()
  crc64.update(bytes)
  return crc64.digest()
}

/** Which upload call; a multipart start and those of its life have flags. */
export interface TaskCalls {
  start(
    kind: 'simple' | 'form' | 'multipart',
    path: string,
    query?: Params,
    options?: CallOptions,
  ): Promise<SmhAnswer>
  /** As `start`, for one that has to make a task. */
  begin(
    kind: 'simple' | 'form' | 'multipart',
    path: string,
    query?: Params,
    options?: CallOptions,
  ): Promise<Body>
  renew(confirmKey: string, query?: Params, json?: unknown): Promise<SmhAnswer>
  status(confirmKey: string, query?: Params): Promise<SmhAnswer>
  confirm(confirmKey: string, query?: Params, json?: unknown): Promise<SmhAnswer>
  abort(confirmKey: string, query?: Params): Promise<SmhAnswer>
}

/** The calls of uploads in one space with one token. */
export function callsOf(client: SmhClient, access_token: string, files = filesOf()): TaskCalls {
  const { call, expect } = client
  const at = (confirmKey: string) => `${files}/${confirmKey}`
  const method = (kind: string) => (kind === 'simple' ? 'PUT' : 'POST')
  const flags = (kind: string): Params => (kind === 'multipart' ? { multipart: null } : {})
  const sent = (json: unknown): CallOptions => (json === undefined ? {} : { json })
  return {
    start: (kind, path, query, options) =>
      call(method(kind), `${files}/${path}`, { ...flags(kind), access_token, ...query }, options),
    begin: (kind, path, query, options) =>
      expect(201, method(kind), `${files}/${path}`, { ...flags(kind), access_token, ...query }, options),
    renew: (key, query, json) => call('POST', at(key), { renew: null, access_token, ...query }, sent(json)),
    status: (key, query) => call('GET', at(key), { upload: null, access_token, ...query }),
    confirm: (key, query, json) =>
      call('POST', at(key), { confirm: null, access_token, ...query }, sent(json)),
    abort: (key, query) => call('DELETE', at(key), { upload: null, access_token, ...query }),
  }
}

/** Begins a multipart task and sends its parts, numbered from 1. */
export async function sendParts(
  client: SmhClient,
  calls: TaskCalls,
  path: string,
  parts: readonly Uint8Array[],
  query: Params = {},
): Promise<Body> {
  const task = await calls.begin('multipart', path, query)
  for (const [index, bytes] of parts.entries()) {
    const { status, bytes: answer } = await client.putPart(task, index + 1, bytes)
    if (status !== 200) throw new Error(`part ${index + 1} was answered ${status}: ${answer}`)
  }
  return task
}

/** Headers of an answer as they are sent. */
export const stringsOf = (
  headers: Readonly<Record<string, string | number>> = {},
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))

/** A PUT that announces `size` bytes, sends `sent` of them and goes away. Resolves when the server has done with it. */
export async function cutOff(
  { server }: Rig,
  url: URL,
  headers: Readonly<Record<string, string>>,
  { size, sent }: { readonly size: number; readonly sent: number },
): Promise<void> {
  const logged = () => server.logLines.filter((line) => line.includes('"dialect":"object-plane/cos"')).length
  const before = logged()
  const client = await RawClient.connect(server.port)
  const lines = Object.entries({ host: url.host, ...headers, 'content-length': String(size) })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  client.send(`PUT ${url.pathname}${url.search} HTTP/1.1\r\n${head}\r\n`)
  client.send(bytesOf(sent))
  client.socket.end()
  await client.closed
  while (logged() === before) await pause(5)
}
