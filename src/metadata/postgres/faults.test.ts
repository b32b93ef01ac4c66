import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import pg from 'pg'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { failsWith } from '../../../test/contracts/metadata/store.ts'
import { BUCKET, HOUR_MS, NOW, Tenant } from '../../../test/contracts/metadata/tenant.ts'
import { type CuttingProxy, startCuttingProxy } from '../../../test/support/cutting-proxy.ts'
import { administer, createDatabase, type TestDatabase } from '../../../test/support/postgres.ts'
import { userBucket } from '../../core/model/buckets.ts'
import type { Facts } from '../../core/ports/facts.ts'
import { factsOn, migratePostgres, openPostgresMetadata, type PostgresOptions } from './index.ts'
import { Pool } from './pool.ts'

const TIMES = { connectTimeoutMs: 5_000, waitTimeoutMs: 30_000, statementTimeoutMs: 30_000 }
/** As it stands on the wire, which tells it from READ COMMITTED. */
const COMMIT = 'COMMIT\0'

describe('faults on the way to PostgreSQL', () => {
  let database: TestDatabase
  let proxy: CuttingProxy
  const opened: Facts[] = []
  before(async () => {
    database = await createDatabase()
    proxy = await startCuttingProxy(database.url)
  })
  after(async () => {
    await proxy.close()
    await database.drop()
  })
  afterEach(async () => {
    for (const metadata of opened.splice(0)) await metadata.close()
  })

  let accounts = 0
  const open = async (options: Partial<PostgresOptions> = {}): Promise<Tenant> => {
    const metadata = await openPostgresMetadata({ url: proxy.url, ...options })
    opened.push(metadata)
    accounts += 1
    return new Tenant(metadata, `account-${accounts}`, seededRandom(accounts))
  }
  const breakAll = () =>
    administer(
      database.url,
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    )

  test('idle connections that broke are replaced without anyone noticing', async () => {
    const tenant = await open({ poolMax: 4 })
    await Promise.all(Array.from({ length: 8 }, () => tenant.put()))
    await breakAll()
    await Promise.all(Array.from({ length: 8 }, () => tenant.put()))
    assert.equal((await tenant.list()).total, 16)
  })

  test('a transaction whose connection breaks before its end happens once, on another', async () => {
    const tenant = await open()
    proxy.loseAnswerTo('INSERT INTO objects')
    const object = await tenant.put({ staged: tenant.inline('bytes') })
    assert.deepEqual(await tenant.findObject(object), object)
    assert.deepEqual(await tenant.usage(), { objects: 1, bytes: 5 })
  })

  describe('when the answer to a commit is lost', () => {
    let tenant: Tenant
    beforeEach(async () => {
      tenant = await open()
    })

    test('begin, attach, seal, commit, abort and fail answer all the same', async () => {
      const cut = <Result>(work: () => Promise<Result>): Promise<Result> => {
        proxy.loseAnswerTo(COMMIT)
        return work()
      }
      const upload = await cut(() => tenant.begin())
      const staged = await cut(() => tenant.stored(1000))
      const { part } = await cut(() => tenant.attach(upload, 1, staged))
      assert.deepEqual(await tenant.listParts(upload), [part])
      const sealed = await cut(() => tenant.seal(upload))
      assert.equal(sealed.state, 'sealed')
      const object = await cut(() => tenant.commit(upload))
      assert.deepEqual(await tenant.findObject({ bucket: BUCKET, key: upload.key }), object)
      assert.deepEqual(await tenant.usage(), { objects: 1, bytes: 1000 })
      assert.equal((await cut(async () => tenant.abort(await tenant.begin()))).state, 'aborted')
      assert.equal((await cut(async () => tenant.fail(await tenant.begin()))).state, 'failed')
    })

    test('put, update and hold are unavailable, and happened once', async () => {
      proxy.loseAnswerTo(COMMIT)
      await failsWith(tenant.put({ key: 'key' }), 'unavailable')
      const object = (await tenant.findObject({ bucket: BUCKET, key: 'key' })) ?? assert.fail()
      proxy.loseAnswerTo(COMMIT)
      await failsWith(tenant.hold(object, 1), 'unavailable')
      assert.equal((await tenant.findObject(object))?.holds, 1)
      proxy.loseAnswerTo(COMMIT)
      await failsWith(tenant.update(object, { change: { name: 'x' } }), 'unavailable')
      assert.equal((await tenant.findObject(object))?.version, 3)
    })
  })

  test('a server that does not answer any more is unavailable after a time, not for ever', async () => {
    const timeouts = { statementTimeoutMs: 2000, connectTimeoutMs: 2000, waitTimeoutMs: 2000 }
    const tenant = await open({ ...timeouts, poolMax: 2 })
    await tenant.put({ key: 'before' })
    proxy.stall()
    try {
      await failsWith(tenant.put(), 'unavailable')
      await failsWith(tenant.list(), 'unavailable')
      await failsWith(tenant.list(), 'unavailable')
    } finally {
      proxy.goOn()
    }
    assert.ok((await tenant.findObject({ bucket: BUCKET, key: 'before' })) !== null)
  })

  test('an attempt to connect that takes too long is made again, as long as commands wait', async () => {
    const tenant = await open({ connectTimeoutMs: 500, waitTimeoutMs: 600_000 })
    const object = await tenant.put({ key: 'before' })
    await breakAll()
    proxy.stall()
    const third = proxy.connected(3)
    const [read, put] = [tenant.findObject(object), tenant.put({ key: 'meanwhile' })]
    await third
    proxy.goOn()
    assert.deepEqual(await read, object)
    await put
  })

  test('a row that someone else keeps locked is unavailable after a time', async () => {
    const tenant = await open({ statementTimeoutMs: 2000 })
    const upload = await tenant.begin()
    const other = await lockAll()
    await failsWith(tenant.renew(upload, NOW + 2 * HOUR_MS), 'unavailable', { sqlstate: '57014' })
    await other.end()
    await tenant.renew(upload, NOW + 2 * HOUR_MS)
  })

  test('when all connections are in use commands wait in line, then are unavailable', async () => {
    const tenant = await open({ poolMax: 2, waitTimeoutMs: 2000 })
    const uploads = await Promise.all(Array.from({ length: 2 }, () => tenant.begin()))
    const other = await lockAll()
    const waitingForLocks = uploads.map((upload) => tenant.renew(upload, NOW + 2 * HOUR_MS))
    await failsWith(tenant.findUpload(uploads[0] ?? assert.fail()), 'unavailable')
    await other.end()
    await Promise.all(waitingForLocks)
    const patient = await open({ poolMax: 2, waitTimeoutMs: 600_000 })
    await Promise.all(Array.from({ length: 50 }, () => patient.put()))
  })

  test('a transaction that PostgreSQL ends as a victim of a deadlock begins anew', async () => {
    const tenant = await open({ poolMax: 2 })
    const names = [tenant.newName(), tenant.newName()].sort()
    await tenant.metadata.reserveSegments({ names, leaseUntil: NOW })
    const other = await client()
    const lock = (name: string) =>
      other.query("SELECT 1 FROM segments WHERE name = decode($1, 'hex') FOR UPDATE", [name])
    // The other one asks first and is patient: the command is the one that finds the deadlock.
    await other.query("BEGIN; SET LOCAL deadlock_timeout = '60s'")
    await lock(names[1] ?? '')
    const extended = tenant.metadata.extendSegments({ names, leaseUntil: NOW + 10 })
    await untilLocked(names[0] ?? '')
    await lock(names[0] ?? '')
    await other.query('COMMIT')
    await extended
    assert.deepEqual(await tenant.metadata.listGarbage({ now: NOW + 9, limit: 10 }), [])
    await other.end()
  })

  test('a way to the server that loses kept statements is used without them', async () => {
    await migratePostgres(database.url)
    const pool = new Pool({ ...TIMES, url: database.url, poolMax: 1, durability: 'strict' })
    const facts = factsOn(pool)
    opened.push(facts)
    const tenant = new Tenant(facts, 'pooled', seededRandom(1_000))
    const object = await tenant.put({ key: 'before' })
    // As a pooler does that gives the next transaction to another session.
    await pool.read((db) => db.exec('DEALLOCATE ALL'))
    assert.deepEqual(await tenant.findObject(object), object)
    await pool.read((db) => db.exec('DEALLOCATE ALL'))
    await tenant.put({ key: 'after' })
    assert.deepEqual(await tenant.usage(), { objects: 2, bytes: 0 })
  })

  test('what another node changed is not taken for what it was', async () => {
    const here = await open()
    const there = here.through((await open()).metadata)
    const address = { account: here.account, bucket: userBucket('shared') }
    for (const key of ['first', 'second', 'third']) {
      await here.metadata.createBucket({ ...address, settings: {}, now: NOW })
      const object = await here.put({ bucket: address.bucket, key })
      await there.delete(object)
      await there.metadata.deleteBucket({ ...address, mark: key })
      await failsWith(here.put({ bucket: address.bucket, key }), 'bucket-not-found')
    }
  })

  test('text that PostgreSQL cannot keep is the caller’s mistake', async () => {
    const tenant = await open()
    await failsWith(tenant.put({ key: 'a\0b' }), 'invalid-argument')
  })

  const client = async (): Promise<pg.Client> => {
    const other = new pg.Client({ connectionString: database.url })
    await other.connect()
    return other
  }
  /** Another session that has all uploads locked until its end. */
  const lockAll = async (): Promise<pg.Client> => {
    const other = await client()
    await other.query('BEGIN; SELECT 1 FROM uploads FOR UPDATE')
    return other
  }
  const untilLocked = async (name: string): Promise<void> => {
    const other = await client()
    for (;;) {
      const { rowCount } = await other.query(
        "SELECT 1 FROM segments WHERE name = decode($1, 'hex') FOR UPDATE SKIP LOCKED",
        [name],
      )
      if (rowCount === 0) break
    }
    await other.end()
  }
})
