import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { asAccountId } from '../../src/core/ids.ts'
import { ACCOUNT, OTHER_ACCOUNT, startTestServer, type TestServer } from '../support/harness.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { foldersOfTests } from '../support/program.ts'
import { describeS3 } from '../support/s3.ts'
import { type Acknowledged, commandsOn, freshBucket, requireIdentical, uploadByAll } from './rig.ts'
import { furnish, readAll } from './wire.ts'

describe('moving an account', () => {
  const folder = foldersOfTests()
  const databases: TestDatabase[] = []
  let server: TestServer
  let files: readonly Acknowledged[]
  before(async () => {
    server = await startTestServer()
    files = await uploadByAll(server.url, 'moved.wav', 1)
    await furnish(server.url)
  })
  after(async () => {
    await server.stop()
    for (const database of databases) await database.drop()
  })
  const on = (dataDir: string, stores: Readonly<Record<string, string>> = {}) =>
    commandsOn({ STOWAGE_DATA_DIR: dataDir, ...stores })
  const exported = async (dataDir: string, stores = {}, ...args: readonly string[]): Promise<string> => {
    const dir = join(folder(), 'out')
    const { code, stderr } = await on(dataDir, stores).stowage('export', ACCOUNT.id, dir, ...args)
    assert.equal(code, 0, stderr)
    return dir
  }
  const imported = async (dir: string, dataDir: string, stores = {}): Promise<void> => {
    const { code, stderr } = await on(dataDir, stores).stowage('import', dir)
    assert.equal(code, 0, stderr)
  }
  /** What each bucket of the account holds, by the sums that limits and quotas go by. */
  const sums = async ({ engine: { facts } }: TestServer): Promise<readonly unknown[]> => {
    const account = asAccountId(ACCOUNT.id)
    const buckets = await facts.listBuckets({ account, owner: null, after: null, limit: 1000 })
    const flat = buckets.filter(({ shape }) => shape === 'flat')
    return Promise.all(
      flat.map(async ({ name: bucket }) => ({ bucket, ...(await facts.usage({ account, bucket })) })),
    )
  }

  describeS3('moving an account between stores', () => {
    test('from SQLite and the disk to PostgreSQL and S3, and back: clients read the same by every dialect', async () => {
      const before = await readAll(server.url)
      assert.ok((await sums(server)).length >= 3)
      const first = await exported(server.dataDir)
      const database = await createDatabase()
      databases.push(database)
      const blobs = await freshBucket()
      const shared = { STOWAGE_METADATA: database.url, STOWAGE_BLOBS: blobs }
      const elsewhere = folder()
      await imported(first, elsewhere, shared)
      const moved = await startTestServer({ dataDir: elsewhere, settings: { metadata: database.url, blobs } })
      assert.deepEqual(await readAll(moved.url), before)
      await requireIdentical(moved.url, files)
      assert.deepEqual(await sums(moved), await sums(server))
      const second = await exported(elsewhere, shared)
      await moved.stop()
      await on(elsewhere, shared).requireWhole()

      const back = folder()
      await imported(second, back)
      const again = await startTestServer({ dataDir: back })
      assert.deepEqual(await readAll(again.url), before)
      await requireIdentical(again.url, files)
      await again.jobs.runAll()
      await requireIdentical(again.url, files)
      await again.stop()
      await on(back).requireWhole()
    })
  })

  test('bytes stand in files that people can find', async () => {
    const dir = await exported(server.dataDir)
    const names = readdirSync(join(dir, 'files'), { recursive: true }).map(String)
    assert.ok(names.includes('smh0filelibrary01/-/album/large.bin'), names.join('\n'))
    assert.ok(names.some((name) => name.endsWith('moved.wav')))
    assert.ok(!existsSync(join(dir, 'account.json')), 'the account stands in the configuration')
    const large = names.find((name) => name.endsWith('/large.bin'))
    assert.deepEqual(readFileSync(join(dir, 'files', String(large))), Buffer.alloc(300_000, 7))
  })

  test('an import is refused where the account has something, and a repeated one as well', async () => {
    const dir = await exported(server.dataDir)
    const refused = await on(server.dataDir).stowage('import', dir)
    assert.match(refused.stderr, /^stowage: the account \d+ has something stored already\n$/)
    const elsewhere = folder()
    await imported(dir, elsewhere)
    const twice = await on(elsewhere).stowage('import', dir)
    assert.match(twice.stderr, /^stowage: this export was imported here already\n$/)
    assert.equal(twice.code, 1)
  })

  test('a file that is not what was exported is told, and the import goes on once it is mended', async () => {
    const [dir, elsewhere] = [await exported(server.dataDir), folder()]
    const path = join(dir, 'files/smh0filelibrary01/-/album/large.bin')
    const bytes = readFileSync(path)
    writeFileSync(path, bytes.subarray(0, -1))
    const cut = await on(elsewhere).stowage('import', dir)
    assert.match(cut.stderr, /^stowage: the file files\/\S+\/large\.bin is not what was exported\n$/)
    writeFileSync(path, Buffer.alloc(bytes.length, 8))
    const other = await on(elsewhere).stowage('import', dir)
    assert.equal(other.code, 1)
    writeFileSync(path, bytes)
    await imported(dir, elsewhere)
    const mended = await startTestServer({ dataDir: elsewhere })
    await requireIdentical(mended.url, files)
    await mended.jobs.runAll()
    await mended.stop()
    await on(elsewhere).requireWhole()
  })

  test('an account of the metadata goes with its secrets only where that is asked for', async () => {
    const [from, to] = [folder(), folder()]
    const none = { STOWAGE_ACCOUNTS: '[]' }
    const stowage = (dataDir: string, ...args: readonly string[]) => on(dataDir, none).stowage(...args)
    const first = await startTestServer({ dataDir: from, accounts: [] })
    await stowage(from, 'account', 'create', '--id', '77', '--name', 'seven')
    await stowage(
      from,
      'key',
      'add',
      '77',
      '--access-key',
      'AKLTMOVEDKEY00000001',
      '--secret-key',
      OTHER_ACCOUNT.secret_key,
    )
    const [bare, whole] = [join(folder(), 'bare'), join(folder(), 'whole')]
    assert.equal((await stowage(from, 'export', '77', bare)).code, 0)
    assert.equal((await stowage(from, 'export', '77', whole, '--secrets')).code, 0)
    await first.stop()
    assert.ok(!readFileSync(join(bare, 'account.json'), 'utf8').includes(OTHER_ACCOUNT.secret_key))
    assert.match(
      (await stowage(to, 'import', bare)).stderr,
      /^stowage: there is no account 77 here: make it first/,
    )
    assert.equal((await stowage(to, 'import', whole)).code, 0)
    const second = await startTestServer({ dataDir: to, accounts: [] })
    const account = second.engine.accounts.byId('77')
    assert.deepEqual(
      account?.keys.map(({ accessKey, secretKey }) => [accessKey, secretKey]),
      [['AKLTMOVEDKEY00000001', OTHER_ACCOUNT.secret_key]],
    )
    await second.stop()
  })
})
