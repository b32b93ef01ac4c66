import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { failsWith } from '../../../test/contracts/metadata/store.ts'
import { isCoreError } from '../../core/errors.ts'
import { appliedFrom } from '../schema/migrations.ts'
import { stepsFor } from '../schema/steps.ts'
import { openWriter } from './db.ts'
import { openSqliteMetadata } from './index.ts'
import { appliedSteps, migrate } from './migrate.ts'

const NEWEST = stepsFor('sqlite').length

/** What makes a database one of others, and who these are. */
const ANOTHERS = [
  ['another build', "UPDATE migrations SET checksum = 'other'"],
  ['a version before the first release', 'ALTER TABLE migrations DROP COLUMN checksum'],
] as const

describe('migrations', () => {
  let folder = ''
  let path = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stowage-migrate-'))
    path = join(folder, 'stowage.db')
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const open = () => openSqliteMetadata({ path, durability: 'strict' })
  const withDb = <Result>(work: (db: ReturnType<typeof openWriter>) => Result): Result => {
    const db = openWriter(path, 'strict')
    try {
      return work(db)
    } finally {
      db.close()
    }
  }
  const applied = () => withDb(appliedSteps).map((step) => ({ ...step }))
  const schema = () => withDb((db) => db.all('SELECT name, sql FROM sqlite_schema ORDER BY name'))

  test('change nothing when they run again', () => {
    withDb((db) => migrate(db, path, stepsFor('sqlite')))
    const before = schema()
    withDb((db) => migrate(db, path, stepsFor('sqlite')))
    assert.deepEqual(schema(), before)
    assert.deepEqual(applied(), stepsFor('sqlite').map(appliedFrom))
  })

  test('go on from where an older program left off', () => {
    const next = { version: NEWEST + 1, name: 'next', sql: 'CREATE TABLE next (id INTEGER) STRICT' }
    withDb((db) => migrate(db, path, stepsFor('sqlite')))
    withDb((db) => migrate(db, path, [...stepsFor('sqlite'), next]))
    assert.deepEqual(applied(), [...stepsFor('sqlite'), next].map(appliedFrom))
  })

  test('leave nothing of a step that fails', () => {
    const broken = {
      version: NEWEST + 1,
      name: 'broken',
      sql: 'CREATE TABLE half (id INTEGER); CREATE TABLE half (x)',
    }
    withDb((db) => migrate(db, path, stepsFor('sqlite')))
    const before = schema()
    assert.throws(() => withDb((db) => migrate(db, path, [...stepsFor('sqlite'), broken])))
    assert.deepEqual(schema(), before)
    assert.deepEqual(applied(), stepsFor('sqlite').map(appliedFrom))
  })

  test('run once when many start at the same time', async () => {
    const opened = await Promise.all(Array.from({ length: 4 }, open))
    for (const metadata of opened) await metadata.close()
    assert.deepEqual(applied(), stepsFor('sqlite').map(appliedFrom))
  })

  test('refuse a newer schema, naming both versions and what to do', async () => {
    await (await open()).close()
    withDb((db) => db.run("INSERT INTO migrations VALUES (?, 'from the future', '')", NEWEST + 7))
    await assert.rejects(open(), (error) => {
      assert.ok(isCoreError(error, 'metadata-failed'))
      assert.match(
        error.message,
        new RegExp(`version ${NEWEST + 7}\\b.*\\b${NEWEST} only: start a newer version`),
      )
      return true
    })
  })

  for (const [maker, sql] of ANOTHERS) {
    test(`refuse a database of another build in one line that says what to do: made by ${maker}`, async () => {
      await (await open()).close()
      withDb((db) => db.exec(sql))
      for (const migrates of [true, false]) {
        const message = new RegExp(
          `^CoreError: the database /.* was made by ${maker} of Stowage \\(.*\\): start .*, or move the data folder away.*$`,
        )
        await assert.rejects(openSqliteMetadata({ path, durability: 'strict', migrates }), message)
      }
    })
  }

  test('are not made by a program that is told to leave the schema alone', async () => {
    const unmigrated = () => openSqliteMetadata({ path, durability: 'strict', migrates: false })
    await assert.rejects(
      unmigrated(),
      (error) => isCoreError(error, 'metadata-failed') && /version 0\b.*migrate/.test(error.message),
    )
    assert.deepEqual(schema(), [])
    await (await open()).close()
    await (await unmigrated()).close()
  })

  test('refuse what is no database, and a folder that is not there', async () => {
    writeFileSync(path, 'not a database, but long enough to look like a file of some kind')
    await failsWith(open(), 'metadata-failed')
    await failsWith(
      openSqliteMetadata({ path: join(folder, 'none', 'x.db'), durability: 'strict' }),
      'metadata-failed',
    )
  })

  test('refuse a damaged database, and say what helps', async () => {
    await (await open()).close()
    const bytes = readFileSync(path)
    // The pages behind the first ones have tables and indexes.
    bytes.fill(0x5a, 8 * 4096, 12 * 4096)
    writeFileSync(path, bytes)
    await assert.rejects(
      open(),
      /the database .* is damaged \(.*\): keep a copy of it, then restore a backup/,
    )
    writeFileSync(path, 'not a database, but long enough to look like a file of some kind')
    await assert.rejects(open(), /is damaged \(.*not a database.*\): keep a copy/)
  })
})
