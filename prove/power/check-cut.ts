import { mkdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { auditOf } from '../../test/support/audit.ts'
import { MovableClock, startTestServer, type TestServer } from '../../test/support/harness.ts'
import type { SeededRandom } from '../../test/support/seeded.ts'
import { checkKnown, checkRelaxed, type Verdict } from '../known/check.ts'
import { doorsAt } from '../known/index.ts'
import type { Known } from '../known/life.ts'
import type { AfterCut } from './cuts.ts'
import { materialise } from './disk.ts'
import { DATA_PATH, type Recording } from './record.ts'

export type Problem = NonNullable<Verdict>

export interface Checking {
  readonly after: AfterCut
  readonly recording: Recording
  /** Is not there; goes when it is over. */
  readonly folder: string
  readonly random: SeededRandom
  readonly count: (what: string, by?: number) => void
}

const LEASES_END_MS = 30 * 24 * 3600_000
/** What one run of the jobs makes due, the next one does. */
const JOB_RUNS = 3
/** Files that are asked for: the last ones that clients spoke of, which a cut can have hit, and some of the others. */
const [LATEST, OTHERS] = [14, 8]

/** Starts a server on what a cut has left, and asks for what was answered. Returns what is not as it was promised. */
export async function checkCut(checking: Checking): Promise<readonly Problem[]> {
  const { after, recording, folder } = checking
  mkdirSync(folder)
  try {
    materialise(after.crashed, folder)
    const dataDir = join(folder, DATA_PATH)
    keepRoom(dataDir, join(recording.root, DATA_PATH))
    const clock = new MovableClock()
    const { settings, accounts } = recording
    const server = await startTestServer({
      dataDir,
      settings,
      clock,
      ...(accounts === 'demo' ? { accounts } : {}),
    })
    try {
      return [
        ...keptFiles(checking),
        ...(await filesOf(checking, server)),
        ...(await swept(checking, server, clock)),
      ]
    } finally {
      await server.stop()
    }
  } catch (error) {
    return [{ what: 'the server does not start or end', details: { error: String(error) } }]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Keys, certificates and the like: those that were there when the server was ready for the first time are there as they were. */
function keptFiles({ after: { crashed, started } }: Checking): readonly Problem[] {
  return [...started].flatMap(([path, bytes]) => {
    const found = crashed.files.get(path)
    if (found?.equals(bytes) === true) return []
    return [{ what: `${path} is ${found === undefined ? 'gone' : 'another one'}`, details: {} }]
  })
}

async function filesOf(checking: Checking, server: TestServer): Promise<readonly Problem[]> {
  const doors = doorsAt(server.url)
  const problems: Problem[] = []
  for (const known of chosen(checking)) {
    if (checking.recording.isRelaxed) {
      const found = await checkRelaxed(doors, known)
      if (typeof found === 'object') problems.push(found)
      else checking.count(`relaxed files ${found}`)
    } else {
      const verdict = await checkKnown(doors, known)
      checking.count('files asked for')
      if (verdict !== null) problems.push(verdict)
    }
  }
  return problems
}

function chosen({ after: { known }, random }: Checking): Iterable<Known> {
  const others =
    known.length <= LATEST ? [] : Array.from({ length: OTHERS }, () => known[random.int(known.length)])
  return new Set([...others.flatMap((each) => each ?? []), ...known.slice(-LATEST)])
}

/** The bytes that are there are those that facts point to. Relaxed, either may be lost without the other. */
async function swept({ recording, count }: Checking, server: TestServer, clock: MovableClock) {
  clock.advance(LEASES_END_MS)
  for (let run = 0; run < JOB_RUNS; run += 1) await server.jobs.runAll()
  const { missing, unreferenced } = await auditOf(server.engine)
  if (recording.isRelaxed) {
    count('relaxed segments gone', missing.length)
    count('relaxed segments left over', unreferenced.length)
    return []
  }
  const gone = missing.length === 0 ? [] : [{ what: 'segments are gone', details: { missing } }]
  const left =
    unreferenced.length === 0
      ? []
      : [{ what: 'segments are left that nothing points to', details: { unreferenced } }]
  return [...gone, ...left]
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
