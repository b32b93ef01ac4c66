import {
  copyFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { messageOf } from '../../src/core/errors.ts'
import type { SeededRandom } from '../../test/support/seeded.ts'
import type { Nodes } from '../nodes.ts'
import type { Run } from '../proof.ts'
import type { Clients } from './clients.ts'

interface Damage {
  readonly name: string
  /** Which files it is done to. */
  readonly of: 'segment' | 'database'
  do(file: string, random: SeededRandom): void
}

const DAMAGES: readonly Damage[] = [
  { name: 'a flipped bit of a segment', of: 'segment', do: flip },
  {
    name: 'a cut segment',
    of: 'segment',
    do: (file, random) => truncateSync(file, random.int(statSync(file).size)),
  },
  { name: 'a missing segment', of: 'segment', do: (file) => rmSync(file) },
  { name: 'a flipped bit of the database', of: 'database', do: flip },
]

/** Of so many damaged segments one at least is of a file that clients read. */
const SEGMENTS_MIN = 6

/** What became of damage to a database. */
type Fate = 'noticed at the start' | 'noticed by a look at all of it' | 'harmless'

/**
 * Damages one file after the other while the server is down, and reads everything afterwards: files are whole or refused, and never have other
 * bytes. Each damage is undone, so that the next one meets a sound store.
 */
export async function damageFiles(run: Run, nodes: Nodes, clients: Clients, count: number): Promise<void> {
  const dataDir = nodes.dataDirOf(0)
  let [segments, met] = [0, 0]
  for (let index = 0; index < count && !run.signal.aborted; index += 1) {
    const damage = DAMAGES[index % DAMAGES.length]
    if (damage === undefined) continue
    // Ended in order, so that the log is in the database.
    await nodes.end(0)
    const file = fileOf(dataDir, damage, run.random)
    if (file === undefined) return run.fail(`there is nothing for ${damage.name}`)
    const copy = join(run.folder, 'undamaged')
    copyFileSync(file, copy)
    damage.do(file, run.random)
    run.count(`damages: ${damage.name}`)
    if (damage.of === 'segment') {
      segments += 1
      met += (await isMet(run, nodes, clients, damage.name)) ? 1 : 0
    } else run.count(`a damaged database: ${await fateOf(run, nodes, clients, file)}`)
    await nodes.kill(0)
    for (const ending of ['-wal', '-shm', '-position'])
      if (damage.of === 'database') rmSync(file + ending, { force: true })
    copyFileSync(copy, file)
    await nodes.start(0)
  }
  if (segments > 0) run.count('damaged segments that reads met', met)
  // Some may be of uploads that nobody goes on with.
  if (segments >= SEGMENTS_MIN && met === 0) run.fail('no damaged segment was met by a read', { segments })
}

/** Whether a read was refused for it. */
async function isMet(run: Run, nodes: Nodes, clients: Clients, what: string): Promise<boolean> {
  await nodes.start(0)
  const refused = await clients.readAll(what)
  run.count('reads refused for damage', refused)
  return refused > 0
}

async function fateOf(run: Run, nodes: Nodes, clients: Clients, file: string): Promise<Fate> {
  const finding = integrityOf(file, join(run.folder, 'looked-at'))
  try {
    await nodes.start(0)
  } catch {
    return 'noticed at the start'
  }
  if (finding !== 'ok') return 'noticed by a look at all of it'
  run.count('reads refused for damage', await clients.readAll('a flipped bit of the database'))
  return 'harmless'
}

/** What SQLite says of a copy. */
function integrityOf(file: string, copy: string): string {
  copyFileSync(file, copy)
  try {
    const database = new DatabaseSync(copy)
    try {
      return String(database.prepare('PRAGMA integrity_check(1)').get()?.integrity_check)
    } finally {
      database.close()
    }
  } catch (error) {
    return messageOf(error)
  } finally {
    rmSync(copy)
  }
}

function fileOf(dataDir: string, { of }: Damage, random: SeededRandom): string | undefined {
  if (of === 'database') return join(dataDir, 'stowage.db')
  const folder = join(dataDir, 'blobs')
  const live = liveIn(join(dataDir, 'stowage.db'))
  const segments = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => entry.isFile() && live.has(entry.name),
  )
  const chosen = segments.sort((a, b) => (a.name < b.name ? -1 : 1))[random.int(Math.max(1, segments.length))]
  return chosen === undefined ? undefined : join(chosen.parentPath, chosen.name)
}

/** Segments that facts point to. Others may be swept before their damage is undone, and would be left over then. */
function liveIn(path: string): ReadonlySet<string> {
  const database = new DatabaseSync(path, { readOnly: true })
  try {
    const rows = database.prepare("SELECT lower(hex(name)) AS name FROM segments WHERE state = 'live'").all()
    return new Set(rows.map(({ name }) => String(name)))
  } finally {
    database.close()
  }
}

function flip(file: string, random: SeededRandom): void {
  const bytes = readFileSync(file)
  const at = random.int(bytes.length)
  bytes.writeUInt8(bytes.readUInt8(at) ^ (1 << random.int(8)), at)
  writeFileSync(file, bytes)
}
