import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkCut, type Problem } from '../power/check-cut.ts'
import { type AfterCut, type Cut, chooseCuts, cutsOf } from '../power/cuts.ts'
import type { Pretends } from '../power/disk.ts'
import { type Load, type Recording, recordLoad } from '../power/record.ts'
import type { Proof, Run } from '../proof.ts'
import { buildShim, type Shim } from '../shim/build.ts'

type Sizes = 'cuts' | 'lives'

/** What is recorded, and how many of ten cuts it gets. */
const LOADS: readonly { readonly name: string; readonly tenths: number; readonly load: Partial<Load> }[] = [
  { name: 'strict', tenths: 7, load: { starts: 2 } },
  { name: 'relaxed', tenths: 2, load: { settings: { durability: 'relaxed' } } },
  {
    name: 'first start',
    tenths: 1,
    load: { lives: 0, accounts: 'demo', settings: { 'tls.listen': '127.0.0.1:0', 'tls.auto': 'true' } },
  },
]

/** Cuts of one strict recording, at most. */
const CUTS_EACH = 350

/** Guarantees that are broken on purpose, by syncs that the disk only pretends to make. */
const BROKEN: readonly { readonly name: string; readonly pretends: Pretends }[] = [
  { name: 'segments', pretends: (path) => /\/blobs\/..\/[0-9a-f]{32}$/.test(path) },
  { name: 'folders of segments', pretends: (path) => /\/blobs\/..$/.test(path) },
  { name: "the database's log", pretends: (path) => path.endsWith('-wal') },
]
const TRIES_MAX = 40

/** Proof 2: what was answered outlives a power cut. */
export const POWER: Proof<Sizes> = {
  name: 'power',
  shows: 'what was answered is there after a power cut, whatever was not synced is lost, mixed or torn',
  sizes: {
    cuts: { what: 'power cuts', full: 2000, short: 20 },
    lives: { what: 'lives of files in each recording', full: 200, short: 30 },
  },
  async run(run) {
    const shim = buildShim(run.folder)
    for (let left = run.sizes.cuts; left > 0 && !run.signal.aborted; left -= CUTS_EACH) {
      const cuts = Math.min(left, CUTS_EACH)
      for (const { name, tenths, load } of LOADS) {
        const recording = await record(run, shim, load)
        const count = Math.max(1, Math.round((cuts * tenths) / 10))
        await cutAll(run, recording, count, name)
        const isFirst = left === run.sizes.cuts && name === 'strict'
        if (isFirst) for (const each of BROKEN) await requireNoticed(run, recording, each)
        rmSync(join(recording.root, '..'), { recursive: true })
      }
    }
  },
}

async function record(run: Run<Sizes>, shim: Shim, load: Partial<Load>): Promise<Recording> {
  const seed = run.random.int(2 ** 31)
  const folder = join(run.folder, `load-${seed}`)
  mkdirSync(folder)
  const lives = run.sizes.lives
  const recording = await recordLoad({ shim, folder, seed, lives, starts: 1, settings: {}, ...load })
  const count = (type: string): number => recording.entries.filter((entry) => entry.type === type).length
  run.count('lives recorded', load.lives ?? lives)
  run.count('writes', count('write'))
  run.count('syncs', count('sync-end'))
  run.count('names', count('create') + count('link') + count('unlink') + count('mkdir'))
  return recording
}

async function cutAll(run: Run<Sizes>, recording: Recording, count: number, name: string): Promise<void> {
  const cuts = chooseCuts(recording, count, run.random)
  for (const after of cutsOf(recording, cuts, run.random)) {
    if (run.signal.aborted) return
    const problems = await check(run, recording, after, run.count)
    run.count(`power cuts (${name})`)
    for (const { what, details } of problems) run.fail(what, { load: name, cut: after.cut, ...details })
  }
}

/** Cuts until the broken guarantee is noticed; else the proof proves nothing. */
async function requireNoticed(
  run: Run<Sizes>,
  recording: Recording,
  { name, pretends }: (typeof BROKEN)[number],
): Promise<void> {
  // The later, the more there is to lose.
  const late = chooseCuts(recording, 4 * TRIES_MAX, run.random).slice(-TRIES_MAX)
  const cuts = late.map(({ at }): Cut => ({ at, loss: 'none' }))
  for (const after of cutsOf(recording, cuts, run.random, pretends)) {
    if (run.signal.aborted) return
    const [problem] = await check(run, recording, after, () => {})
    run.count('power cuts with a broken guarantee')
    if (problem === undefined) continue
    run.say(`without syncs of ${name}: ${problem.what}`)
    return run.count('broken guarantees noticed')
  }
  run.fail(`nothing is noticed when the syncs of ${name} are left out`)
}

function check(
  run: Run<Sizes>,
  recording: Recording,
  after: AfterCut,
  count: (what: string, by?: number) => void,
): Promise<readonly Problem[]> {
  const folder = join(run.folder, `cut-${after.cut.at}`)
  return checkCut({ after, recording, folder, random: run.random, count })
}
