import { Crc64 } from '../../../core/bytes/crc64.ts'
import type { Core } from '../../../core/core.ts'
import type { AccountId } from '../../../core/ids.ts'
import { stableName } from '../../../core/model/buckets.ts'
import type { SegmentFacts, Staged } from '../../../core/model/bytes.ts'
import type { JsonObject } from '../../../core/model/json.ts'
import type { Upload } from '../../../core/model/uploads.ts'
import type { Reach } from '../../../core/rules/rights.ts'
import { BUCKET } from '../model/resource.ts'
import type { VolcengineVmsOptions } from '../options.ts'

/** Bytes that a PUT may have. This is well above the limit of voice files: the commit answers that one. */
export const PUT_SIZE_MAX = 16 * 1024 * 1024

/** The number of an upload's only part. */
export const PART = 1
const LIMITS = {
  partNumberMin: PART,
  partNumberMax: PART,
  partSizeMin: 0,
  partSizeMax: PUT_SIZE_MAX,
  sizeMax: PUT_SIZE_MAX,
}

/** The object key of a FileName. */
export const fileKey = (fileName: string): string => FILE_PREFIX + fileName

const FILE_PREFIX = 'file/'

/** The FileName of an object key; null for a key that no upload has. */
export const fileNameOf = (key: string): string | null =>
  key.startsWith(FILE_PREFIX) ? key.slice(FILE_PREFIX.length) : null

/**
 * Where an object is in the names that keys are limited to: the bucket is `vms`, the key a FileName. Resources that were not
 * uploaded have none.
 */
export const reachOf = (key: string): Reach => ({
  bucket: stableName(BUCKET),
  key: fileNameOf(key) ?? '',
})

export interface NewUpload {
  readonly account: AccountId
  /** The FileName, or a text with a slash, which no FileName has. */
  readonly ref: string
  readonly key: string
  readonly sizeNamed?: number
  /** What it has beside its own attributes. */
  readonly attributes?: JsonObject
}

/**
 * Starts an upload, or finds the open one of the same `ref`. If clients reach the blob store, `landing` is the upload's name there
 * for its whole life.
 */
export function beginUpload(
  core: Core,
  options: VolcengineVmsOptions,
  { sizeNamed, ...upload }: NewUpload,
): Promise<Upload> {
  const expiresAt = core.clock.now() + options.uploadTtlS * 1000
  const landing = core.landing === null ? {} : { landing: core.landing.newName() }
  const attributes = { ...upload.attributes, ...landing }
  const limits = sizeNamed === undefined ? LIMITS : { ...LIMITS, sizeNamed }
  return core.uploads.begin({ ...upload, bucket: BUCKET, limits, attributes, expiresAt })
}

/**
 * Stores all bytes of an upload. They replace earlier ones. Starts the upload if there is none. Takes over
 * `staged`, also when it fails.
 */
export async function storeBytes(
  core: Core,
  options: VolcengineVmsOptions,
  upload: NewUpload,
  staged: Staged,
): Promise<Upload> {
  let started: Upload
  try {
    started = await beginUpload(core, options, upload)
  } catch (error) {
    await core.staging.discard(staged)
    throw error
  }
  await core.uploads.attach({ account: started.account, id: started.id }, PART, staged)
  return started
}

/** Whether the upload still takes bytes. */
export const isWaiting = (core: Core, upload: Upload): boolean =>
  upload.state === 'open' && core.clock.now() < upload.expiresAt

/** What is known of bytes that wait: the size of all, and digests as far as they are known of the whole. */
export type WaitingBytes = Pick<SegmentFacts, 'size' | 'digests'>

/** The bytes that wait in an upload. Null: there are none, or the upload is over. */
export async function waitingBytes(core: Core, upload: Upload): Promise<WaitingBytes | null> {
  if (!isWaiting(core, upload)) return null
  const parts = await core.uploads.listParts(
    { account: upload.account, id: upload.id },
    { limit: PIECES_MAX },
  )
  const [first, ...others] = parts.map(({ facts }) => facts)
  if (first === undefined || others.length === 0) return first ?? null
  const crc64 = Crc64.ofParts([first, ...others])
  const size = others.reduce((sum, facts) => sum + facts.size, first.size)
  return { size, digests: crc64 === undefined ? {} : { crc64 } }
}

/** Pieces of bytes that came one after another: more than so few bytes can have, since small ones join. */
const PIECES_MAX = 10_000
