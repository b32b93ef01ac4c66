import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { checkCut, chooseCuts, cutsOf } from '../power/cuts.ts'
import type { Pretends } from '../power/disk.ts'
import { type Recording, recordLoad } from '../power/record.ts'
import type { Proof, Run } from '../proof.ts'
import { buildShim, type Shim } from '../shim/build.ts'

type Sizes = 'cuts' | 'lives'

/** Cuts of one recording. */
const CUTS_EACH = 250

export const POWER: Proof<Sizes> = {
  name: 'power',
  shows:
    'what was answered with success is there after a power cut, whatever was not synced is lost, mixed or torn',
  sizes: {
    cuts: { what: 'power cuts', full: 2000, short: 40 },
    lives: { what: 'lives of files in each recording', full: 120, short: 30 },
  },
  async run(run) {
    const shim = buildShim(run.folder)
    for (let left = run.sizes.cuts; left > 0 && !run.signal.aborted; left -= CUTS_EACH) {
      const recording = await record(run, shim)
      await cutAll(run, recording, Math.min(left, CUTS_EACH))
    }
  },
}

async function record(run: Run<Sizes>, shim: Shim): Promise<Recording> {
  const seed = run.random.int(2 ** 31)
  const folder = join(run.folder, `load-${seed}`)
  mkdirSync(folder)
  const lives = run.sizes.lives
  const recording = await recordLoad({ shim, folder, seed, lives, starts: 2, settings: {} })
  const count = (type: string): number => recording.entries.filter((entry) => entry.type === type).length
  run.count('lives recorded', lives)
  run.count('writes recorded', count('write'))
  run.count('syncs recorded', count('sync-end'))
  run.count('names recorded', count('create') + count('link') + count('unlink') + count('mkdir'))
  return recording
}

async function cutAll(
  run: Run<Sizes>,
  recording: Recording,
  count: number,
  pretends?: Pretends,
): Promise<void> {
  const cuts = chooseCuts(recording, count, run.random)
  for (const after of cutsOf(recording, cuts, run.random, pretends)) {
    if (run.signal.aborted) return
    const found = await checkCut(after, recording, join(run.folder, `cut-${after.cut.at}`))
    run.count('power cuts')
    run.count('files asked for', after.known.length)
    for (const { what, details } of found) run.fail(what, { ...details, cut: after.cut })
  }
}
