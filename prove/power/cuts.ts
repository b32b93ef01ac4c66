import { mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MovableClock, startTestServer } from '../../test/support/harness.ts'
import type { SeededRandom } from '../../test/support/seeded.ts'
import { checkKnown, type Verdict } from '../known/check.ts'
import { doorsAt } from '../known/index.ts'
import type { Known } from '../known/life.ts'
import { type Crashed, Disk, materialise, type Pretends } from './disk.ts'
import type { Loss } from './file-image.ts'
import { DATA_PATH, type Recording } from './record.ts'

/** A power cut: behind which entry of the recording, and how unsynced changes are lost; null: each file in its own way. */
export interface Cut {
  readonly at: number
  readonly loss: Loss | null
}

/** What was on a disk after a cut, and what clients knew then. */
export interface AfterCut {
  readonly cut: Cut
  readonly crashed: Crashed
  readonly known: readonly Known[]
}

const LEASES_END_MS = 30 * 24 * 3600_000
/** What one run of the jobs makes due, the next one does. */
const JOB_RUNS = 3

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
  let done = 0
  for (const cut of cuts) {
    for (const entry of entries.slice(done, cut.at)) {
      disk.apply(entry)
      if (entry.type !== 'mark') continue
      const told = JSON.parse(entry.text) as Known
      known.set(told.life, told)
    }
    done = cut.at
    yield { cut, crashed: disk.crash(random, cut.loss), known: [...known.values()] }
  }
}

/** Starts a server on what a cut has left, in `folder`, and asks for all that was answered. Returns what is not as it was promised. */
export async function checkCut(
  { crashed, known }: AfterCut,
  { root, settings }: Recording,
  folder: string,
): Promise<readonly NonNullable<Verdict>[]> {
  mkdirSync(folder)
  materialise(crashed, folder)
  const dataDir = join(folder, DATA_PATH)
  keepRoom(dataDir, join(root, DATA_PATH))
  try {
    return await withServer(dataDir, settings, known)
  } catch (error) {
    return [{ what: 'the server does not start', details: { error: String(error) } }]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function withServer(
  dataDir: string,
  settings: Recording['settings'],
  known: readonly Known[],
): Promise<readonly NonNullable<Verdict>[]> {
  const clock = new MovableClock()
  const server = await startTestServer({ dataDir, settings, clock })
  try {
    const doors = doorsAt(server.url)
    const found: NonNullable<Verdict>[] = []
    for (const each of known) {
      const verdict = await checkKnown(doors, each)
      if (verdict !== null) found.push(verdict)
    }
    clock.advance(LEASES_END_MS)
    for (let run = 0; run < JOB_RUNS; run += 1) await server.jobs.runAll()
    const { missing, unreferenced } = await server.engine.audit()
    if (missing.length > 0) found.push({ what: 'segments are gone', details: { missing } })
    if (unreferenced.length > 0)
      found.push({ what: 'segments are left that nothing refers to', details: { unreferenced } })
    return found
  } finally {
    await server.stop()
  }
}

const ROOM = 'stowage.db-headroom'

/** The room that a database keeps beside it promises nothing, and takes long to be filled: it is as large as that of the recording. */
function keepRoom(dataDir: string, recordedDir: string): void {
  const recorded = statSync(join(recordedDir, ROOM), { throwIfNoEntry: false })
  if (recorded === undefined) return
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  writeFileSync(join(dataDir, ROOM), '', { mode: 0o600 })
  truncateSync(join(dataDir, ROOM), recorded.size)
}
