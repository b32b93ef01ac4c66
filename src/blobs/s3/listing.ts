import {
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { TimeMs } from '../../core/clock.ts'
import { parseSegmentName, type SegmentName } from '../../core/ids.ts'
import type { OpenAssembly } from '../../core/ports/assembly.ts'
import type { StoredNames } from '../../core/ports/blobs.ts'
import { storageFailed } from '../failures.ts'
import { shardedPath } from '../sharded-path.ts'
import { codeOf, statusOf, toCoreError } from './failures.ts'
import type { Requests } from './requests.ts'

/** Which of these are assemblies that nobody but their owner may end. */
export type FindInUse = (names: readonly SegmentName[]) => Promise<readonly OpenAssembly[]>

interface StoredObject {
  readonly key: string
  readonly size: number
}

/** Of one request, in every S3 store. */
const REMOVALS_MAX = 1000
const REMOVALS_AT_ONCE = 8

/** The segments of a bucket below a prefix, as many. */
export class Listing {
  readonly #client: S3Client
  readonly #bucket: string
  readonly #prefix: string
  readonly #requests: Requests
  /** Some stores remove one at a time. */
  #canRemoveMany = true

  constructor(client: S3Client, bucket: string, prefix: string, requests: Requests) {
    this.#client = client
    this.#bucket = bucket
    this.#prefix = prefix
    this.#requests = requests
  }

  /** The names of segments, some at a time. What else lies in a bucket may be anybody's. */
  async *stored(): AsyncGenerator<StoredNames> {
    for await (const page of this.#pages(this.#prefix)) {
      yield { segments: page.flatMap(({ key }) => this.#nameOf(key)), others: [] }
    }
  }

  /** All objects below a prefix, in the store's order; sizes in bytes. */
  async *objects(prefix: string): AsyncGenerator<StoredObject> {
    for await (const page of this.#pages(prefix)) yield* page
  }

  async *#pages(prefix: string): AsyncGenerator<readonly StoredObject[]> {
    let token: string | undefined
    do {
      const command = new ListObjectsV2Command({
        ...{ Bucket: this.#bucket, Prefix: prefix },
        ...(token === undefined ? {} : { ContinuationToken: token }),
      })
      const page = await this.#client.send(command).catch(rethrow)
      yield (page.Contents ?? []).map(({ Key: key = '', Size: size = 0 }) => ({ key, size }))
      token = nextToken(page.IsTruncated, page.NextContinuationToken)
    } while (token !== undefined)
  }

  /** Removes objects; tries all before it fails. */
  async remove(keys: readonly string[]): Promise<void> {
    const failures: unknown[] = []
    for (let at = 0; at < keys.length; at += REMOVALS_MAX) {
      await this.#removeBatch(keys.slice(at, at + REMOVALS_MAX)).catch((error: unknown) =>
        failures.push(error),
      )
    }
    if (failures.length > 0) throw toCoreError(failures[0])
  }

  /**
   * Ends the uploads that were begun before a time and never completed, but for those in use. Returns how many: none where the store has no
   * list of them.
   */
  async sweep(before: TimeMs, findInUse: FindInUse): Promise<number> {
    let swept = 0
    let marker: { readonly KeyMarker: string; readonly UploadIdMarker?: string } | undefined
    do {
      const command = new ListMultipartUploadsCommand({
        ...{ Bucket: this.#bucket, Prefix: this.#prefix },
        ...marker,
      })
      const page = await this.#client.send(command).catch(nothingIfUnsupported)
      const stale = (page.Uploads ?? []).flatMap(({ Key: key = '', UploadId: token, Initiated: begun }) => {
        const isStale = token !== undefined && begun !== undefined && begun.getTime() < before
        return isStale ? this.#nameOf(key).map((name) => ({ key, name, token })) : []
      })
      const inUse = stale.length === 0 ? [] : await findInUse(stale.map(({ name }) => name))
      for (const { key, name, token } of stale) {
        if (inUse.some((assembly) => assembly.name === name && assembly.token === token)) continue
        await this.#requests.abandon(key, token)
        swept += 1
      }
      const { NextKeyMarker: nextKey, NextUploadIdMarker: nextId } = page
      const next = nextToken(page.IsTruncated, nextKey)
      marker =
        next === undefined ? undefined : { KeyMarker: next, ...(nextId ? { UploadIdMarker: nextId } : {}) }
    } while (marker !== undefined)
    return swept
  }

  /** The name of the segment at a key, or none where other things lie. */
  #nameOf(key: string): readonly SegmentName[] {
    const name = parseSegmentName(key.slice(key.lastIndexOf('/') + 1))
    return name !== null && key === `${this.#prefix}${shardedPath(name)}` ? [name] : []
  }

  async #removeBatch(keys: readonly string[]): Promise<void> {
    if (this.#canRemoveMany) {
      try {
        await this.#removeMany(keys)
        return
      } catch (error) {
        if (!isUnsupported(error)) throw error
        this.#canRemoveMany = false
      }
    }
    await this.#removeEach(keys)
  }

  async #removeMany(keys: readonly string[]): Promise<void> {
    const { Errors: errors = [] } = await this.#client.send(
      new DeleteObjectsCommand({
        Bucket: this.#bucket,
        Delete: { Objects: keys.map((key) => ({ Key: key })), Quiet: true },
      }),
    )
    const failed = errors.find(({ Code: code }) => code !== 'NoSuchKey')
    if (failed !== undefined)
      throw storageFailed(`the S3 store could not remove: ${failed.Code ?? 'no reason'}`)
  }

  /** Fails with the first failure once all were tried. */
  async #removeEach(keys: readonly string[]): Promise<void> {
    const failures: unknown[] = []
    const rest = keys.values()
    const run = async () => {
      for (const key of rest) {
        await this.#requests.remove(key).catch((error: unknown) => failures.push(error))
      }
    }
    await Promise.all(Array.from({ length: REMOVALS_AT_ONCE }, run))
    if (failures.length > 0) throw failures[0]
  }
}

/** An empty page where the store does not list such things. */
function nothingIfUnsupported(
  error: unknown,
): Pick<
  ListMultipartUploadsCommandOutput,
  'Uploads' | 'IsTruncated' | 'NextKeyMarker' | 'NextUploadIdMarker'
> {
  if (isUnsupported(error)) return {}
  throw toCoreError(error)
}

function isUnsupported(error: unknown): boolean {
  const status = statusOf(error)
  return status === 405 || status === 501 || codeOf(error) === 'NotImplemented'
}

/** Where a list goes on. A store that says it does but not where would make it endless. */
function nextToken(isTruncated: boolean | undefined, token: string | undefined): string | undefined {
  if (isTruncated !== true) return undefined
  if (token === undefined || token === '')
    throw storageFailed('the S3 store told no way to the rest of a list')
  return token
}

function rethrow(error: unknown): never {
  throw toCoreError(error)
}
