import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  administer,
  createDatabase,
  startPostgres,
  type TestDatabase,
} from '../../../test/support/postgres.ts'
import { openPostgresMetadata } from './index.ts'
import { type Durability, Pool } from './pool.ts'

const TIMEOUTS = { connectTimeoutMs: 5_000, waitTimeoutMs: 5_000, statementTimeoutMs: 30_000 }

describe('what strict promises', () => {
  let database: TestDatabase
  before(async () => {
    database = await createDatabase()
  })
  after(() => database.drop())

  /** When a transaction's commit is answered, on a database that is set up so. */
  const inTransaction = async (
    setting: string,
    durability: Durability,
    url = database.url,
  ): Promise<unknown> => {
    const { pathname } = new URL(database.url)
    await administer(database.url, `ALTER DATABASE ${pathname.slice(1)} SET synchronous_commit = ${setting}`)
    const pool = new Pool({ url, poolMax: 1, durability, ...TIMEOUTS })
    try {
      const asked = "SELECT current_setting('synchronous_commit') AS value"
      const row = await pool.write((db) => db.one<{ value: string }>(asked), { isRepeatable: true })
      return row?.value
    } finally {
      await pool.close()
    }
  }

  test('a commit waits for the disk, whatever the server is set to; what waits for more stays', async () => {
    assert.equal(await inTransaction('off', 'strict'), 'on')
    for (const setting of ['local', 'remote_write', 'on', 'remote_apply']) {
      assert.equal(await inTransaction(setting, 'strict'), setting)
    }
    assert.equal(await inTransaction('on', 'relaxed'), 'off')
  })

  test('where a standby may take over, a commit waits for it', async () => {
    const twice = database.url.replace(/@([^/]+)/, '@$1,$1')
    assert.equal(await inTransaction('local', 'strict', twice), 'on')
    assert.equal(await inTransaction('remote_write', 'strict', twice), 'remote_write')
  })

  test('a server with fsync = off is named in a warning, unless nothing is promised', async () => {
    const server = await startPostgres()
    const problemsOf = async (durability: Durability): Promise<readonly string[]> => {
      const problems: string[] = []
      const onProblem = (problem: string) => void problems.push(problem)
      await (await openPostgresMetadata({ url: server.url, durability, onProblem })).close()
      return problems
    }
    try {
      assert.match((await problemsOf('strict'))[0] ?? '', /fsync = off.*turn it on/)
      assert.deepEqual(await problemsOf('relaxed'), [])
    } finally {
      await server.close()
    }
    const durable = await startPostgres({ durable: true })
    try {
      const problems: string[] = []
      const onProblem = (problem: string) => void problems.push(problem)
      await (await openPostgresMetadata({ url: durable.url, onProblem })).close()
      assert.deepEqual(problems, [])
      const twice = durable.url.replace(/@([^/]+)/, '@$1,$1')
      await (await openPostgresMetadata({ url: twice, onProblem })).close()
      assert.match(problems.join(), /^metadata: .*waits for no standby/)
    } finally {
      await durable.close()
    }
  })
})
