import type { Readable } from 'node:stream'
import { setTimeout } from 'node:timers/promises'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { DamageKind } from '../../core/model/damages.ts'
import type { ReadOptions } from '../../core/ports/blobs.ts'
import { damaged, storageFailed } from '../failures.ts'
import type { ReadChunk, ReadMemory } from '../read-memory.ts'
import { codeOf, toCoreError } from './failures.ts'

/** How often a read goes on over a new connection before enough bytes have come through the last ones. */
const RESUMES_MAX = 5
/** So many bytes make up for a broken connection. */
const PROGRESS_SIZE = 256 * 1024
const RESUME_DELAY_MS = 20

/**
 * Bytes `start` to `end` (exclusive) of an object, no faster than they are consumed. A connection that breaks is replaced
 * by one that goes on where it broke. Errors: `storage-failed`, `unavailable`.
 */
export async function* readObject(
  client: S3Client,
  bucket: string,
  key: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = start
  let progress = 0
  let breaks = 0
  while (at < end) {
    const body = await openRange(client, bucket, key, at, end)
    try {
      for await (const chunk of body as AsyncIterable<Uint8Array>) {
        at += chunk.byteLength
        progress += chunk.byteLength
        if (at > end) throw storageFailed('the S3 store sent more than it was asked for')
        yield chunk
      }
    } catch (error) {
      if (!isBreak(error, body)) throw error
    } finally {
      body.destroy()
    }
    if (at >= end) return
    if (progress >= PROGRESS_SIZE) breaks = 0
    progress = 0
    breaks += 1
    if (breaks > RESUMES_MAX) throw storageFailed('the connection to the S3 store broke again and again')
    await setTimeout(RESUME_DELAY_MS * 2 ** breaks)
  }
}

async function openRange(
  client: S3Client,
  bucket: string,
  key: string,
  start: number,
  end: number,
): Promise<Readable> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=${start}-${end - 1}` })
  const { Body: body, ContentLength: size } = await client.send(command).catch(rethrow)
  if (body === undefined) throw storageFailed('the S3 store sent no body')
  const stream = body as unknown as Readable
  if (size !== end - start) {
    stream.destroy()
    throw damaged('short', 'a segment ends before its size')
  }
  return stream
}

/** Whether the stream failed, and not the consumer, nor a check. */
const isBreak = (error: unknown, body: Readable): boolean => body.errored !== null && body.errored === error

const DAMAGES: ReadonlyMap<string, DamageKind> = new Map([
  ['NoSuchKey', 'missing'],
  ['InvalidRange', 'short'],
])

function rethrow(error: unknown): never {
  const kind = DAMAGES.get(codeOf(error))
  throw kind === undefined ? toCoreError(error) : damaged(kind, toCoreError(error).message, error)
}

/** Gathers pieces of any size to chunks of a reader's own; `size` bytes come in all. */
export async function* inGrains(
  pieces: AsyncIterable<Uint8Array>,
  size: number,
  memory: ReadMemory,
  options: ReadOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let left = size
  let chunk: ReadChunk | null = null
  let filled = 0
  try {
    for await (const piece of pieces) {
      for (let at = 0; at < piece.byteLength; ) {
        chunk ??= memory.take(left, options)
        const taken = piece.subarray(at, at + chunk.bytes.byteLength - filled)
        chunk.bytes.set(taken, filled)
        at += taken.byteLength
        filled += taken.byteLength
        if (filled < chunk.bytes.byteLength) continue
        left -= filled
        filled = 0
        yield chunk.bytes
        chunk.giveBack()
        chunk = null
      }
    }
  } finally {
    chunk?.leave()
  }
}
