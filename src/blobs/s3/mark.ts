import { hash } from 'node:crypto'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { storageFailed } from '../failures.ts'
import { statusOf, toCoreError } from './failures.ts'
import type { Requests } from './requests.ts'

/** The object's name below the prefix. No segment has such a name. */
const NAME = 'stowage-blobs.id'
const MARK = /^[0-9a-f-]{1,64}$/

/** What tells these segments from those of any other bucket or prefix, and goes with them when they are copied. */
export class Mark {
  readonly #client: S3Client
  readonly #bucket: string
  readonly #key: string
  readonly #requests: Requests

  constructor(client: S3Client, bucket: string, prefix: string, requests: Requests) {
    this.#client = client
    this.#bucket = bucket
    this.#key = `${prefix}${NAME}`
    this.#requests = requests
  }

  /** Null where there is none. Errors: `storage-failed`, `unavailable`. */
  async read(): Promise<string | null> {
    try {
      const { Body: body } = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: this.#key }),
      )
      const mark = (await body?.transformToString())?.trim() ?? ''
      if (!MARK.test(mark)) throw storageFailed(`the object ${this.#key} is no mark of a store`)
      return mark
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw toCoreError(error)
    }
  }

  /** Errors: those of `read`. */
  async write(mark: string): Promise<void> {
    const bytes = Buffer.from(`${mark}\n`)
    const sums = { md5: hash('md5', bytes, 'base64') }
    await this.#requests.put(this.#key, { bytes, sums })
  }
}
