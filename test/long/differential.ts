import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { newSeed } from '../contracts/metadata/random.ts'
import { BREAKAGES, withBroken } from '../differential/breakages.ts'
import { runDifferential } from '../differential/run.ts'

const COMMANDS_MAX = 20_000

/** The differential test finds what it is there for. */
describe('SQLite and PostgreSQL', () => {
  for (const [rule, breakage] of Object.entries(BREAKAGES)) {
    test(`are told apart when one ${rule}`, async (t) => {
      const seed = newSeed()
      t.diagnostic(`TEST_SEED=${seed}`)
      const plan = { seed, commands: COMMANDS_MAX, perHistory: 800, sideBySide: 1 }
      const { tally, found } = await runDifferential({ ...plan, changed: withBroken(breakage) })
      assert.ok(found !== null)
      t.diagnostic(`after ${tally.commands} commands, over ${found.difference.what}`)
    })
  }
})
