import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { temporaryFolder } from '../../../test/support/folder.ts'
import { stepsFor } from '../schema/steps.ts'
import { AccountRooms } from './account-rooms.ts'
import { openWriter } from './db.ts'
import { migrate } from './migrate.ts'

test('an account takes half of what is left without another look, and counts at the end', (t) => {
  const folder = temporaryFolder()
  const path = join(folder, 'stowage.db')
  const db = openWriter(path, 'relaxed')
  t.after(() => {
    db.close()
    rmSync(folder, { recursive: true })
  })
  migrate(db, path, stepsFor('sqlite'))
  const rooms = new AccountRooms()
  const keep = (adds: number, max: number) =>
    rooms.keep(db, 'a', [{ name: 'open_uploads', of: ['uploads'], adds, max }])
  const count = (uploads: number) =>
    db.run(
      `INSERT INTO account_uploads (account, shard, uploads, bytes) VALUES ('a', 0, ?, 0)
       ON CONFLICT (account, shard) DO UPDATE SET uploads = excluded.uploads`,
      uploads,
    )
  assert.deepEqual([keep(5_000, 10_000), keep(1_000, 10_000)], [true, true], 'nothing is counted yet')
  count(6_000)
  assert.equal(keep(4_000, 10_000), true, 'known from the last look')
  count(4_000)
  assert.equal(keep(4_000, 10_000), false, 'more than half: the command counts, and adds 4,000')
  count(8_000)
  assert.equal(keep(2_000, 10_000), false, 'half of what is left now is 1,000')
  count(10_000)
  assert.equal(keep(1, 10_000), false)
  assert.equal(keep(1, 100_000), true, 'a limit that was raised')
  assert.equal(keep(1, 9_000), false, 'and one that was lowered')
  count(2)
  assert.equal(keep(1, 15), false, 'near its limit it is counted each time')
  assert.equal(keep(1, 1_001), false)
  assert.equal(keep(1, 1_002), true)
})
