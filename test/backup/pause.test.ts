import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type BackupOptions, openPlace, takeBackup } from '../../src/backup/index.ts'
import { openDiskBlobs } from '../../src/blobs/disk/index.ts'
import { takeSqliteSnapshot } from '../../src/metadata/sqlite/snapshot.ts'
import { systemClock, systemRandom } from '../../src/system.ts'
import { clientOf, LIBRARIES } from '../dialects/tencent-smh/rig.ts'
import { startTestServer, type TestServer } from '../support/harness.ts'
import { LoadClient } from '../support/load.ts'
import { foldersOfTests } from '../support/program.ts'
import { commandsOn } from './rig.ts'

const SLICE_SIZE = 5 * 1024 ** 2
const FILE = Buffer.alloc(200_000, 5)

/** What happens between the copy of the facts and that of the bytes, moment by moment. */
describe('between the facts and the bytes of a backup', () => {
  const folder = foldersOfTests()
  let server: TestServer
  before(async () => {
    server = await startTestServer()
  })
  after(() => server.stop())

  /** A backup of the server; `meanwhile` happens once the facts are taken. */
  const backupWith = async (
    place: string,
    meanwhile: () => Promise<void>,
    more: Partial<BackupOptions> = {},
  ) => {
    const { dataDir, engine } = server
    const blobs = await openDiskBlobs({ dir: join(dataDir, 'blobs'), durability: 'relaxed' })
    const told: string[] = []
    try {
      const { backup } = await takeBackup({
        ...{
          facts: engine.facts,
          blobs,
          place: await openPlace(place),
          keys: [{ name: 'secret.key', path: join(dataDir, 'secret.key') }],
          keep: null,
          version: 'test',
        },
        ...{ clock: systemClock, random: systemRandom, throttle: (source) => source },
        hear: { progress: () => {}, bad: (segment) => void told.push(segment) },
        takeSnapshot: async () => {
          const snapshot = await takeSqliteSnapshot(
            join(dataDir, 'stowage.db'),
            join(dataDir, 'backup.partial'),
          )
          await meanwhile()
          return snapshot
        },
        ...more,
      })
      return { backup, told }
    } finally {
      await blobs.close()
    }
  }
  const storedFiles = () =>
    readdirSync(join(server.dataDir, 'blobs'), { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    )

  test('a part that is sent again, a delete and a sweep take nothing from it, and free their room afterwards', async () => {
    const [place, elsewhere] = [folder(), folder()]
    const client = new LoadClient(server.url)
    const smh = clientOf(server.url)
    const access_token = await smh.token()
    await smh.upload('deleted.bin', FILE)
    const { data } = await client.json('/file/mpupload/init', {})
    const upload_id = String(data?.upload_id)
    const send = (slice: string, bytes: Buffer) =>
      client.form('/file/mpupload/upload', { upload_id, slice_id: slice }, bytes)
    await send('1', Buffer.alloc(SLICE_SIZE, 1))
    await send('2', Buffer.alloc(100_000, 2))
    const { told } = await backupWith(place, async () => {
      await send('1', Buffer.alloc(SLICE_SIZE, 9))
      await smh.expect(204, 'DELETE', `file/${LIBRARIES.file.id}/-/deleted.bin`, {
        access_token,
        permanent: 1,
      })
      await server.jobs.runAll()
    })
    assert.deepEqual(told, [])
    const stored = storedFiles().length
    await server.jobs.runAll()
    assert.equal(storedFiles().length, stored - 2, 'the sweep goes on')
    client.close()

    await commandsOn({ STOWAGE_DATA_DIR: elsewhere }).restore(place)
    const restored = await startTestServer({ dataDir: elsewhere })
    const again = new LoadClient(restored.url)
    const completed = await again.json('/file/mpupload/complete', { upload_id })
    const read = await fetch(restored.url + new URL(String(completed.data?.url)).pathname)
    assert.equal(read.status, 200)
    const expected = Buffer.concat([Buffer.alloc(SLICE_SIZE, 1), Buffer.alloc(100_000, 2)])
    assert.ok(Buffer.from(await read.arrayBuffer()).equals(expected))
    assert.ok((await clientOf(restored.url).download('deleted.bin'))?.equals(FILE))
    again.close()
    await restored.stop()
  })

  test('a pause that did not hold fails the backup, which then counts for nothing', async () => {
    const place = folder()
    let now = Date.now()
    const late = backupWith(
      place,
      async () => {
        now += 3_600_000
      },
      { clock: { now: () => now } },
    )
    await assert.rejects(late, {
      name: 'CoreError',
      code: 'unavailable',
      message: /not held back all the time/,
    })
    const listed = await commandsOn({ STOWAGE_DATA_DIR: server.dataDir }).stowage('backup', place, '--list')
    assert.equal(listed.stdout, '')
  })
})
