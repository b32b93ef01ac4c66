import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { faultsOfMarkers } from './markers.ts'
import { pagePath, renderTable, TABLES, testMarkers, testTitles } from './table.ts'

describe('coverage pages', () => {
  const titles = testTitles()
  const markers = testMarkers()
  for (const [dialect, rows] of Object.entries(TABLES)) {
    test(`names only tests that exist: ${dialect}`, () => {
      const missing = rows.filter((row) => !titles.has(row.test)).map((row) => `${row.item}: ${row.test}`)
      assert.deepEqual(missing, [])
    })

    test(`names only rows that a marker in their test shows: ${dialect}`, () => {
      const faults = faultsOfMarkers(dialect, rows, markers)
      assert.deepEqual(faults, [])
    })

    test(`is up to date: ${dialect}`, () => {
      assert.equal(
        readFileSync(pagePath(dialect), 'utf8'),
        renderTable(dialect, rows, titles),
        'run npm run coverage-docs',
      )
    })
  }

  test('no marker is of a dialect that there is not', () => {
    assert.deepEqual(
      markers.filter(({ dialect }) => TABLES[dialect] === undefined),
      [],
    )
  })
})
