import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { faultsOfMarkers, markersOf } from './markers.ts'
import { rowsNotShown } from './shown.ts'
import type { CoverageRow } from './types.ts'

const row = (item: string, title: string): CoverageRow => ({
  ...{ area: 'call', item, meaning: 'works', knownFrom: 'inferred', test: title },
})

const SOURCE = `describe('all', () => {
  test('one shows two rows', async () => {
    for (const each of [1, 2]) {
      assert.equal(each, each)
      shows('acme', 'GET /a', "what's (b)")
    }
  })

  function helper() {
    assert.ok(true)
    shows('acme', 'outside')
  }

  test(
    'another: \${name}',
    { timeout: 5 },
    () => {
      shows('acme', 'GET /c')
    },
  )
})
`

describe('markers of rows', () => {
  test('a marker belongs to the test around it', () => {
    assert.deepEqual(
      markersOf('a.test.ts', SOURCE).map(({ item, test: title, place }) => [item, title, place]),
      [
        ['GET /a', 'one shows two rows', 'a.test.ts:5'],
        ["what's (b)", 'one shows two rows', 'a.test.ts:5'],
        ['outside', null, 'a.test.ts:11'],
        ['GET /c', `another: \${name}`, 'a.test.ts:18'],
      ],
    )
  })

  test('a marker stands alone, and its row is written out', () => {
    const wrong = [
      "if (a) shows('acme', 'b')",
      "shows('acme', item)",
      "shows('acme')",
      "void shows('acme', 'b')",
    ]
    for (const line of wrong)
      assert.throws(() => markersOf('a.test.ts', `  ${line}\n`), /a\.test\.ts:1/, line)
  })

  test('rows without a marker, markers without a row, second ones and those without an assertion are faults', () => {
    const markers = markersOf('a.test.ts', `${SOURCE}${SOURCE.replaceAll('GET /c', 'GET /d')}`)
    const rows = [
      ...[row('GET /a', 'one shows two rows'), row("what's (b)", 'another test')],
      ...[row('GET /c', `another: \${name}`), row('GET /d', `another: \${name}`)],
    ]
    const faults = faultsOfMarkers('acme', rows, markers)
    assert.deepEqual(faults, [
      "no marker: what's (b) | another test",
      "no row: a.test.ts:5: what's (b) | one shows two rows",
      'no row: a.test.ts:11: outside | outside a test',
      "no row: a.test.ts:26: what's (b) | one shows two rows",
      'no row: a.test.ts:32: outside | outside a test',
      'a second marker: a.test.ts:5: GET /a | one shows two rows',
      "a second marker: a.test.ts:5: what's (b) | one shows two rows",
      'a second marker: a.test.ts:11: outside | outside a test',
      'no assertion before it: a.test.ts:18',
      'no assertion before it: a.test.ts:39',
    ])
    assert.deepEqual(faultsOfMarkers('other', [], markers), [])
  })
})

describe('rows that a whole run has shown', () => {
  const titles = new Map([
    ['short', ['test/dialects/acme/a.test.ts']],
    ['slow', ['test/long/acme.ts']],
    [`each: \${name}.`, ['src/acme.test.ts']],
  ])
  const rows = [row('a', 'short'), row('b', 'slow'), row('c', `each: \${name}.`)]
  const missing = (run: 'test' | 'long', shown: readonly (readonly [string, string, string])[]) =>
    rowsNotShown(
      ...([run, 'acme', rows, titles] as const),
      shown.map(([dialect, item, title]) => ({ dialect, item, test: title })),
    )

  test('each command has to show the rows whose tests it runs', () => {
    assert.deepEqual(missing('test', []), ['acme: a: short', `acme: c: each: \${name}.`])
    assert.deepEqual(missing('long', []), ['acme: b: slow'])
    assert.deepEqual(
      missing('test', [
        ['acme', 'a', 'short'],
        ['acme', 'c', 'each: one.'],
      ]),
      [],
    )
  })

  test('a row is shown by its own dialect, item and title alone', () => {
    const others = [
      ...[
        ['other', 'a', 'short'],
        ['acme', 'a', 'shorter'],
        ['acme', 'b', 'short'],
      ],
      ...[
        ['acme', 'c', 'each: one'],
        ['acme', 'c', 'each:  one!'],
        ['acme', 'c', `each: \${name}`],
      ],
    ] as const
    assert.equal(missing('test', others).length, 2)
  })
})
