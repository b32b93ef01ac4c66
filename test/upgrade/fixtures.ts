import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checksumOf, type Migration } from '../../src/metadata/schema/migrations.ts'
import { stepsFor } from '../../src/metadata/schema/steps.ts'

const FOLDER = join(import.meta.dirname, '../fixtures/metadata')

/** The number of the history in fixtures. */
export const HISTORY = 1

/** Checksums of all steps by their names, of each store. */
export interface Steps {
  readonly sqlite: Readonly<Record<string, string>>
  readonly postgres: Readonly<Record<string, string>>
}

/** The program's own. */
export const stepsOfToday = (): Steps => ({
  sqlite: namedSteps(stepsFor('sqlite')),
  postgres: namedSteps(stepsFor('postgres')),
})

const namedSteps = (steps: readonly Migration[]): Readonly<Record<string, string>> =>
  Object.fromEntries(steps.map((step) => [`${step.version} ${step.name}`, checksumOf(step)]))

/** Those that are not today as they were. */
export function changedSteps(before: Steps, today: Steps): readonly string[] {
  const changed = (store: keyof Steps) =>
    Object.keys(before[store]).filter((name) => today[store][name] !== before[store][name])
  return [
    ...changed('sqlite').map((name) => `sqlite ${name}`),
    ...changed('postgres').map((name) => `postgres ${name}`),
  ]
}

/** The file that has the steps of every released version. */
export const FROZEN_STEPS = join(FOLDER, 'frozen-steps.json')

/** The steps of every released version. */
export function frozenSteps(): Readonly<Record<string, Steps>> {
  return existsSync(FROZEN_STEPS) ? JSON.parse(readFileSync(FROZEN_STEPS, 'utf8')) : {}
}

/** What is kept of a released version: both stores' databases, and what is read from either. */
export const fixtureFiles = (version: string) => ({
  sqlite: join(FOLDER, `${version}.sqlite.gz`),
  postgres: join(FOLDER, `${version}.postgres.sql.gz`),
  history: join(FOLDER, `${version}.json`),
})
