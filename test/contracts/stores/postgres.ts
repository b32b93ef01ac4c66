import assert from 'node:assert/strict'
import pg from 'pg'
import { openPostgresMetadata } from '../../../src/metadata/postgres/index.ts'
import { createDatabase } from '../../support/postgres.ts'
import { ORPHANS as SHARED_ORPHANS } from '../orphans.ts'
import { reusing } from './reused.ts'

/** Rows that nothing belongs to, and counters that are wrong: none of these may find anything after any test. */
const ORPHANS: Readonly<Record<string, string>> = {
  ...SHARED_ORPHANS,
  'inline bytes that are not as long as they say': 'SELECT blob FROM parts WHERE length(inline) <> size',
  'rows of no bucket': `SELECT bucket FROM (SELECT bucket FROM uploads UNION SELECT bucket FROM bucket_counts) AS used
    WHERE bucket NOT IN (SELECT id FROM buckets)`,
  'locks and transactions that were left': `SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'`,
}

/** A busy machine fails no contract. */
const PATIENCE = { connectTimeoutMs: 600_000, waitTimeoutMs: 600_000, statementTimeoutMs: 600_000 }

/** An empty store in a database of its own. */
export const openPostgresFacts = reusing(async () => {
  const { url } = await createDatabase()
  return {
    open: () => openPostgresMetadata({ url, poolMax: 8, ...PATIENCE }),
    auditAndEmpty: () => auditAndEmpty(url),
    // Databases go with the server, at the end of the file.
    remove: async () => {},
  }
})

async function auditAndEmpty(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const [name, sql] of Object.entries(ORPHANS))
      assert.deepEqual((await client.query(sql)).rows, [], name)
    const tables = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'",
    )
    // Twice, in whatever order: where sums go before what they count, triggers write them anew.
    const empty = tables.rows.map(({ name }) => `DELETE FROM ${name}`).join(';')
    await client.query(`${empty};${empty}`)
  } finally {
    await client.end()
  }
}
