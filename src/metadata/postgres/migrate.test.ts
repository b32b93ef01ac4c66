import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { failsWith } from '../../../test/contracts/metadata/store.ts'
import {
  administer,
  createDatabase,
  queryOnce,
  startPostgres,
  type TestDatabase,
} from '../../../test/support/postgres.ts'
import { isCoreError } from '../../core/errors.ts'
import { appliedFrom, type Migration } from '../schema/migrations.ts'
import { stepsFor } from '../schema/steps.ts'
import { migratePostgres, openPostgresMetadata } from './index.ts'
import { appliedSteps, migrate } from './migrate.ts'
import { Pool } from './pool.ts'

const NEWEST = stepsFor('postgres').length
const TIMEOUTS = { connectTimeoutMs: 5_000, waitTimeoutMs: 5_000, statementTimeoutMs: 30_000 }

/** What makes a database one of others, and who these are. */
const ANOTHERS = [
  ['another build', "UPDATE migrations SET checksum = 'other'"],
  ['a version before the first release', 'ALTER TABLE migrations DROP COLUMN checksum'],
] as const

describe('migrations', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await createDatabase()
  })
  afterEach(() => database.drop())

  const withPool = async <Result>(work: (pool: Pool) => Promise<Result>): Promise<Result> => {
    const pool = new Pool({ url: database.url, poolMax: 2, durability: 'strict', ...TIMEOUTS })
    try {
      return await work(pool)
    } finally {
      await pool.close()
    }
  }
  const migrateTo = (migrations: readonly Migration[]) => withPool((pool) => migrate(pool, migrations))
  const applied = () => withPool((pool) => pool.read(appliedSteps))
  const schema = () =>
    queryOnce(
      database.url,
      `SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'
       ORDER BY 1, 2`,
    )

  test('change nothing when they run again', async () => {
    await migratePostgres(database.url)
    assert.deepEqual(await applied(), stepsFor('postgres').map(appliedFrom))
    const before = await schema()
    await migratePostgres(database.url)
    assert.deepEqual(await schema(), before)
  })

  test('go on from where an older program left off', async () => {
    const next = { version: NEWEST + 1, name: 'next', sql: 'CREATE TABLE next (id integer)' }
    await migrateTo(stepsFor('postgres'))
    await migrateTo([...stepsFor('postgres'), next])
    assert.deepEqual(await applied(), [...stepsFor('postgres'), next].map(appliedFrom))
  })

  test('leave nothing of a step that fails', async () => {
    const sql = 'CREATE TABLE half (id integer); CREATE TABLE half (x integer)'
    await migrateTo(stepsFor('postgres'))
    const before = await schema()
    const broken = migrateTo([...stepsFor('postgres'), { version: NEWEST + 1, name: 'broken', sql }])
    await assert.rejects(broken, /already exists/)
    assert.deepEqual(await schema(), before)
    assert.deepEqual(await applied(), stepsFor('postgres').map(appliedFrom))
  })

  test('run once when many nodes start at the same time', async () => {
    const count = 'CREATE TABLE times (id integer GENERATED ALWAYS AS IDENTITY)'
    const steps = [
      ...stepsFor('postgres'),
      { version: NEWEST + 1, name: 'count', sql: `${count}; INSERT INTO times DEFAULT VALUES` },
    ]
    await Promise.all(Array.from({ length: 8 }, () => migrateTo(steps)))
    assert.deepEqual(await queryOnce(database.url, 'SELECT id FROM times'), [{ id: 1 }])
    assert.deepEqual(await applied(), steps.map(appliedFrom))
  })

  test('are not made by a program that is told to leave the schema alone', async () => {
    const refused = openPostgresMetadata({ url: database.url, migrates: false })
    await assert.rejects(refused, /version 0\b.*run "stowage migrate" first/)
    assert.deepEqual(await schema(), [])
    await migratePostgres(database.url)
    await (await openPostgresMetadata({ url: database.url, migrates: false })).close()
  })

  test('refuse a newer schema, naming both versions and what to do', async () => {
    await migratePostgres(database.url)
    await administer(database.url, `INSERT INTO migrations VALUES (${NEWEST + 7}, 'from the future', '')`)
    for (const migrates of [true, false]) {
      await assert.rejects(openPostgresMetadata({ url: database.url, migrates }), (error) => {
        assert.ok(isCoreError(error, 'metadata-failed'))
        assert.match(
          error.message,
          new RegExp(`version ${NEWEST + 7}\\b.*\\b${NEWEST} only: start a newer version`),
        )
        return true
      })
    }
  })
})

describe('a database of another build', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await createDatabase()
  })
  afterEach(() => database.drop())

  for (const [maker, sql] of ANOTHERS) {
    test(`is refused in one line that says what to do: made by ${maker}`, async () => {
      await migratePostgres(database.url)
      await administer(database.url, sql)
      for (const migrates of [true, false]) {
        const message = new RegExp(
          `^CoreError: the database was made by ${maker} of Stowage \\(.*\\): start .*, or name an empty database.*$`,
        )
        await assert.rejects(openPostgresMetadata({ url: database.url, migrates }), message)
      }
    })
  }
})

describe('opening', () => {
  const addressOf = (url: string, change: (address: URL) => void): string => {
    const address = new URL(url)
    change(address)
    return address.href
  }

  test('refuses what is no address, an unknown database and one that cannot keep every name', async () => {
    const { url, drop } = await createDatabase()
    await failsWith(openPostgresMetadata({ url: 'postgres://a:b@[' }), 'metadata-failed')
    const unknown = addressOf(url, (address) => {
      address.pathname = '/no_such_database'
    })
    await failsWith(openPostgresMetadata({ url: unknown }), 'metadata-failed', { sqlstate: '3D000' })
    const name = `stowage_ascii_${new URL(url).pathname.slice(-8)}`
    await administer(url, `CREATE DATABASE ${name} ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'`)
    try {
      const ascii = addressOf(url, (address) => {
        address.pathname = `/${name}`
      })
      await assert.rejects(openPostgresMetadata({ url: ascii }), /SQL_ASCII.*ENCODING 'UTF8'/)
    } finally {
      await administer(url, `DROP DATABASE ${name} WITH (FORCE)`)
      await drop()
    }
  })

  test('says so when nobody is there, and keeps the password to itself', async () => {
    const server = await startPostgres()
    await server.close()
    const url = addressOf(server.url, (address) => {
      address.password = 'very-secret'
    })
    await assert.rejects(openPostgresMetadata({ url }), (error) => {
      assert.ok(isCoreError(error, 'unavailable'))
      assert.ok(!JSON.stringify([error.message, error.detail, error.stack]).includes('very-secret'))
      return true
    })
  })
})
