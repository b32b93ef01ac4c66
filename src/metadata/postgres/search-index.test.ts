import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { seededRandom } from '../../../test/contracts/metadata/random.ts'
import { Tenant } from '../../../test/contracts/metadata/tenant.ts'
import { foundIn, index } from '../../../test/contracts/trees/search-model.ts'
import { Tree } from '../../../test/contracts/trees/tree.ts'
import { createDatabase, queryOnce, type TestDatabase } from '../../../test/support/postgres.ts'
import type { Script } from '../commands/script.ts'
import { indexEntries } from '../commands/tree-search/index-entries.ts'
import { stepsFor } from '../schema/steps.ts'
import { factsOn } from './index.ts'
import { migrate } from './migrate.ts'
import { Pool } from './pool.ts'
import { runScript } from './run-script.ts'

/** A busy machine fails no test. */
const PATIENCE = { connectTimeoutMs: 600_000, waitTimeoutMs: 600_000, statementTimeoutMs: 600_000 }
const STEPS = stepsFor('postgres')

/** What an earlier program writes: it knows of no index. */
const WRITE_ENTRY = `INSERT INTO entries (id, realm, volume, name, kind, size, attributes, created_at, modified_at, version)
  VALUES ('sixteen letters.', 1, 1, 'name', 'virtual', 1, '{}', 1, 1, 1)`

const HOLD = 1_234
/** The script, which waits for whoever has the lock `HOLD` before its first row of the index. */
function* held<Result>(script: Script<Result>): Script<Result> {
  let isHeld = false
  let step = script.next()
  while (step.done !== true) {
    if (!isHeld && 'sql' in step.value && /INSERT INTO entry_/.test(step.value.sql)) {
      isHeld = true
      yield { wants: 'rows', sql: `SELECT pg_advisory_xact_lock(${HOLD})`, values: [] }
    }
    step = script.next(yield step.value)
  }
  return step.value
}

describe('the index of trees', () => {
  let database: TestDatabase
  let pool: Pool
  let other: pg.Client
  before(async () => {
    database = await createDatabase()
    pool = new Pool({ url: database.url, poolMax: 4, durability: 'strict', ...PATIENCE })
    other = new pg.Client({ connectionString: database.url })
    await other.connect()
  })
  after(async () => {
    await other.end()
    await pool.close()
    await database.drop()
  })

  /** Resolves once so many transactions wait for others. */
  const waiting = async (count: number, signal?: AbortSignal): Promise<void> => {
    const sql = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
    while ((await queryOnce(database.url, sql)).length < count && signal?.aborted !== true) await delay(5)
  }

  test('gets what an earlier program was writing while it was made', async () => {
    await migrate(pool, STEPS.slice(0, 2))
    await other.query('BEGIN')
    await other.query(WRITE_ENTRY)
    const migrated = migrate(pool, STEPS)
    await waiting(1)
    await other.query('COMMIT')
    await migrated
    const noted = await queryOnce(database.url, "SELECT encode(entry, 'escape') AS entry FROM entry_changes")
    assert.deepEqual(noted, [{ entry: 'sixteen letters.' }])
    await queryOnce(database.url, 'DELETE FROM entries')
  })

  test('has an entry as it is now, though one who brings it up to date was late', async () => {
    await migrate(pool, STEPS)
    const facts = factsOn(pool)
    const tree = await Tree.create(facts, new Tenant(facts, 'account', seededRandom(1)), 'realm', 'one')
    await tree.virtual('name', 1)
    await index(tree)
    await tree.move('name', 'other')
    await other.query(`SELECT pg_advisory_lock(${HOLD})`)
    const late = pool.write((db) => runScript(db, held(indexEntries({ limit: 100 }))), { isRepeatable: true })
    await waiting(1)
    await tree.move('other', 'name')
    const isOver = new AbortController()
    const next = facts.indexEntries({ limit: 100 }).finally(() => isOver.abort())
    await Promise.race([next, waiting(2, isOver.signal)])
    await other.query(`SELECT pg_advisory_unlock(${HOLD})`)
    await Promise.all([late, next])
    await index(tree)
    assert.deepEqual(await foundIn(tree, { keywords: ['name'] }), ['name'])
  })
})
