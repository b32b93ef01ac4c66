import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { drivers } from '../dialects/drivers.ts'
import { spawnServer, startTestServer, temporaryFolder } from '../support/harness.ts'
import { createDatabase } from '../support/postgres.ts'
import { describeS3, newBucket } from '../support/s3.ts'

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

const keysOf = ({ accessKeyId, secretAccessKey }: { accessKeyId: string; secretAccessKey: string }) => ({
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
})
