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
  const auditor = new Auditor(url)
  return {
    open: () => openPostgresMetadata({ url, poolMax: 8, ...PATIENCE }),
    auditAndEmpty: () => auditor.auditAndEmpty(),
    // Databases go with the server, at the end of the file.
    remove: () => auditor.close(),
  }
})

/** Looks at a database after each test, by one connection that has planned its statements already. */
class Auditor {
  readonly #url: string
  #client: pg.Client | null = null
  #tables: readonly string[] = []

  constructor(url: string) {
    this.#url = url
  }

  /** Finds nothing amiss, then removes all facts. */
  async auditAndEmpty(): Promise<void> {
    const client = await this.#connected()
    for (const [name, text] of Object.entries(ORPHANS))
      assert.deepEqual((await client.query({ name, text })).rows, [], name)
    // More than once, in whatever order: where sums go before what they count, triggers write them anew.
    for (let filled = await this.#filled(client); filled.length > 0; filled = await this.#filled(client))
      for (const table of filled) await client.query({ name: `empty ${table}`, text: `DELETE FROM ${table}` })
  }

  async close(): Promise<void> {
    await this.#client?.end()
  }

  /** The tables that have rows. */
  async #filled(client: pg.Client): Promise<readonly string[]> {
    const text = this.#tables
      .map((table) => `SELECT '${table}' AS name WHERE EXISTS (SELECT 1 FROM ${table})`)
      .join(' UNION ALL ')
    const { rows } = await client.query<{ name: string }>({ name: 'filled tables', text })
    return rows.map(({ name }) => name)
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client !== null) return this.#client
    const client = new pg.Client({ connectionString: this.#url })
    await client.connect()
    this.#client = client
    const { rows } = await client.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'",
    )
    this.#tables = rows.map(({ name }) => name)
    return client
  }
}
