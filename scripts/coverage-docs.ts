import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { pagePath, renderTable, TABLES, testTitles } from '../test/coverage/table.ts'

const titles = testTitles()
for (const [dialect, rows] of Object.entries(TABLES)) {
  const path = pagePath(dialect)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, renderTable(dialect, rows, titles))
  console.log(`${path}: ${rows.length} rows`)
}
