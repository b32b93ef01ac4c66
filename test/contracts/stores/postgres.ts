import assert from 'node:assert/strict'
import pg from 'pg'
import { openPostgresMetadata } from '../../../src/metadata/postgres/index.ts'
import { createDatabase } from '../../support/postgres.ts'
import { ASSEMBLY_ORPHANS } from '../metadata/assembly-orphans.ts'
import { TREE_ORPHANS } from '../trees/audit.ts'
import { reusing } from './reused.ts'

/** Rows that nothing belongs to, and counters that are wrong: none of these may find anything after any test. */
const ORPHANS: Readonly<Record<string, string>> = {
  ...TREE_ORPHANS,
  ...ASSEMBLY_ORPHANS,
  'parts without a live segment':
    "SELECT blob FROM parts WHERE inline IS NULL AND segment NOT IN (SELECT name FROM segments WHERE state = 'live')",
  'parts without a blob': 'SELECT blob FROM parts WHERE blob NOT IN (SELECT id FROM blobs)',
  'inline bytes that are not as long as they say': 'SELECT blob FROM parts WHERE length(inline) <> size',
  'sealed parts that do not lie one after the other': `SELECT blob FROM (
    SELECT parts.blob, start, sum(parts.size) OVER (PARTITION BY blob ORDER BY number) - parts.size AS sum
    FROM parts JOIN blobs ON blobs.id = parts.blob WHERE blobs.size IS NOT NULL) AS placed
    WHERE start IS DISTINCT FROM sum`,
  'blobs with a wrong number of references': `SELECT id FROM blobs WHERE refs <>
    (SELECT count(*) FROM objects WHERE blob = blobs.id) +
    (SELECT count(*) FROM entries WHERE blob = blobs.id) +
    (SELECT count(*) FROM uploads WHERE blob = blobs.id AND state IN ('open', 'sealed'))`,
  'objects without their blob':
    'SELECT id FROM objects WHERE blob IS NOT NULL AND blob NOT IN (SELECT id FROM blobs WHERE size IS NOT NULL)',
  'rows of no bucket': `SELECT bucket FROM (SELECT bucket FROM objects UNION SELECT bucket FROM uploads
    UNION SELECT bucket FROM bucket_counts) AS used WHERE bucket NOT IN (SELECT id FROM buckets)`,
  'buckets with wrong counters': `SELECT id FROM buckets WHERE
    (SELECT coalesce(sum(objects), 0) FROM bucket_counts WHERE bucket = buckets.id)
      <> (SELECT count(*) FROM objects WHERE bucket = buckets.id) OR
    (SELECT coalesce(sum(bytes), 0) FROM bucket_counts WHERE bucket = buckets.id)
      <> (SELECT coalesce(sum(size), 0) FROM objects WHERE bucket = buckets.id)`,
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
    await client.query(tables.rows.map(({ name }) => `DELETE FROM ${name}`).join(';'))
  } finally {
    await client.end()
  }
}
