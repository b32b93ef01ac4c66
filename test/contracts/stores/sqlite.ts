import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteMetadata } from '../../../src/metadata/sqlite/index.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { ASSEMBLY_ORPHANS } from '../metadata/assembly-orphans.ts'
import { TREE_ORPHANS } from '../trees/audit.ts'
import { reusing } from './reused.ts'

/** Rows that nothing belongs to, and counters that are wrong: none of these may find anything after any test. */
const ORPHANS: Readonly<Record<string, string>> = {
  ...TREE_ORPHANS,
  'inline bytes without a part':
    'SELECT id FROM inline_bytes WHERE id NOT IN (SELECT inline FROM parts WHERE inline > 0)',
  'parts without their inline bytes':
    'SELECT blob FROM parts WHERE inline IS NOT NULL AND inline NOT IN (SELECT id FROM inline_bytes)',
  ...ASSEMBLY_ORPHANS,
  'parts without a live segment':
    "SELECT blob FROM parts WHERE inline IS NULL AND segment NOT IN (SELECT name FROM segments WHERE state = 'live')",
  'parts without a blob': 'SELECT blob FROM parts WHERE blob NOT IN (SELECT id FROM blobs)',
  'blobs with a wrong number of references': `SELECT id FROM blobs WHERE refs <>
    (SELECT count(*) FROM objects WHERE blob = blobs.id) +
    (SELECT count(*) FROM entries WHERE blob = blobs.id) +
    (SELECT count(*) FROM uploads WHERE blob = blobs.id AND state IN ('open', 'sealed'))`,
  'objects without their blob':
    'SELECT id FROM objects WHERE blob IS NOT NULL AND blob NOT IN (SELECT id FROM blobs WHERE size IS NOT NULL)',
  'buckets with wrong counters': `SELECT id FROM buckets WHERE
    (SELECT coalesce(sum(objects), 0) FROM bucket_counts WHERE bucket = buckets.id)
      <> (SELECT count(*) FROM objects WHERE bucket = buckets.id) OR
    (SELECT coalesce(sum(bytes), 0) FROM bucket_counts WHERE bucket = buckets.id)
      <> (SELECT coalesce(sum(size), 0) FROM objects WHERE bucket = buckets.id)`,
  'foreign keys that lead nowhere': 'PRAGMA foreign_key_check',
}

/** Finds nothing amiss, then removes everything. */
function auditAndEmpty(path: string): void {
  const database = new DatabaseSync(path)
  for (const [name, sql] of Object.entries(ORPHANS)) assert.deepEqual(database.prepare(sql).all(), [], name)
  assert.equal(database.prepare('PRAGMA integrity_check').get()?.integrity_check, 'ok')
  const tables = database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('migrations', 'sqlite_sequence')",
    )
    .all()
  database.exec(
    `PRAGMA foreign_keys = off; BEGIN; ${tables.map(({ name }) => `DELETE FROM ${name};`).join('')} COMMIT`,
  )
  database.close()
}

/** An empty store in a file of its own. */
export const openSqliteFacts = reusing(async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'stowage.db')
  return {
    path,
    open: () => openSqliteMetadata({ path, durability: 'strict' }),
    auditAndEmpty: async () => auditAndEmpty(path),
    remove: async () => rmSync(folder, { recursive: true }),
  }
})
