import assert from 'node:assert/strict'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { parseS3Url } from '../../src/blobs/s3/url.ts'
import type { SegmentName } from '../../src/core/ids.ts'
import type { TestServer, TestServerOptions } from './harness.ts'
import { newBucket } from './s3.ts'

/** The segments of a server, behind its back. */
export interface Segments {
  /** What the server is started with. */
  readonly options: TestServerOptions
  sizeOf(server: TestServer, name: SegmentName): Promise<number>
  read(server: TestServer, name: SegmentName): Promise<Buffer>
  /** Null removes it. */
  write(server: TestServer, name: SegmentName, bytes: Buffer | null): Promise<void>
  /** The only one of so many bytes. */
  ofSize(server: TestServer, size: number): Promise<SegmentName>
}

type Plain = Omit<Segments, 'ofSize'>

const withOfSize = (plain: Plain): Segments => ({
  ...plain,
  ofSize: async (server, size) => {
    const names = await server.engine.storedSegments()
    for (const name of names) if ((await plain.sizeOf(server, name)) === size) return name
    return assert.fail(`no segment has ${size} bytes`)
  },
})

/** Files of the data folder. */
export function diskSegments(): Segments {
  const pathOf = ({ dataDir }: TestServer, name: SegmentName) =>
    join(dataDir, 'blobs', name.slice(0, 2), name)
  return withOfSize({
    options: {},
    sizeOf: async (server, name) => statSync(pathOf(server, name)).size,
    read: async (server, name) => readFileSync(pathOf(server, name)),
    write: async (server, name, bytes) =>
      bytes === null ? rmSync(pathOf(server, name)) : writeFileSync(pathOf(server, name), bytes),
  })
}

/** Objects of a fresh bucket. */
export async function s3Segments(): Promise<Segments> {
  const { url, keys } = await newBucket()
  const { bucket, prefix, endpoint, region } = parseS3Url(url)
  if (keys !== undefined) {
    // The server finds its keys where every client of S3 does.
    process.env.AWS_ACCESS_KEY_ID = keys.accessKeyId
    process.env.AWS_SECRET_ACCESS_KEY = keys.secretAccessKey
  }
  const client = new S3Client({
    ...{ region: region ?? 'us-east-1', forcePathStyle: true },
    ...(endpoint === null ? {} : { endpoint }),
  })
  const at = (name: SegmentName) => ({ Bucket: bucket, Key: `${prefix}${name.slice(0, 2)}/${name}` })
  return withOfSize({
    options: { settings: { blobs: url } },
    sizeOf: async (_, name) => (await client.send(new HeadObjectCommand(at(name)))).ContentLength ?? 0,
    read: async (_, name) => {
      const { Body: body } = await client.send(new GetObjectCommand(at(name)))
      return Buffer.from((await body?.transformToByteArray()) ?? [])
    },
    write: async (_, name, bytes) => {
      if (bytes === null) await client.send(new DeleteObjectCommand(at(name)))
      else await client.send(new PutObjectCommand({ ...at(name), Body: bytes }))
    },
  })
}
