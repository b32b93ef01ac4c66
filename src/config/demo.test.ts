import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../test/support/folder.ts'
import { watchedSyncs } from '../../test/support/syncs.ts'
import { systemRandom } from '../system.ts'
import { demoAccount } from './demo.ts'

test('the folder of a demo account is synced also where the account was there: an earlier start may not have come to that', (t) => {
  const dir = temporaryFolder()
  t.after(() => rmSync(dir, { recursive: true }))
  const made = demoAccount(dir, systemRandom, [])
  const synced = watchedSyncs(t)
  assert.deepEqual(demoAccount(dir, systemRandom, []).account, made.account)
  assert.deepEqual(synced, [dir])
})
