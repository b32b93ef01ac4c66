import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/support/folder.ts'
import { type Durability, openWriter } from './db.ts'

/** SQLite's numbers: 2 syncs the log at every commit, 1 at checkpoints only. */
const SYNCHRONOUS: Readonly<Record<Durability, number>> = { strict: 2, relaxed: 1 }

for (const durability of ['strict', 'relaxed'] as const) {
  test(`${durability}: the log is there, and synced as often as was promised`, () => {
    const folder = temporaryFolder()
    const db = openWriter(join(folder, 'stowage.db'), durability)
    try {
      assert.equal(db.one<{ journal_mode: string }>('PRAGMA journal_mode')?.journal_mode, 'wal')
      assert.equal(
        db.one<{ synchronous: number }>('PRAGMA synchronous')?.synchronous,
        SYNCHRONOUS[durability],
      )
    } finally {
      db.close()
      rmSync(folder, { recursive: true })
    }
  })
}
