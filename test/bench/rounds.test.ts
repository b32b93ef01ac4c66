import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { cpuSeconds, withChildren } from '../../bench/frame/processes.ts'
import { inTurns } from '../../bench/frame/rounds.ts'
import type { Case, Contender, RunOptions } from '../../bench/frame/types.ts'

const ONE: Case = { what: 'one', unit: 'requests/s' }

/** A shell whose child uses a fifth of a second and ends; then the shell waits to be told. */
const WORKER = `"$NODE" -e 'while (process.cpuUsage().user < 200_000);'; echo done; read line`
const WITHOUT_PROC = process.platform === 'linux' ? false : 'the system tells no processor time of others'

describe('rounds of the bench', () => {
  test('a contender that does not start, and one that fails in a round, are told as failures', async () => {
    const failures: string[] = []
    const options: RunOptions = {
      ...{ rounds: 1, quick: 1, contenders: [], cases: [], say: () => {} },
      failed: (line) => failures.push(line),
    }
    const of = (name: string, open: Contender<Case>['open']): Contender<Case> => ({
      ...{ name, syncs: '', missing: async () => null, open },
    })
    const contenders = [
      of('dead', () => Promise.reject(new Error('no port'))),
      of('weak', async () => ({
        pids: [],
        stop: async () => {},
        turn: () => Promise.reject(new Error('broke')),
      })),
      of('absent', async () => ({ pids: [], stop: async () => {}, turn: async () => null })),
    ]
    const { cases } = await inTurns(contenders, [ONE], options, 0)
    assert.deepEqual(failures, [
      'dead does not start: Error: no port',
      ...['one | weak: Error: broke', 'one | weak: Error: broke'],
    ])
    assert.deepEqual(cases, [{ ...ONE, of: [] }])
  })

  test('processor time of a child that has ended counts', { skip: WITHOUT_PROC }, async () => {
    const shell = spawn('sh', ['-c', WORKER], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { NODE: process.execPath },
    })
    await once(shell.stdout, 'data')
    const seconds = cpuSeconds(withChildren([shell.pid ?? 0]))
    shell.stdin.end()
    await once(shell, 'exit')
    assert.ok(seconds > 0.15, `${seconds} seconds`)
  })
})
