import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import type { Facts } from '../../src/core/ports/facts.ts'
import { createDatabase } from '../support/postgres.ts'
import { changedSteps, fixtureFiles, frozenSteps, HISTORY, stepsOfToday } from './fixtures.ts'
import { readHistory, searchHistory, writeHistory } from './history.ts'
import { keepPostgres, upgradePostgres } from './postgres.ts'
import { keepSqlite, upgradeSqlite } from './sqlite.ts'

type Use = (facts: Facts) => Promise<void>

async function withDatabase<Result>(work: (url: string) => Promise<Result>): Promise<Result> {
  const database = await createDatabase()
  try {
    return await work(database.url)
  } finally {
    await database.drop()
  }
}

/** The history is there, fields that came later apart, and the database can be used. */
const finds =
  (history: unknown): Use =>
  async (facts) => {
    assert.partialDeepStrictEqual(await readHistory(facts, HISTORY), history)
    await writeHistory(facts, HISTORY + 1)
  }

/** What was there before the index was is found by it. */
const searches: Use = async (facts) => {
  const all = ['a', 'a/b', 'copy', 'a/file', 'a/large', 'a/link', 'virtual']
  assert.deepEqual(await searchHistory(facts, HISTORY, {}), all)
  assert.deepEqual(await searchHistory(facts, HISTORY, { keywords: ['ARG'] }), ['a/large'])
  assert.deepEqual(await searchHistory(facts, HISTORY, { keywords: ['thrown'] }), [])
}

describe('frozen steps', () => {
  for (const [version, steps] of Object.entries(frozenSteps())) {
    test(`are as they were in ${version}`, () => assert.deepEqual(changedSteps(steps, stepsOfToday()), []))
  }

  test('are named when one changes or goes, not when one is new', () => {
    const today = { sqlite: { '1 a': 'x', '2 b': 'y' }, postgres: { '1 a': 'z' } }
    assert.deepEqual(changedSteps({ sqlite: { '1 a': 'x' }, postgres: {} }, today), [])
    const other = { sqlite: { '1 a': 'changed' }, postgres: { '1 a': 'z', '2 gone': '' } }
    assert.deepEqual(changedSteps(other, today), ['sqlite 1 a', 'postgres 2 gone'])
  })
})

for (const version of Object.keys(frozenSteps())) {
  describe(`a database of version ${version}`, () => {
    const { history, sqlite, postgres } = fixtureFiles(version)
    const finding = finds(JSON.parse(readFileSync(history, 'utf8')))

    test('in SQLite is upgraded and keeps its facts', () => upgradeSqlite(readFileSync(sqlite), finding))

    test('in PostgreSQL is upgraded and keeps its facts', () =>
      withDatabase((url) => upgradePostgres(url, readFileSync(postgres), finding)))

    test('in SQLite is searched', () => upgradeSqlite(readFileSync(sqlite), searches))

    test('in PostgreSQL is searched', () =>
      withDatabase((url) => upgradePostgres(url, readFileSync(postgres), searches)))
  })
}

describe('a database of today', () => {
  let history: unknown
  const fill: Use = async (facts) => {
    await writeHistory(facts, HISTORY)
    history = await readHistory(facts, HISTORY)
  }
  let sqlite: Uint8Array
  before(async () => {
    sqlite = await keepSqlite(fill)
  })

  test('is found again as it was kept, in SQLite', () => upgradeSqlite(sqlite, finds(history)))

  test('is found again as it was kept, in PostgreSQL, with the same facts', async () => {
    const inSqlite = history
    const postgres = await withDatabase((url) => keepPostgres(url, fill))
    assert.deepEqual(history, inSqlite)
    await withDatabase((url) => upgradePostgres(url, postgres, finds(history)))
  })
})
