import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { DialectDriver } from '../contracts/dialect.ts'
import { drivers, tencentSmhDriver } from '../dialects/drivers.ts'
import { startTestServer, type TestServer, temporaryFolder } from '../support/harness.ts'
import { s3ServerMissing } from '../support/s3.ts'
import { diskSegments, type Segments, s3Segments } from '../support/segments.ts'

describe('a commit of bytes that are lost', () => {
  for (const driver of drivers) {
    test(`is refused, and done once they are back: ${driver.name}`, async () => {
      const stored = diskSegments()
      await commitsWhatIsThere(
        driver,
        stored,
        await startTestServer(stored.options),
        async (server) => server,
      )
    })
  }

  const skip = s3ServerMissing()
  test('is refused by a node that did not write them to the S3 store', { skip }, async () => {
    const stored = await s3Segments()
    const dataDir = temporaryFolder()
    const start = () => startTestServer({ ...stored.options, dataDir })
    await commitsWhatIsThere(tencentSmhDriver, stored, await start(), async (server) => {
      await server.stop()
      return start()
    })
    rmSync(dataDir, { recursive: true })
  })
})

/** `another` gives the server that commits. */
async function commitsWhatIsThere(
  driver: DialectDriver,
  stored: Segments,
  first: TestServer,
  another: (server: TestServer) => Promise<TestServer>,
): Promise<void> {
  const bytes = driver.sample(1)
  const upload = await driver.upload(first.url, 'lost.wav', bytes)
  const server = await another(first)
  for (const name of await server.engine.storedSegments()) {
    const before = await stored.read(server, name)
    for (const after of [null, before.subarray(0, -1), Buffer.concat([before, before])]) {
      await stored.write(server, name, after)
      await assert.rejects(upload.complete(server.url))
      await stored.write(server, name, before)
    }
  }
  const damages = await server.engine.facts.listDamages({ after: null, limit: 100 })
  assert.ok(damages.length > 0 && damages.every(({ thing }) => thing.type === 'upload'))
  assert.ok(damages.every(({ kind }) => kind === 'long'))
  assert.ok(server.engine.core.damages.count >= 3 * damages.length)
  const handle = await upload.complete(server.url)
  assert.ok((await upload.read(server.url, handle))?.equals(bytes))
  await server.stop()
}
