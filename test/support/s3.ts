import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import {
  DeleteObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { atEnd } from './at-end.ts'
import {
  createBucket,
  S3_MISSING,
  type S3Bucket,
  type S3Server,
  s3ServerMissing,
  startS3,
} from './s3-server.ts'

export {
  type Keys,
  type S3Bucket,
  type S3Server,
  s3ServerMissing,
  startS3,
  uploadsHidden,
} from './s3-server.ts'

/** Why there is no S3 store to test with, or false where there is one. */
export const withoutS3: string | false = process.env.STOWAGE_TEST_S3 === undefined && s3ServerMissing()

/** Registers `suites` where they can run; else one skipped test, which fails where a server could have been built. */
export function describeS3(name: string, suites: () => void): void {
  if (withoutS3 === false) {
    suites()
    return
  }
  const mustRun = process.env.CI !== undefined && hasGo()
  test(name, mustRun ? {} : { skip: withoutS3 }, () => assert.fail(S3_MISSING))
}

let shared: Promise<S3Server> | null = null
/** Below the bucket of `STOWAGE_TEST_S3`. */
const usedUrls: string[] = []

/**
 * An own prefix in the bucket of `STOWAGE_TEST_S3`, or a bucket of the server that all files of the run share, or else of one
 * that this process starts.
 */
export async function newBucket(): Promise<S3Bucket> {
  const given = process.env.STOWAGE_TEST_S3
  if (given !== undefined) {
    const url = withPrefix(given, `test-${randomBytes(6).toString('hex')}`)
    usedUrls.push(url)
    return { url }
  }
  const running = process.env.STOWAGE_TEST_S3_SERVER
  if (running !== undefined) return await createBucket(JSON.parse(running))
  shared ??= startS3()
  return await (await shared).newBucket()
}

/** The same bucket below one more prefix, for a store that starts out empty. */
export const inPrefix = ({ url, ...bucket }: S3Bucket): S3Bucket => ({
  ...bucket,
  url: withPrefix(url, randomBytes(6).toString('hex')),
})

atEnd(async () => {
  await (await shared)?.close()
  for (const url of usedUrls) await removeAll(url)
})

/** The keys of the multipart uploads of a bucket that were neither completed nor aborted. */
export async function openUploads(bucket: S3Bucket): Promise<readonly string[]> {
  const { client, of } = clientOf(bucket)
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(of))
  client.destroy()
  return Uploads.map(({ Key = '' }) => Key)
}

/** The sizes of a bucket's segments, in ascending order. */
export async function objectSizes(bucket: S3Bucket): Promise<readonly number[]> {
  const { client, of } = clientOf(bucket)
  const { Contents = [] } = await client.send(new ListObjectsV2Command(of))
  client.destroy()
  const segments = Contents.filter(({ Key = '' }) => !Key.endsWith('.id'))
  return segments.map(({ Size = 0 }) => Size).toSorted((a, b) => a - b)
}

function clientOf({ url: text, keys }: S3Bucket) {
  const url = new URL(text)
  const { endpoint, region = 'us-east-1', path_style } = Object.fromEntries(url.searchParams)
  const client = new S3Client({
    ...{ region, forcePathStyle: path_style === 'true' },
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(keys === undefined ? {} : { credentials: keys }),
  })
  return { client, of: { Bucket: url.hostname, Prefix: `${url.pathname.slice(1)}/`.replace(/^\/$/, '') } }
}

async function removeAll(url: string): Promise<void> {
  const { client, of } = clientOf({ url })
  for (;;) {
    const { Contents: objects = [] } = await client.send(new ListObjectsV2Command(of))
    if (objects.length === 0) break
    for (const { Key: key } of objects) {
      await client.send(new DeleteObjectCommand({ Bucket: of.Bucket, Key: key }))
    }
  }
  client.destroy()
}

function withPrefix(text: string, prefix: string): string {
  const url = new URL(text)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${prefix}`
  return url.href
}

function hasGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
