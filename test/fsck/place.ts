import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after } from 'node:test'
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import pg from 'pg'
import { openDiskBlobs } from '../../src/blobs/disk/index.ts'
import { openS3Blobs } from '../../src/blobs/s3/index.ts'
import { createCore } from '../../src/core/core.ts'
import type { Finding } from '../../src/core/fsck/findings.ts'
import { Fsck, type FsckOptions } from '../../src/core/fsck/fsck.ts'
import { asAccountId, newBlobId, newObjectId, type SegmentName } from '../../src/core/ids.ts'
import { bucketName } from '../../src/core/model/buckets.ts'
import type { Staged } from '../../src/core/model/bytes.ts'
import type { BlobInventory, BlobStore } from '../../src/core/ports/blobs.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import type { FactsChecker } from '../../src/core/ports/facts-checker.ts'
import { openPostgresChecker } from '../../src/metadata/postgres/checker.ts'
import { openPostgresMetadata } from '../../src/metadata/postgres/index.ts'
import { openSqliteChecker } from '../../src/metadata/sqlite/checker.ts'
import { openSqliteMetadata } from '../../src/metadata/sqlite/index.ts'
import { systemClock, systemRandom, systemTicks } from '../../src/system.ts'
import { temporaryFolder } from '../support/folder.ts'
import { createDatabase } from '../support/postgres.ts'
import { newBucket } from '../support/s3.ts'

/** Both stores of an installation, and hands that damage them. */
export interface Place {
  readonly metadata: Facts
  readonly blobs: BlobStore & BlobInventory
  readonly checker: FactsChecker
  /** Changes the facts behind everybody's back. */
  sql(text: string): Promise<void>
  bytesOf(segment: SegmentName): Promise<Uint8Array>
  /** Null: nothing lies there any more. */
  overwrite(segment: SegmentName, bytes: Uint8Array | null): Promise<void>
}

export async function embeddedPlace(): Promise<Place> {
  const dir = temporaryFolder()
  const path = join(dir, 'stowage.db')
  const metadata = await openSqliteMetadata({ path, durability: 'relaxed' })
  const blobs = await openDiskBlobs({ dir: join(dir, 'blobs'), durability: 'relaxed', workers: 1 })
  const checker = await openSqliteChecker(path)
  after(async () => {
    await Promise.all([checker.close(), blobs.close()])
    await metadata.close()
    rmSync(dir, { recursive: true })
  })
  const fileOf = (segment: SegmentName) => join(dir, 'blobs', segment.slice(0, 2), segment)
  return {
    ...{ metadata, blobs, checker },
    sql: async (text) => {
      const database = new DatabaseSync(path, { enableForeignKeyConstraints: false, timeout: 5000 })
      database.exec(text)
      database.close()
    },
    bytesOf: async (segment) => readFileSync(fileOf(segment)),
    overwrite: async (segment, bytes) => {
      if (bytes === null) return rmSync(fileOf(segment))
      mkdirSync(dirname(fileOf(segment)), { recursive: true })
      writeFileSync(fileOf(segment), bytes)
      truncateSync(fileOf(segment), bytes.byteLength)
    },
  }
}

export async function sharedPlace(): Promise<Place> {
  const [{ url }, bucket] = await Promise.all([createDatabase(), newBucket()])
  const metadata = await openPostgresMetadata({ url })
  const { keys } = bucket
  const blobs = await openS3Blobs({ url: bucket.url, ...(keys === undefined ? {} : { keys }) })
  const checker = await openPostgresChecker(url)
  const address = new URL(bucket.url)
  const endpoint = address.searchParams.get('endpoint')
  const client = new S3Client({
    ...{ region: address.searchParams.get('region') ?? 'us-east-1', forcePathStyle: true },
    ...(endpoint === null ? {} : { endpoint }),
    ...(keys === undefined ? {} : { credentials: keys }),
  })
  after(async () => {
    client.destroy()
    await Promise.all([checker.close(), blobs.close(), metadata.close()])
  })
  const prefix = `${address.pathname.slice(1)}/`.replace(/^\/$/, '')
  const objectOf = (segment: SegmentName) => ({
    ...{ Bucket: address.hostname, Key: `${prefix}${segment.slice(0, 2)}/${segment}` },
  })
  return {
    ...{ metadata, blobs, checker },
    sql: async (text) => {
      const database = new pg.Client({ connectionString: url })
      await database.connect()
      await database.query(text)
      await database.end()
    },
    bytesOf: async (segment) => {
      const { Body: body } = await client.send(new GetObjectCommand(objectOf(segment)))
      return (await body?.transformToByteArray()) ?? new Uint8Array()
    },
    overwrite: async (segment, bytes) => {
      if (bytes === null) await client.send(new DeleteObjectCommand(objectOf(segment)))
      else await client.send(new PutObjectCommand({ ...objectOf(segment), Body: bytes }))
    },
  }
}

export const account = asAccountId('a1')
const traits = { name: 'n', kind: 'k', status: 's', contentType: null, media: null, attributes: {} }

/** Stores an object of so many bytes under a key; returns what its only part is. */
export async function put({ metadata, blobs }: Place, key: string, size: number): Promise<Staged> {
  const { staging } = coreOf({ metadata, blobs })
  const staged = await staging.receive(body(systemRandom.bytes(size)), { sizeMax: 1e9 })
  const now = systemClock.now()
  await metadata.putObject({
    ...{ id: newObjectId(systemRandom, now), blob: newBlobId(systemRandom, now) },
    ...{ account, bucket: bucketName('some-dialect', 'b'), key, conflict: 'fail', objectsMax: 0 },
    ...{ staged, traits, deliveries: [], now },
  })
  return staged
}

export async function remove({ metadata }: Place, key: string): Promise<void> {
  const object = { bucket: bucketName('some-dialect', 'b'), key }
  await metadata.deleteObject({ account, object, now: systemClock.now() })
}

/** Bytes `start` to `end` of an object, as a server gives them. */
export async function readRange(place: Place, key: string, start: number, end: number): Promise<Buffer> {
  const { objects } = coreOf(place)
  const object = await objects.get({ account, bucket: bucketName('some-dialect', 'b'), key })
  const read: Uint8Array[] = []
  for await (const chunk of objects.read(object, start, end)) read.push(chunk)
  return Buffer.concat(read)
}

function coreOf({ metadata, blobs }: Pick<Place, 'metadata' | 'blobs'>) {
  const media = { probe: () => Promise.reject(new Error('no media here')), close: async () => {} }
  return createCore({ metadata, blobs, media, clock: systemClock, random: systemRandom })
}

async function* body(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** All findings of a whole look. Second looks come at once. */
export async function findingsOf(
  place: Place,
  options: Partial<FsckOptions> = {},
  onWait: () => Promise<void> = async () => {},
): Promise<readonly Finding[]> {
  const ports = { checker: place.checker, blobs: place.blobs, ticks: systemTicks, wait: onWait }
  const fsck = new Fsck(ports, {
    ...{ depth: 'full', rateMax: null, from: null, findingsMax: 1000 },
    ...{ signal: new AbortController().signal, ...options },
  })
  const findings: Finding[] = []
  for await (const finding of fsck.run()) findings.push(finding)
  return findings
}
