import { SeededRandom } from '../../test/support/seeded.ts'
import type { Known } from '../known/life.ts'
import { type Crashed, Disk, type Pretends } from './disk.ts'
import type { Loss } from './file-image.ts'
import { DATA_PATH, type Mark, type Recording } from './record.ts'

/** A power cut: behind which entry of the recording, and how unsynced changes are lost; null: each file in its own way. */
export interface Cut {
  readonly at: number
  readonly loss: Loss | null
}

/** What was on a disk after a cut, and what clients knew then. */
export interface AfterCut {
  readonly cut: Cut
  readonly crashed: Crashed
  /** What was spoken of last comes last. */
  readonly known: readonly Known[]
  /** Files of the data folder, other than stores, that were there when the server was first ready; none before that. */
  readonly started: ReadonlyMap<string, Buffer>
}

/** Stores have proofs of their own; the lock need not outlive anything. */
const STORES = /(^|\/)(blobs\/|stowage\.db|server\.lock)/

/** Random cuts in order. Every other one comes right behind an answer, when all of it has to be kept. */
export function chooseCuts({ entries }: Recording, count: number, random: SeededRandom): readonly Cut[] {
  const answers = [...entries.entries()].flatMap(([at, { type }]) => (type === 'mark' ? [at + 1] : []))
  const losses = ['none', null, null, null, 'all', 'none'] as const
  const cuts = Array.from({ length: count }, (_, index): Cut => {
    const isAnswer = index % 2 === 0
    const at = isAnswer ? answers[random.int(answers.length)] : random.int(entries.length + 1)
    return { at: at ?? 0, loss: losses[random.int(losses.length)] ?? null }
  })
  return cuts.sort((a, b) => a.at - b.at)
}

/** Replays a recording and stops at each of the cuts, which are in order. */
export function* cutsOf(
  { entries, rootNumber }: Recording,
  cuts: readonly Cut[],
  random: SeededRandom,
  pretends?: Pretends,
): Generator<AfterCut> {
  const disk = new Disk(rootNumber, pretends)
  const known = new Map<number, Known>()
  let started: ReadonlyMap<string, Buffer> | null = null
  let done = 0
  for (const cut of cuts) {
    for (const entry of entries.slice(done, cut.at)) {
      disk.apply(entry)
      if (entry.type !== 'mark') continue
      const mark = JSON.parse(entry.text) as Mark
      if (mark.type === 'started') started ??= filesBeside(disk)
      else {
        known.delete(mark.known.life)
        known.set(mark.known.life, mark.known)
      }
    }
    done = cut.at
    const crashed = disk.crash(random, cut.loss)
    yield { cut, crashed, known: [...known.values()], started: started ?? new Map() }
  }
}

/** As they are for whoever runs: with all that was written. */
function filesBeside(disk: Disk): ReadonlyMap<string, Buffer> {
  const { files } = disk.crash(new SeededRandom(0), 'all')
  return new Map([...files].filter(([path]) => path.startsWith(DATA_PATH) && !STORES.test(path)))
}
