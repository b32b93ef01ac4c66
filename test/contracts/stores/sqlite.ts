import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { openSqliteMetadata } from '../../../src/metadata/sqlite/index.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { ORPHANS as SHARED_ORPHANS } from '../orphans.ts'
import { reusing } from './reused.ts'

/** Rows that nothing belongs to, and counters that are wrong: none of these may find anything after any test. */
const ORPHANS: Readonly<Record<string, string>> = {
  ...SHARED_ORPHANS,
  'inline bytes without a part':
    'SELECT id FROM inline_bytes WHERE id NOT IN (SELECT inline FROM parts WHERE inline > 0)',
  'parts without their inline bytes':
    'SELECT blob FROM parts WHERE inline IS NOT NULL AND inline NOT IN (SELECT id FROM inline_bytes)',
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
  // What is counted there is gone on purpose.
  rmSync(`${path}-position`, { force: true })
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
