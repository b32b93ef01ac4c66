import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { pagePath, renderTable, TABLES, testTitles } from './table.ts'

describe('coverage pages', () => {
  const titles = testTitles()
  for (const [dialect, rows] of Object.entries(TABLES)) {
    test(`names only tests that exist: ${dialect}`, () => {
      const missing = rows.filter((row) => !titles.has(row.test)).map((row) => `${row.item}: ${row.test}`)
      assert.deepEqual(missing, [])
    })

    test(`is up to date: ${dialect}`, () => {
      assert.equal(
        readFileSync(pagePath(dialect), 'utf8'),
        renderTable(dialect, rows, titles),
        'run npm run coverage-docs',
      )
    })
  }
})
