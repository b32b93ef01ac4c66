import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { startJobs } from './scheduler.ts'

describe('the scheduler', () => {
  test('leaves a job to the node that has its lease', async () => {
    let runs = 0
    const run = async () => {
      runs += 1
    }
    const job = { name: 'shared', everyMs: 3600_000, run }
    const isMine = { now: false }
    const scheduler = startJobs([job], { onFailure: () => {}, mayRun: async () => isMine.now })
    await scheduler.runAll()
    assert.equal(runs, 0)
    isMine.now = true
    await scheduler.runAll()
    assert.equal(runs, 1)
    await scheduler.stop()
  })

  test('reports a failing job, runs it again, and waits for the running one when it stops', async () => {
    const reported: string[] = []
    let runs = 0
    const job = {
      name: 'shaky',
      everyMs: 1,
      run: async () => {
        runs += 1
        if (runs === 1) throw new Error('once')
      },
    }
    const scheduler = startJobs([job], { onFailure: (name) => reported.push(name), mayRun: async () => true })
    while (runs < 3) await new Promise((resolve) => setImmediate(resolve))
    await scheduler.stop()
    const after = runs
    await scheduler.runAll()
    assert.deepEqual([reported, runs], [['shaky'], after])
  })
})
