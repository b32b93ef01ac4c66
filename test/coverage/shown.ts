import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SHOWN_FOLDER, type ShownRow } from '../support/shows.ts'
import { TABLES, type Titles, testTitles } from './table.ts'
import type { CoverageRow } from './types.ts'

/**
 * The commands whose whole runs show rows: `npm test` and `npm run test:long`, which say so by `STOWAGE_TEST_RUN`. A row belongs to the
 * command that runs its test.
 */
export type WholeRun = 'test' | 'long'

/** What a whole run collects. */
export interface ShownRows {
  /** Ends the collection. The rows that this run has to show and did not, a line each. */
  readonly missing: () => readonly string[]
}

/**
 * Collects the shown rows of this run's processes, which are started after this; null for a run of single files.
 * Processes that these start in turn are no whole runs.
 */
export function collectShownRows(): ShownRows | null {
  const run = wholeRunOf(process.env.STOWAGE_TEST_RUN)
  delete process.env.STOWAGE_TEST_RUN
  if (run === null) return null
  const folder = mkdtempSync(join(tmpdir(), 'stowage-shown-'))
  process.env[SHOWN_FOLDER] = folder
  return {
    missing: () => {
      const shown = readdirSync(folder).flatMap((name) => readShown(join(folder, name)))
      rmSync(folder, { recursive: true })
      const titles = testTitles()
      const tables = Object.entries(TABLES)
      return tables.flatMap(([dialect, rows]) => rowsNotShown(run, dialect, rows, titles, shown))
    },
  }
}

/** The rows of a dialect that this run has to show and did not, a line each. */
export function rowsNotShown(
  run: WholeRun,
  dialect: string,
  rows: readonly CoverageRow[],
  titles: Titles,
  shown: readonly ShownRow[],
): readonly string[] {
  const ofDialect = shown.filter((each) => each.dialect === dialect)
  return rows
    .filter((row) => isOf(run, row, titles))
    .filter((row) => {
      const title = titlePattern(row.test)
      return !ofDialect.some(({ item, test }) => item === row.item && title.test(test))
    })
    .map((row) => `${dialect}: ${row.item}: ${row.test}`)
}

/** Whether the command runs a row's test. */
const isOf = (run: WholeRun, { test }: CoverageRow, titles: Titles): boolean =>
  (titles.get(test) ?? []).some((file) => file.startsWith('test/long/') === (run === 'long'))

/** A title as it stands in the source, with any value in place of each `${…}`. */
function titlePattern(title: string): RegExp {
  const texts = title.split(/\$\{[^}]*\}/).map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${texts.join('.*')}$`, 's')
}

function wholeRunOf(text: string | undefined): WholeRun | null {
  if (text === undefined) return null
  if (text === 'test' || text === 'long') return text
  throw new Error(`STOWAGE_TEST_RUN: is "${text}"; accepted: test, long`)
}

function readShown(path: string): readonly ShownRow[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line): ShownRow => JSON.parse(line))
}
