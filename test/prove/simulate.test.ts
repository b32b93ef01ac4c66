import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Database } from '../../prove/simulate/database.ts'
import { Histories } from '../../prove/simulate/history.ts'
import { planOf } from '../../prove/simulate/plan.ts'

describe('simulated histories', () => {
  test('go the same way each time, whatever ran before, and nothing is wrong with them', async () => {
    const database = new Database()
    const histories = new Histories(database)
    const linesOf = async (number: number): Promise<readonly string[]> => {
      const lines: string[] = []
      const { faults } = await histories.run(planOf(1, number), (line) => lines.push(line))
      assert.deepEqual(faults, [])
      return lines
    }
    const numbers = Array.from({ length: 20 }, (_, number) => number)
    const first: (readonly string[])[] = []
    for (const number of numbers) first.push(await linesOf(number))
    for (const number of numbers.toReversed()) assert.deepEqual(await linesOf(number), first[number])
    assert.ok(first.every((lines) => lines.length > 10))
    database.close()
  })
})
