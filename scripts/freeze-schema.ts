import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Facts } from '../src/core/ports/facts.ts'
import { startPostgres } from '../test/support/postgres-server.ts'
import {
  changedSteps,
  FROZEN_STEPS,
  fixtureFiles,
  frozenSteps,
  HISTORY,
  stepsOfToday,
} from '../test/upgrade/fixtures.ts'
import { readHistory, writeHistory } from '../test/upgrade/history.ts'
import { keepPostgres } from '../test/upgrade/postgres.ts'
import { keepSqlite } from '../test/upgrade/sqlite.ts'

/**
 * Freezes the schema of the version in package.json: writes down the checksums of all steps, and keeps a database of each
 * store with what is read from it. `--again` replaces what was frozen of this version, as long as it is not released.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { again: { type: 'boolean', default: false } } })
  const version = versionOfPackage()
  const { [version]: own, ...others } = frozenSteps()
  if (own !== undefined && !values.again) fail(`${version} is frozen; give --again if it is not released yet`)
  const today = stepsOfToday()
  for (const [other, steps] of Object.entries(others)) {
    const changed = changedSteps(steps, today)
    if (changed.length > 0) fail(`frozen by ${other}, but changed since: ${changed.join(', ')}`)
  }
  await keep(version)
  writeJson(FROZEN_STEPS, { ...others, [version]: today })
  console.log(`the schema of ${version} is frozen; commit test/fixtures/metadata`)
}

async function keep(version: string): Promise<void> {
  const files = fixtureFiles(version)
  let history: unknown
  const fill = async (facts: Facts) => {
    await writeHistory(facts, HISTORY)
    history = await readHistory(facts, HISTORY)
  }
  writeFileSync(files.sqlite, await keepSqlite(fill))
  const server = await startPostgres()
  try {
    writeFileSync(files.postgres, await keepPostgres(server.url, fill))
  } finally {
    await server.close()
  }
  writeJson(files.history, history)
}

function versionOfPackage(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  const { version }: { version: string } = JSON.parse(text)
  return version
}

const writeJson = (path: string, value: unknown): void =>
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`)

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

await main()
