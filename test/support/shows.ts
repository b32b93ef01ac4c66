import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { getTestContext } from 'node:test'

/** A row that a test has shown: its dialect and item as the coverage table has them, and the title of the test that ran. */
export interface ShownRow {
  readonly dialect: string
  readonly item: string
  readonly test: string
}

/** Names the folder that a whole run collects its shown rows in. Without it nothing is written. */
export const SHOWN_FOLDER = 'STOWAGE_TEST_SHOWN_FOLDER'

/**
 * The marker of coverage rows. It stands directly behind the assertion that fails when what these rows say is broken, and so is
 * reached only where that held. `dialect` and `items` are written out, for they are searched for in the source.
 */
export function shows(dialect: string, ...items: readonly string[]): void {
  const folder = process.env[SHOWN_FOLDER]
  if (folder === undefined) return
  const test = getTestContext()?.name ?? ''
  const rows = items.map((item): ShownRow => ({ dialect, item, test }))
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`)
  appendFileSync(join(folder, `${process.pid}.jsonl`), lines.join(''))
}
