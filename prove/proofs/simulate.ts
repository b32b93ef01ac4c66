import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Proof, Run } from '../proof.ts'
import { Database } from '../simulate/database.ts'
import { Histories } from '../simulate/history.ts'
import { planOf } from '../simulate/plan.ts'
import { shrunk } from '../simulate/shrink.ts'
import type { Done, Share } from '../simulate/worker.ts'

type Name = 'histories' | 'first'

/** So many that fail are made small and told. */
const TOLD_MAX = 3

/** The core on stores, a clock and an order of events that a seed decides. */
export const SIMULATE: Proof<Name> = {
  name: 'simulate',
  shows:
    'whatever stores and nodes do, uploads, objects and bytes are as some order of all calls would leave them',
  sizes: {
    histories: { what: 'histories', full: 100_000, short: 2_000 },
    first: { what: 'number of the first history', full: 0, short: 0 },
  },
  run: async (run) => {
    const seed = run.random.int(2 ** 32)
    const failed = await runAll(run, seed)
    if (run.sizes.histories === 0) run.fail('there is no history to run')
    if (failed.length === 0) return
    const database = new Database()
    const histories = new Histories(database)
    for (const number of failed.slice(0, TOLD_MAX)) await tellSmall(run, histories, seed, number)
    for (const number of failed.slice(TOLD_MAX)) run.fail(`history ${number} fails`)
    database.close()
  },
}

/** The numbers of those that failed. It ends early when some have. */
async function runAll(run: Run<Name>, seed: number): Promise<readonly number[]> {
  const from = run.sizes.first
  const until = from + run.sizes.histories
  const step = Math.min(availableParallelism(), run.sizes.histories)
  const failed: number[] = []
  const startedAt = performance.now()
  let done = 0
  const runShare = async (at: number): Promise<void> => {
    const share: Share = { seed, from: from + at, until, step }
    const worker = new Worker(new URL('../simulate/worker.ts', import.meta.url), { workerData: share })
    const stop = (): void => void worker.terminate()
    run.signal.addEventListener('abort', stop)
    worker.on('message', ({ histories, operations, calls, failed: numbers }: Done) => {
      done += histories
      run.count('histories', histories)
      run.count('operations', operations)
      run.count('calls to stores', calls)
      failed.push(...numbers)
      if (failed.length >= TOLD_MAX) stop()
    })
    await once(worker, 'exit')
    run.signal.removeEventListener('abort', stop)
  }
  await Promise.all(Array.from({ length: step }, (_, at) => runShare(at)))
  if (done < run.sizes.histories && failed.length < TOLD_MAX)
    run.fail('not all histories were run', { done, of: run.sizes.histories })
  run.count('histories a minute', Math.round((done * 60_000) / (performance.now() - startedAt)))
  return failed.sort((a, b) => a - b)
}

async function tellSmall(run: Run<Name>, histories: Histories, seed: number, number: number): Promise<void> {
  const plan = planOf(seed, number)
  const small = await shrunk(histories, plan)
  const lines: string[] = []
  const { faults } = await histories.run(small, (line) => lines.push(line))
  run.fail(`history ${number} fails: ${faults[0]?.split('\n')[0] ?? ''}`, {
    faults: faults.join('\n'),
    [`its ${small.ops.length} operations of ${plan.ops.length}`]: lines.join('\n'),
    again: `npm run prove -- simulate --seed ${run.random.seed} --first ${number} --histories 1`,
  })
}
