import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { ASSUMPTIONS, needsOf, placeAccounts } from '../../bench/scaling/simulation.ts'
import { withTables } from '../../bench/scaling/tables.ts'

const COST = { nodeUs: 1_000, databaseUs: 500, logBytes: 2_000, roomBytes: 1_000 }
const load = (uploadsPerDay: number, bytes = 4096) => ({ uploadsPerDay, bytes, s3Requests: 1, cost: COST })

describe('how far it goes', () => {
  test('the tables of the page are those of the measured costs', () => {
    const page = readFileSync(new URL('../../docs/scaling.md', import.meta.url), 'utf8')
    assert.equal(withTables(page), page, 'npm run scaling-docs')
  })

  test('what a load needs grows with the load, and is never less than one node and one cell', () => {
    const [few, many] = [needsOf(load(1e5), ASSUMPTIONS), needsOf(load(1e9), ASSUMPTIONS)]
    assert.deepEqual([few.nodes, few.cells], [1, 1])
    assert.equal(Math.round(many.uploadsPerS), Math.round((1e9 / 86_400) * ASSUMPTIONS.peak))
    assert.equal(many.nodes, Math.ceil((many.uploadsPerS * 1e-3) / (ASSUMPTIONS.nodeCores * ASSUMPTIONS.use)))
    assert.ok(many.cells > 1)
    assert.equal(many.roomBytesPerDay, 1e12)
  })

  test('large uploads need nodes for their bytes', () => {
    const { nodes, uploadsPerS } = needsOf(load(1e7, 2 ** 31), ASSUMPTIONS)
    assert.equal(nodes, Math.ceil((uploadsPerS * 2 ** 32) / (ASSUMPTIONS.nodeBytesPerS * ASSUMPTIONS.use)))
  })

  test('accounts are moved until no cell is too full, and none is lost', () => {
    let seed = 1
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const { cells, moves } = placeAccounts(10_000, 4, 1.1, random)
    const mean = cells.reduce((sum, one) => sum + one, 0) / cells.length
    assert.ok(Math.max(...cells) <= 1.1 * mean, `${Math.max(...cells) / mean}`)
    assert.ok(moves < 100, `${moves} moves`)
  })
})
