import assert from 'node:assert/strict'
import { accountsContract } from '../../../test/contracts/accounts.ts'
import { catalogContract } from '../../../test/contracts/catalog.ts'
import { coordinationContract } from '../../../test/contracts/coordination.ts'
import { ASSEMBLY_ORPHANS } from '../../../test/contracts/metadata/assembly-orphans.ts'
import { metadataContract } from '../../../test/contracts/metadata.ts'
import { tasksContract } from '../../../test/contracts/tasks.ts'
import { tokensContract } from '../../../test/contracts/tokens.ts'
import { TREE_ORPHANS } from '../../../test/contracts/trees/audit.ts'
import { type FactsStore, treesContract } from '../../../test/contracts/trees.ts'
import { createDatabase, queryOnce } from '../../../test/support/postgres.ts'
import type { Facts } from '../../core/ports/facts.ts'
import { openPostgresMetadata } from './index.ts'

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

async function audit(url: string): Promise<void> {
  for (const [name, sql] of Object.entries(ORPHANS)) assert.deepEqual(await queryOnce(url, sql), [], name)
}

async function open(): Promise<FactsStore> {
  const { url, drop } = await createDatabase()
  const opened: Facts[] = []
  const another = async () => {
    const metadata = await openPostgresMetadata({ url, poolMax: 8 })
    opened.push(metadata)
    return metadata
  }
  const closeAll = async (): Promise<void> => {
    for (const metadata of opened.splice(0)) await metadata.close()
  }
  return {
    metadata: await another(),
    another,
    reopen: async () => {
      await closeAll()
      return another()
    },
    close: async () => {
      try {
        await closeAll()
        await audit(url)
      } finally {
        await drop()
      }
    },
  }
}

metadataContract('PostgreSQL', open)
treesContract('PostgreSQL', open)
tokensContract('PostgreSQL', open)
catalogContract('PostgreSQL', open)
tasksContract('PostgreSQL', open)
accountsContract('PostgreSQL', open)

coordinationContract('PostgreSQL', async () => {
  const store = await open()
  return { metadata: store.metadata, another: () => store.another(), close: store.close }
})
