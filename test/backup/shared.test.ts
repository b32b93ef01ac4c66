import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { drivers, tencentSmhDriver } from '../dialects/drivers.ts'
import { startTestServer, type TestServer } from '../support/harness.ts'
import { createDatabase, queryOnce, type TestDatabase } from '../support/postgres.ts'
import { foldersOfTests } from '../support/program.ts'
import { describeS3 } from '../support/s3.ts'
import { beginByAll, commandsOn, freshBucket, requireIdentical, underLoad, uploadByAll } from './rig.ts'

/** Parts of such uploads lie in a multipart upload of the bucket, which no backup has. */
const SLOTS_FROM = 5 * 1024 ** 2

describeS3('backups of PostgreSQL and S3', () => {
  describe('backups of PostgreSQL and S3', () => {
    const folder = foldersOfTests()
    const databases: TestDatabase[] = []
    const freshStores = async () => {
      const database = await createDatabase()
      databases.push(database)
      return { metadata: database.url, blobs: await freshBucket() }
    }
    const on = (stores: { metadata: string; blobs: string }, dataDir: string) =>
      commandsOn({
        ...{ STOWAGE_METADATA: stores.metadata, STOWAGE_BLOBS: stores.blobs, STOWAGE_DATA_DIR: dataDir },
      })
    after(async () => {
      for (const database of databases) await database.drop()
    })
    let stores: { metadata: string; blobs: string }
    let server: TestServer
    const dataDir = folder()
    before(async () => {
      stores = await freshStores()
      server = await startTestServer({ settings: stores, dataDir })
    })
    after(() => server.stop())

    test('what was acknowledged before a backup under load reads identical after a restore', async () => {
      const place = await freshBucket()
      const acknowledged = await uploadByAll(server.url, 'before.wav', 1)
      const pending = await beginByAll(server.url, 2)
      const first = await underLoad(server, () => on(stores, dataDir).take(place))
      const second = await on(stores, dataDir).take(place)
      assert.ok(second.backup.copied.count < second.backup.segments.count)
      const [target, elsewhere] = [await freshStores(), folder()]
      await on(target, elsewhere).restore(place, '--backup', first.backup.name)
      const refused = await on(target, elsewhere).stowage('restore', place)
      assert.match(refused.stderr, /^stowage: there are facts already, which a restore would lose/)
      const restored = await startTestServer({ settings: target, dataDir: elsewhere })
      await requireIdentical(restored.url, acknowledged)
      for (const { what, bytes, upload } of pending) {
        if (bytes.byteLength > SLOTS_FROM) await assert.rejects(upload.complete(restored.url), what)
        else {
          const handle = await upload.complete(restored.url)
          assert.ok((await upload.read(restored.url, handle))?.equals(bytes), what)
        }
      }
      await restored.jobs.runAll()
      await requireIdentical(restored.url, acknowledged)
      await requireIdentical(restored.url, await uploadByAll(restored.url, 'after.wav', 7))
      await restored.stop()
      await on(target, elsewhere).requireWhole()
    })

    test('parts that lie in a multipart upload of the bucket end with their upload, and nothing is half there', async () => {
      const [place, target, elsewhere] = [folder(), await freshStores(), folder()]
      const bytes = Buffer.concat([randomBytes(6 * 1024 ** 2), Buffer.alloc(100)])
      const upload = await drivers[0]?.upload(server.url, 'slots', bytes)
      assert.ok(upload)
      await on(stores, dataDir).take(place)
      await on(target, elsewhere).restore(place)
      const restored = await startTestServer({ settings: target, dataDir: elsewhere })
      await assert.rejects(upload.complete(restored.url))
      await restored.jobs.runAll()
      const going = await queryOnce(
        target.metadata,
        "SELECT 1 FROM uploads WHERE assembling = 1 AND state IN ('open', 'sealed')",
      )
      assert.equal(going.length, 0, 'they are over at once')
      const after = await tencentSmhDriver.upload(restored.url, 'new', tencentSmhDriver.sample(1))
      assert.ok(await after.complete(restored.url))
      await restored.stop()
    })
  })
})
