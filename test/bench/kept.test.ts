import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { chartOf } from '../../bench/frame/chart.ts'
import { keepResult, keptResults } from '../../bench/frame/results.ts'
import { temporaryFolder } from '../support/folder.ts'
import { caseOf, figuresOf, resultOf } from './results.ts'

const ORDER = ['first', 'small']
const SMALL = resultOf([caseOf('requests/s', { own: figuresOf([1.23456, 2]), 'a & <b>': figuresOf([8]) })])

interface Bars {
  readonly svg: { readonly rect: readonly Readonly<Record<string, string>>[] }
}

describe('what a run of the bench leaves', () => {
  test('results stand in the order of the scenarios, once each, with a chart each and a section of the page', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'README.md'), 'above\n<!-- results -->\nold\n<!-- end of results -->\nbelow\n')
    keepResult(folder, SMALL, ORDER)
    keepResult(folder, { ...SMALL, name: 'first' }, ORDER)
    keepResult(folder, { ...SMALL, about: 'Once more, $& and all.' }, ORDER)
    assert.deepEqual(
      keptResults(folder).map(({ name }) => name),
      ['first', 'small'],
    )
    const page = readFileSync(join(folder, 'README.md'), 'utf8')
    assert.match(
      page,
      /^above\n<!-- results -->\n\n### first\n[\s\S]*### small\n[\s\S]*<!-- end of results -->\nbelow\n$/,
    )
    assert.doesNotMatch(page, /old/)
    assert.match(page, /Once more, \$& and all\./)
    for (const name of ORDER) readFileSync(join(folder, 'charts', `${name}.svg`))
  })

  test('what was not measured is read as it was written, and figures keep four digits', () => {
    const folder = temporaryFolder()
    keepResult(folder, SMALL, ORDER)
    const figures = keptResults(folder)[0]?.cases[0]?.of[0]?.figures
    assert.equal(figures?.value.least, 1.235)
    assert.ok(Number.isNaN(figures?.p99Ms.median))
  })

  test('a chart is XML with a bar for each contender, as long as its figure', () => {
    const text = chartOf(SMALL)
    assert.equal(XMLValidator.validate(text), true)
    const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '' })
    const [, own, other] = (parser.parse(text) as Bars).svg.rect
    assert.equal((Number(other?.width) / Number(own?.width)).toFixed(1), (8 / 1.61728).toFixed(1))
  })

  test('a case without any answer has bars of no length', () => {
    const text = chartOf(resultOf([caseOf('requests/s', { own: figuresOf([0]) })]))
    assert.doesNotMatch(text, /NaN|Infinity/)
  })
})
