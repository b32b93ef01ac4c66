import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { useCommands } from '../../../test/contracts/use-commands.ts'
import { createDatabase, type TestDatabase } from '../../../test/support/postgres.ts'
import type { ScriptValue } from '../commands/script.ts'
import { factsOn, migratePostgres } from './index.ts'
import { Pool } from './pool.ts'

/** Indexes that may be gone through from the start: they have only what is asked for, and the limit ends it. */
const SCANS_ALLOWED: readonly unknown[] = [
  ...['segments_gone', 'doomed_pkey', 'entry_changes_pkey'],
  // Every account there is.
  ...['accounts_pkey', 'account_keys_account', 'credentials_pkey'],
]

/** Look-ups of a list of ids: PostgreSQL before 17 goes through an index instead where the table has so few rows as here. */
const LOOKUPS = /^SELECT id FROM entries WHERE id = ANY/

const SORTS_ALLOWED: readonly RegExp[] = [
  // A page of files, merged from the first ones of each directory.
  /^SELECT \* FROM \(SELECT e\.id, e\.\w+ AS sort_value/,
  // A page of a directory that mixes two orders: sorted is what each gave, up to the page's end.
  /AS page\s+JOIN entries/,
  // A sealed upload's parts are added up for each of its assemblies.
  /^UPDATE parts SET place/,
  // An open upload's bytes: every part has to be added up anyway.
  /OVER \(ORDER BY number\)/,
  // Those of one user that were unused for longest: few, and seldom looked for.
  /^DELETE FROM tokens WHERE hash IN \(SELECT hash FROM tokens WHERE account/,
  // Sums of blocks, sorted for one part at a time: no more than an answer has.
  /ORDER BY parts\.number, blocks\.first/,
  // Locks are taken in order of name.
  /ORDER BY name FOR UPDATE/,
]

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Index Name'?: string
  readonly 'Index Cond'?: string
  readonly Plans?: readonly PlanNode[]
}

describe('every statement', () => {
  let database: TestDatabase
  let planner: pg.Client
  const statements = new Map<string, readonly ScriptValue[]>()

  before(async () => {
    database = await createDatabase()
    await migratePostgres(database.url)
    const timeouts = { connectTimeoutMs: 5_000, waitTimeoutMs: 5_000, statementTimeoutMs: 30_000 }
    const onStatement = (sql: string, values: readonly ScriptValue[]) => {
      if (/^(SELECT|INSERT|UPDATE|DELETE|WITH)/.test(sql)) statements.set(sql, values)
    }
    const pool = new Pool({ url: database.url, poolMax: 1, durability: 'relaxed', onStatement, ...timeouts })
    const metadata = factsOn(pool)
    await useCommands(metadata)
    await metadata.close()
    planner = new pg.Client({ connectionString: database.url })
    await planner.connect()
    // What is left of these shows in a plan only where there is no other way.
    await planner.query('SET enable_seqscan = off; SET enable_sort = off; SET enable_bitmapscan = off')
    await planner.query('SET enable_hashjoin = off; SET enable_mergejoin = off')
  })
  after(async () => {
    await planner.end()
    await database.drop()
  })

  const nodesOf = async (sql: string, values: readonly ScriptValue[]): Promise<readonly PlanNode[]> => {
    const { rows } = await planner.query<{ 'QUERY PLAN': readonly { Plan: PlanNode }[] }>(
      `EXPLAIN (FORMAT JSON) ${sql}`,
      [...values],
    )
    return rows.flatMap((row) => row['QUERY PLAN'].flatMap(({ Plan }) => flat(Plan)))
  }

  test('finds its rows by an index', async () => {
    assert.ok(statements.size > 45, `${statements.size} statements`)
    for (const [sql, values] of statements) {
      for (const node of await nodesOf(sql, values)) {
        assert.notEqual(node['Node Type'], 'Seq Scan', sql)
        const isSeek = !node['Node Type'].startsWith('Index') || node['Index Cond'] !== undefined
        const isAllowed = isSeek || LOOKUPS.test(sql) || SCANS_ALLOWED.includes(node['Index Name'])
        assert.ok(isAllowed, `${sql}: ${node['Index Name']}`)
      }
    }
  })

  test('gets its order from an index', async () => {
    for (const [sql, values] of statements) {
      if (SORTS_ALLOWED.some((allowed) => allowed.test(sql))) continue
      for (const node of await nodesOf(sql, values)) assert.doesNotMatch(node['Node Type'], /Sort/, sql)
    }
  })

  test('pages through lists in the order of an index, whatever the bucket holds', async () => {
    const lists = [...statements].filter(
      ([sql]) => /AS total FROM objects o JOIN/.test(sql) && !/o\.kind = \$/.test(sql),
    )
    assert.ok(lists.length > 4)
    for (const [sql, values] of lists) {
      for (const node of await nodesOf(sql, values)) assert.doesNotMatch(node['Node Type'], /Sort/, sql)
    }
  })

  test('merges the two halves of a directory by indexes', async () => {
    const lists = [...statements].filter(([sql]) => /AS page\s+JOIN entries/.test(sql))
    assert.ok(lists.length > 10)
    for (const [sql, values] of lists) {
      // The first is of the page that is answered.
      const [, ...inner] = await nodesOf(sql, values)
      for (const node of inner) assert.doesNotMatch(node['Node Type'], /Sort/, sql)
      assert.ok(
        inner.some((node) => node['Node Type'] === 'Merge Append'),
        sql,
      )
    }
  })
})

const flat = (node: PlanNode): readonly PlanNode[] => [node, ...(node.Plans ?? []).flatMap(flat)]
