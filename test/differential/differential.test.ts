import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CORE_ERROR_CODES, type CoreErrorCode } from '../../src/core/errors.ts'
import type { CommandName } from '../../src/metadata/commands/command.ts'
import { newSeed } from '../contracts/metadata/random.ts'
import { COMMAND_NAMES } from './generators/index.ts'
import { shortHistoryOf, summaryOf } from './report.ts'
import { runDifferential } from './run.ts'
import { Tally } from './tally.ts'

const COMMANDS = 18_000
const COMMANDS_ON_WHOLE_STORES = 2_000

/** Codes that no command may fail with here, and why. */
const NEVER: Readonly<Partial<Record<CoreErrorCode, string>>> = {
  'access-denied': 'the core asks who may, before a store is asked',
  'body-truncated': 'what receives bytes tells it',
  'digest-mismatch': 'what receives bytes tells it',
  'media-refused': 'the probe of media tells it',
  'storage-full': 'the stores have room',
  'metadata-failed': 'the stores work',
  unavailable: 'the stores are there',
}

/** Commands that find nothing in SQLite, whose answers are counted: it has no time of its own. */
const IDLE: readonly CommandName[] = ['databaseTime']

describe('SQLite and PostgreSQL', () => {
  const seed = newSeed()

  test('give the same answers to random commands, and have the same facts after them', async (t) => {
    t.diagnostic(`TEST_SEED=${seed}`)
    const runs = [
      { seed, commands: COMMANDS },
      { seed, commands: COMMANDS_ON_WHOLE_STORES, stores: 'whole', perHistory: 500 },
    ] as const
    const tally = new Tally()
    for (const options of runs) {
      const { tally: own, found } = await runDifferential(options)
      if (found !== null) assert.fail(`${summaryOf(options, found)}\n${await shortHistoryOf(options, found)}`)
      tally.addCounts(own.counts())
    }
    for (const line of tally.text().split('\n')) t.diagnostic(line)
    const idle = COMMAND_NAMES.filter((name) => tally.successes(name) === 0)
    assert.deepEqual(idle, IDLE, 'commands that never did or found anything')
    const expected = CORE_ERROR_CODES.filter((code) => NEVER[code] === undefined)
    const missed = expected.filter((code) => tally.errors(code) === 0)
    assert.deepEqual(missed, [], 'errors that no command failed with')
  })
})
