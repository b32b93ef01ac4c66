import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { spreadOf } from '../../bench/frame/rounds.ts'
import { rounded, tablesOf } from '../../bench/frame/tables.ts'
import { caseOf, figuresOf, resultOf } from './results.ts'

/** The cells of a contender's row. */
const rowOf = (text: string, name: string): readonly string[] =>
  (text.split('\n').find((line) => line.startsWith(`| ${name} |`)) ?? '').split(' | ').slice(1)

describe('tables of the bench', () => {
  test('a spread has the median of an odd and of an even number of rounds, the least and the most', () => {
    assert.deepEqual(spreadOf([10, 2, 9]), { median: 9, least: 2, most: 10 })
    assert.deepEqual(spreadOf([10, 2, 9, 100]), { median: 9.5, least: 2, most: 100 })
  })

  test('figures have the digits that count, and a dash where nothing was measured', () => {
    assert.deepEqual([12_345.6, 99.94, 1.234, 0.0456, Number.NaN, 1 / 0].map(rounded), [
      ...['12,346', '99.9', '1.2', '0.046', '–', '–'],
    ])
  })

  test('the ratio says how many times as fast the first is, for rates and for times', () => {
    const rates = tablesOf(
      resultOf([caseOf('requests/s', { own: figuresOf([200]), other: figuresOf([50]) })]),
    )
    assert.equal(rowOf(rates, 'own')[1], '1.00')
    assert.equal(rowOf(rates, 'other')[1], '4.00')
    const times = tablesOf(resultOf([caseOf('ms', { own: figuresOf([200]), other: figuresOf([50]) })]))
    assert.equal(rowOf(times, 'other')[1], '0.25')
  })

  test('each row says what is on disk, and how busy the generator was', () => {
    const busy = figuresOf([1, 2, 3], { generatorBusy: spreadOf([0.5, 0.62, 0.7]), peakMemoryMb: 120 })
    const text = tablesOf(resultOf([caseOf('requests/s', { own: busy, other: figuresOf([1]) })]))
    const head = text.split('\n').find((line) => line.startsWith('| | requests/s')) ?? ''
    assert.deepEqual(head.split(' | ').slice(-3), [
      'peak MB',
      'generator busy',
      'what is on disk when it answers |',
    ])
    assert.deepEqual(rowOf(text, 'own').slice(-3), ['120', '62 %', 'own syncs |'])
    assert.deepEqual(rowOf(text, 'other').slice(-3), ['–', '–', 'other syncs |'])
    assert.equal(rowOf(text, 'own')[0], '2.0 (1.0–3.0)')
  })

  test('memory, what was skipped, what failed, a busy machine and a quick run are told', () => {
    const { on } = resultOf([])
    const text = tablesOf(
      resultOf([], {
        ...{ on: { ...on, loadBefore: 3, quick: 8 }, failures: ['16 KiB | own: Error'] },
        memory: [{ name: 'own', idleMb: 100.4, settledMb: 130.2, settlingS: 60 }],
        skipped: [{ name: 'nginx', reason: 'there is no apt-get' }],
      }),
    )
    assert.match(text, /idle → 60 s after the last request: own 100 → 130 MB/)
    assert.match(text, /Not measured: nginx \(there is no apt-get\)/)
    assert.match(text, /\*\*Failed\*\*: 16 KiB \| own: Error/)
    assert.match(text, /\*\*Busy machine\*\*: load 3/)
    assert.match(text, /divided by 8/)
  })
})
