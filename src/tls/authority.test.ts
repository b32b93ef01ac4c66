import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { test } from 'node:test'
import { temporaryFolder } from '../../test/support/folder.ts'
import { watchedSyncs } from '../../test/support/syncs.ts'
import { systemClock, systemRandom } from '../system.ts'
import { openAuthority } from './authority.ts'

test('the folder of an authority is synced also where it was there: an earlier start may not have come to that', async (t) => {
  const dataDir = temporaryFolder()
  t.after(() => rmSync(dataDir, { recursive: true }))
  const options = { dataDir, clock: systemClock, random: systemRandom }
  const { certificate } = await openAuthority(options)
  const synced = watchedSyncs(t)
  assert.deepEqual((await openAuthority(options)).certificate, certificate)
  assert.deepEqual(synced, [dataDir])
})
