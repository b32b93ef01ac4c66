import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { openS3Blobs } from '../../src/blobs/s3/index.ts'
import { drivers } from '../dialects/drivers.ts'
import { spawnServer, startTestServer, temporaryFolder } from '../support/harness.ts'
import { administer, createDatabase } from '../support/postgres.ts'
import { describeS3, newBucket, type S3Bucket } from '../support/s3.ts'
import { startS3Proxy } from '../support/s3-proxy.ts'

const run = promisify(execFile)
const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const [iflytek] = drivers

/** The mixes of stores, and what keeps nodes apart that would not see each other's bytes. */
describe('PostgreSQL with the disk of one machine', () => {
  test('works for one node, and refuses a node with another disk', async () => {
    const database = await createDatabase()
    const dataDir = temporaryFolder()
    const settings = { metadata: database.url, blobs: 'disk' }
    const server = await startTestServer({ dataDir, settings })
    assert.ok(iflytek)
    const upload = await iflytek.upload(server.url, 'a', iflytek.sample(1))
    const handle = await upload.complete(server.url)
    assert.ok(await upload.read(server.url, handle))
    await assert.rejects(
      startTestServer({ settings }),
      /^ConfigError: blobs: is disk:\S+, but the bytes that the metadata knows are in disk:\S+; accepted: that store/,
    )
    await server.stop()
    const again = await startTestServer({ dataDir, settings })
    assert.ok(await upload.read(again.url, handle), 'the same disk is fine')
    await again.stop()
    rmSync(dataDir, { recursive: true })
    await database.drop()
  })

  test('migrate --check tells whether the schema is up to date, and migrate brings it there', async () => {
    const database = await createDatabase()
    const stowage = async (...args: string[]) => {
      const env = { ...process.env, STOWAGE_METADATA: database.url }
      try {
        return { code: 0, ...(await run(process.execPath, [main, ...args], { env })) }
      } catch (error) {
        return error as { code: number; stdout: string; stderr: string }
      }
    }
    const behind = await stowage('migrate', '--check')
    assert.equal(behind.code, 1)
    assert.match(
      behind.stderr,
      /schema version 0, but this program needs version \d+: run "stowage migrate" first/,
    )
    assert.equal((await stowage('migrate')).stdout, 'the schema is up to date\n')
    assert.equal((await stowage('migrate', '--check')).code, 0)
    await database.drop()
  })
})

describeS3('SQLite with S3', () => {
  test('works for one node', async () => {
    const bucket = await newBucket()
    const settings = { blobs: bucket.url }
    const env = bucket.keys === undefined ? {} : keysOf(bucket.keys)
    const server = await spawnServer({ settings, env })
    assert.ok(iflytek)
    const bytes = iflytek.sample(1)
    const upload = await iflytek.upload(server.url, 'a', bytes)
    const handle = await upload.complete(server.url)
    assert.ok((await upload.read(server.url, handle))?.equals(bytes))
    await server.dispose()
  })
})

describeS3('PostgreSQL with S3', () => {
  test('the bucket may move to another endpoint, and another bucket is refused there too', async (t) => {
    const [database, bucket, stranger] = [await createDatabase(), await newBucket(), await newBucket()]
    if (bucket.keys !== undefined) Object.assign(process.env, keysOf(bucket.keys))
    const secret_key_file = join(temporaryFolder(), 'secret.key')
    const start = (blobs: string) =>
      startTestServer({ settings: { metadata: database.url, blobs, secret_key_file } })
    const server = await start(bucket.url)
    assert.ok(iflytek)
    const upload = await iflytek.upload(server.url, 'a', iflytek.sample(1))
    const handle = await upload.complete(server.url)
    await server.stop()

    const proxy = await startS3Proxy(bucket)
    t.after(() => proxy.close())
    const moved = await start(proxy.bucket.url)
    assert.ok(await upload.read(moved.url, handle))
    await moved.stop()

    const elsewhere = /^ConfigError: blobs: is s3:\S+, but the bytes that the metadata knows are in s3:\S+;/
    await assert.rejects(start(stranger.url), elsewhere)
    const other = await createDatabase()
    const neighbour = await startTestServer({ settings: { metadata: other.url, blobs: stranger.url } })
    await neighbour.stop()
    await assert.rejects(start(stranger.url), elsewhere)
    const again = await start(bucket.url)
    assert.ok(await upload.read(again.url, handle))
    await again.stop()
  })

  test('facts that know only where their bucket is give it a mark, and what lost its mark gets it back', async (t) => {
    const [database, bucket] = [await createDatabase(), await newBucket()]
    if (bucket.keys !== undefined) Object.assign(process.env, keysOf(bucket.keys))
    const secret_key_file = join(temporaryFolder(), 'secret.key')
    const start = () =>
      startTestServer({ settings: { metadata: database.url, blobs: bucket.url, secret_key_file } })
    await (await start()).stop()
    const blobs = await openS3Blobs(bucket)
    t.after(() => blobs.close())
    const mark = await blobs.mark.read()
    // As the version before left it.
    await administer(database.url, "DELETE FROM settings WHERE name = 'blobs-mark'")
    await (await start()).stop()
    assert.equal(await blobs.mark.read(), mark)
    await blobs.mark.write('0')
    await assert.rejects(start(), /^ConfigError: blobs: s3:\S+ has the mark of another store;/)
    const { Bucket, Key, client } = markOf(bucket)
    await client.send(new DeleteObjectCommand({ Bucket, Key }))
    client.destroy()
    await (await start()).stop()
    assert.equal(await blobs.mark.read(), mark)
  })
})

function markOf({ url, keys }: S3Bucket) {
  const { hostname: Bucket, pathname, searchParams } = new URL(url)
  const client = new S3Client({
    ...{ endpoint: searchParams.get('endpoint') ?? '', region: 'us-east-1', forcePathStyle: true },
    ...(keys === undefined ? {} : { credentials: keys }),
  })
  return { Bucket, Key: `${pathname.slice(1)}/stowage-blobs.id`.replace(/^\//, ''), client }
}

const keysOf = ({ accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string }) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
})
