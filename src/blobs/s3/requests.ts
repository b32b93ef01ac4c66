import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { storageFailed } from '../failures.ts'
import { attemptsOf, codeOf, statusOf, toCoreError } from './failures.ts'
import type { Sums } from './jobs.ts'

/** What one request carries. */
export interface Payload {
  readonly bytes: Buffer
  readonly sums: Sums
}

export interface SentPart {
  readonly PartNumber: number
  readonly ETag: string
}

/** What has to be known of a slot's parts to complete the upload that they are of; in ascending order of number. */
export const receiptOf = (parts: readonly SentPart[]): string =>
  JSON.stringify(parts.map(({ PartNumber, ETag }) => [PartNumber, ETag]))

export const partsOf = (receipt: string): readonly SentPart[] =>
  (JSON.parse(receipt) as [number, string][]).map(([PartNumber, ETag]) => ({ PartNumber, ETag }))

const MD5 = /^"?([0-9a-f]{32})"?$/

/** The requests that write a segment, each checked by its answer. Errors: those of `toCoreError`. */
export class Requests {
  readonly #client: S3Client
  readonly #bucket: string

  constructor(client: S3Client, bucket: string) {
    this.#client = client
    this.#bucket = bucket
  }

  /** Writes an object of one piece. */
  async put(key: string, { bytes, sums }: Payload): Promise<void> {
    const command = new PutObjectCommand({
      ...{ Bucket: this.#bucket, Key: key, Body: bytes },
      ...{ ContentLength: bytes.byteLength, ContentMD5: sums.md5, ContentType: 'application/octet-stream' },
    })
    command.middlewareStack.add(coveredByMd5, { step: 'build', name: 'coveredByMd5' })
    const answer = await this.#client.send(command).catch(rethrow)
    requireSame(answer, sums)
  }

  /** Begins an object of many parts; returns the upload's id. */
  async begin(key: string): Promise<string> {
    const command = new CreateMultipartUploadCommand({
      ...{ Bucket: this.#bucket, Key: key, ContentType: 'application/octet-stream' },
    })
    const { UploadId } = await this.#client.send(command).catch(rethrow)
    if (UploadId === undefined) throw storageFailed('the S3 store gave no upload id')
    return UploadId
  }

  async part(
    key: string,
    upload: string,
    number: number,
    { bytes, sums }: Payload,
    signal: AbortSignal,
  ): Promise<SentPart> {
    const command = new UploadPartCommand({
      ...{ Bucket: this.#bucket, Key: key, UploadId: upload, PartNumber: number, Body: bytes },
      ...{ ContentLength: bytes.byteLength, ContentMD5: sums.md5 },
    })
    command.middlewareStack.add(coveredByMd5, { step: 'build', name: 'coveredByMd5' })
    const answer = await this.#client.send(command, { abortSignal: signal }).catch(rethrow)
    return { PartNumber: number, ETag: requireSame(answer, sums) }
  }

  /** Makes the object of its parts, and checks that it has all `size` bytes. */
  async complete(key: string, upload: string, parts: readonly SentPart[], size: number): Promise<void> {
    const command = new CompleteMultipartUploadCommand({
      ...{ Bucket: this.#bucket, Key: key, UploadId: upload, MultipartUpload: { Parts: [...parts] } },
    })
    await this.#client.send(command).catch((error: unknown) => {
      // The answer to an earlier try was lost: whether that one succeeded, the size tells.
      if (codeOf(error) !== 'NoSuchUpload' || attemptsOf(error) < 2) rethrow(error)
    })
    const { ContentLength: stored } = await this.#client
      .send(new HeadObjectCommand({ Bucket: this.#bucket, Key: key }))
      .catch(rethrow)
    if (stored !== size) throw storageFailed(`the S3 store has ${stored} bytes of ${size}`)
  }

  /** Asks once for the object of an upload's parts; returns what the store says its tag is. */
  async completeOnce(key: string, upload: string, parts: readonly SentPart[]): Promise<string> {
    const command = new CompleteMultipartUploadCommand({
      ...{ Bucket: this.#bucket, Key: key, UploadId: upload, MultipartUpload: { Parts: [...parts] } },
    })
    const { ETag: tag = '' } = await this.#client.send(command).catch(rethrow)
    return tag
  }

  /** Ends an upload and gives up its parts; one that is not there is fine. */
  async abandon(key: string, upload: string): Promise<void> {
    const command = new AbortMultipartUploadCommand({ Bucket: this.#bucket, Key: key, UploadId: upload })
    await this.#client.send(command).catch((error: unknown) => {
      if (statusOf(error) !== 404) rethrow(error)
    })
  }

  /** An object's size and tag; null where there is none. */
  async stat(key: string): Promise<{ readonly size: number; readonly tag: string } | null> {
    try {
      const command = new HeadObjectCommand({ Bucket: this.#bucket, Key: key })
      const { ContentLength: size, ETag: tag } = await this.#client.send(command)
      if (size === undefined || tag === undefined) throw storageFailed('the S3 store gave no size or no ETag')
      return { size, tag }
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw toCoreError(error)
    }
  }

  /** Copies an object within the bucket, its bytes alone; false where there is none. */
  async copy(from: string, to: string): Promise<boolean> {
    const source = [this.#bucket, ...from.split('/')].map(encodeURIComponent).join('/')
    try {
      await this.#client.send(
        new CopyObjectCommand({
          ...{ Bucket: this.#bucket, Key: to, CopySource: source },
          ...{ MetadataDirective: 'REPLACE', ContentType: 'application/octet-stream' },
        }),
      )
      return true
    } catch (error) {
      if (codeOf(error) === 'NoSuchKey') return false
      throw toCoreError(error)
    }
  }

  /** Removes an object; one that is not there is fine. */
  async remove(key: string): Promise<void> {
    await this.#client
      .send(new DeleteObjectCommand({ Bucket: this.#bucket, Key: key }))
      .catch((error: unknown) => {
        if (statusOf(error) !== 404) rethrow(error)
      })
  }
}

/**
 * The signature covers the bytes by their Content-MD5, which is a signed header and which every store compares: a SHA-256 beside it would cost
 * more than all else, here and there (docs.aws.amazon.com, "Authenticating Requests: Using the Authorization Header").
 */
const coveredByMd5 =
  <Args extends { request: unknown }, Answer>(next: (args: Args) => Promise<Answer>) =>
  (args: Args): Promise<Answer> => {
    const { headers } = args.request as { headers: Record<string, string> }
    headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD'
    return next(args)
  }

/**
 * Returns the answer's tag. It is the bytes' MD5 unless the store encrypts with keys of its own or has another way with
 * tags; then the check is the store's alone.
 */
function requireSame(
  answer: {
    ETag?: string | undefined
    SSEKMSKeyId?: string | undefined
    ServerSideEncryption?: string | undefined
  },
  { md5 }: Sums,
): string {
  const { ETag: tag } = answer
  if (tag === undefined) throw storageFailed('the S3 store gave no ETag')
  const isPlain = answer.SSEKMSKeyId === undefined && !answer.ServerSideEncryption?.startsWith('aws:kms')
  const told = isPlain ? MD5.exec(tag)?.[1] : undefined
  if (told !== undefined && told !== Buffer.from(md5, 'base64').toString('hex')) {
    throw storageFailed('the S3 store has other bytes than were sent')
  }
  return tag
}

function rethrow(error: unknown): never {
  throw toCoreError(error)
}
