import { closeSync, openSync, writeSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Case, Contender, Opened } from '../frame/types.ts'
import { FILLING, type LoadRequest } from '../load/plan.ts'
import { send } from '../load/send.ts'
import { startReadFloor } from './floors.ts'
import { freshFolder } from './folder.ts'
import { iflytekForm } from './iflytek.ts'
import { NGINX, VERSITYGW } from './others.ts'
import { put } from './plain.ts'
import { S3_BUCKET, s3MakeBucket, s3Put, s3Signed } from './s3.ts'
import { type StowageOptions, startStowage } from './stowage.ts'

/** Reads of one object, whole or in ranges. */
export interface Reads extends Case {
  /** Bytes of each range; null for the whole. */
  readonly range: number | null
  readonly connections: number
  readonly seconds: number
}

const RANGES = 997
const MIB = 1024 ** 2

/** A started server with the object, and the request that reads all of it. */
interface Readable {
  readonly port: number
  readonly pids: readonly number[]
  readonly whole: LoadRequest
  stop(): Promise<void>
}

const reader = (
  name: string,
  missing: () => Promise<string | null>,
  objectSize: number,
  start: () => Promise<Readable>,
): Contender<Reads> => ({
  ...{ name, syncs: 'reads only', missing },
  open: async (): Promise<Opened<Reads>> => {
    const { port, pids, whole, stop } = await start()
    const turn = async ({ range, connections, seconds }: Reads) => {
      const requests = range === null ? [whole] : rangesOf(whole, range, objectSize)
      return { load: { port, connections, seconds, requests } }
    }
    return { pids, stop, turn }
  },
})

/** Ranges all over the object, the same for everybody. */
const rangesOf = (whole: LoadRequest, size: number, objectSize: number): readonly LoadRequest[] =>
  Array.from({ length: RANGES }, (_, index) => {
    const from = ((index + 1) * 7_919_777) % (objectSize - size)
    return { ...whole, status: 206, headers: { ...whole.headers, range: `bytes=${from}-${from + size - 1}` } }
  })

const there = async (): Promise<null> => null

const UNCHECKED = resolve(import.meta.dirname, 'unchecked.ts')

async function stowage(size: number, options: StowageOptions = {}): Promise<Readable> {
  const server = await startStowage(options)
  const body = await send(server.port, iflytekForm(server.port, '/file/upload', size))
  const { data } = JSON.parse(body.toString()) as { readonly data: { readonly url: string } }
  const { pathname, search } = new URL(data.url)
  return { ...server, whole: { method: 'GET', path: pathname + search } }
}

async function versitygw(size: number): Promise<Readable> {
  const server = await VERSITYGW.start()
  await send(server.port, s3MakeBucket(server.port))
  await send(server.port, s3Put(server.port, 'object', size))
  return { ...server, whole: s3Signed(server.port, { method: 'GET', path: `/${S3_BUCKET}/object` }) }
}

async function nginx(size: number): Promise<Readable> {
  const server = await NGINX.start()
  await send(server.port, put('/object', size, { status: 201 }))
  return { ...server, whole: { method: 'GET', path: '/object' } }
}

async function floor(size: number, mode: 'checked' | 'unchecked'): Promise<Readable> {
  const folder = freshFolder()
  const path = join(folder.path, 'object')
  const file = openSync(path, 'w')
  for (let at = 0; at < size; at += MIB) writeSync(file, FILLING, 0, Math.min(MIB, size - at))
  closeSync(file)
  const server = await startReadFloor(path, mode)
  const stop = async (): Promise<void> => {
    await server.stop()
    folder.remove()
  }
  return { ...server, whole: { method: 'GET', path: '/' }, stop }
}

/** Who serves an object of `size` bytes. */
export const readersOf = (size: number): readonly Contender<Reads>[] => [
  reader('Stowage (iflytek-ost)', there, size, () => stowage(size)),
  reader('Stowage, checks off', there, size, () => stowage(size, { main: UNCHECKED })),
  reader('versitygw', VERSITYGW.missing, size, () => versitygw(size)),
  reader('nginx', NGINX.missing, size, () => nginx(size)),
  reader('Node: two buffers, checked', there, size, () => floor(size, 'checked')),
  reader('Node: two buffers, unchecked', there, size, () => floor(size, 'unchecked')),
]
