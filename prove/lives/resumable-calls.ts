import { createHash } from 'node:crypto'
import { ticketFor } from '../../test/dialects/resumable/rig.ts'
import type { Call, Reply } from '../wire.ts'
import { type Question, type Reading, TryAgain } from '../world.ts'
import { BUCKET } from './s3-calls.ts'

/** A piece of an upload of `size` bytes, from `offset` on. */
export interface Piece {
  readonly offset: number
  readonly bytes: Uint8Array
  readonly size: number
}

/** How far an upload is, and whether it has become an object. */
export interface Told {
  readonly offset: number
  readonly isWhole: boolean
}

/** A protocol by which uploads go on where they broke off. */
export interface Protocol {
  readonly name: string
  begin(key: string, size: number): Call
  piece(path: string, piece: Piece, isChecked: boolean): Call
  tell(path: string): Call
  cancel(path: string): Call
  /** What an answer says; null where it says nothing of this. */
  told(reply: Reply, size: number): Told | null
}

const ticket = (): string => ticketFor({ bucket: BUCKET, target: { prefix: '' } })

const OK = [200, 201, 204]

const TUS_VERSION = { 'tus-resumable': '1.0.0' }

export const TUS: Protocol = {
  name: 'tus',
  begin: (key, size) => ({
    ...{ method: 'POST', target: '/uploads' },
    headers: {
      ...{ ...TUS_VERSION, 'upload-ticket': ticket(), 'upload-length': String(size) },
      'upload-metadata': `key ${Buffer.from(key).toString('base64')}`,
    },
  }),
  piece: (target, { offset, bytes }, isChecked) => ({
    ...{ method: 'PATCH', target, body: bytes },
    headers: {
      ...{ ...TUS_VERSION, 'upload-offset': String(offset) },
      'content-type': 'application/offset+octet-stream',
      ...(isChecked
        ? { 'upload-checksum': `sha1 ${createHash('sha1').update(bytes).digest('base64')}` }
        : {}),
    },
  }),
  tell: (target) => ({ method: 'HEAD', target, headers: TUS_VERSION }),
  cancel: (target) => ({ method: 'DELETE', target, headers: TUS_VERSION }),
  told: ({ status, headers }, size) => {
    const offset = Number(headers['upload-offset'])
    return OK.includes(status) ? { offset, isWhole: offset === size } : null
  },
}

export const DRAFT: Protocol = {
  name: 'draft',
  begin: (key) => ({
    ...{ method: 'POST', target: `/uploads?key=${key}` },
    headers: { 'upload-ticket': ticket(), 'upload-complete': '?0' },
  }),
  piece: (target, { offset, bytes, size }, isChecked) => ({
    ...{ method: 'PATCH', target, body: bytes },
    headers: {
      ...{ 'content-type': 'application/partial-upload', 'upload-offset': String(offset) },
      'upload-complete': offset + bytes.byteLength === size ? '?1' : '?0',
      ...(isChecked
        ? { 'content-digest': `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:` }
        : {}),
    },
  }),
  tell: (target) => ({ method: 'HEAD', target }),
  cancel: (target) => ({ method: 'DELETE', target }),
  told: ({ status, headers }) => {
    if (!OK.includes(status)) return null
    return { offset: Number(headers['upload-offset']), isWhole: headers['upload-complete'] === '?1' }
  },
}

/** Answers the path of the upload. Who asks again begins another one. */
export function begin(protocol: Protocol, key: string, size: number): Question<string> {
  const read: Reading<string> = ({ status, headers }) =>
    status === 201 ? new URL(String(headers.location)).pathname : undefined
  return { what: `${protocol.name} creation`, call: () => protocol.begin(key, size), read }
}

/** An upload that was begun. */
export interface Going {
  readonly protocol: Protocol
  readonly path: string
}

export interface Sending extends Going {
  readonly piece: Piece
  /** Then all of it is taken, or nothing. */
  readonly isChecked: boolean
}

/** Sends a piece. Where that has no answer, it is asked how far the upload is. */
export function sendPiece({ protocol, path, piece, isChecked }: Sending): Question<Told> {
  let isSent = false
  const call = (): Call => {
    if (isSent) return protocol.tell(path)
    isSent = true
    return protocol.piece(path, piece, isChecked)
  }
  return { what: `${protocol.name} piece`, call, read: (reply) => toldOf(protocol, reply, piece.size) }
}

/** What is told; another try where somebody else adds to the upload just now, or has made it whole. */
function toldOf(protocol: Protocol, reply: Reply, size: number): Told | undefined {
  if (reply.status === 409) throw new TryAgain()
  return protocol.told(reply, size) ?? undefined
}

/** Bytes of `all`, by whoever asks: answered once those up to `end` are there, and where these are all, once the upload is whole. */
export function reach(
  { protocol, path }: Going,
  all: Uint8Array,
  { from, end }: { readonly from: number; readonly end: number },
): Question<string> {
  const size = all.byteLength
  let known: number | null = from
  const call = (): Call => {
    const offset = known
    known = null
    if (offset === null) return protocol.tell(path)
    return protocol.piece(path, { offset, bytes: all.subarray(offset, end), size }, false)
  }
  const read: Reading<string> = (reply) => {
    const told = toldOf(protocol, reply, size)
    if (told === undefined) return
    if (told.isWhole || (end < size && told.offset >= end)) return `at ${end}`
    known = told.offset
    throw new TryAgain()
  }
  return { what: `${protocol.name} piece`, call, read }
}

export function cancellation(protocol: Protocol, path: string): Question<'done'> {
  const read: Reading<'done'> = ({ status }, isRepeated) =>
    status === 204 || (isRepeated && status === 404) ? 'done' : undefined
  return { what: `${protocol.name} cancellation`, call: () => protocol.cancel(path), read }
}

/** Asks for an upload that was given up. */
export function absence(protocol: Protocol, path: string): Question<'gone'> {
  const read: Reading<'gone'> = ({ status }) => (status === 404 ? 'gone' : undefined)
  return { what: `${protocol.name} of what was given up`, call: () => protocol.tell(path), read }
}
