import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { SeededRandom } from '../../test/support/seeded.ts'
import { auditStores } from '../kill/audit.ts'
import { Nodes } from '../nodes.ts'
import type { Run } from '../proof.ts'
import { buildShim } from '../shim/build.ts'
import { type CallKind, FaultRules, type Rule } from '../shim/rules.ts'
import { Clients } from './clients.ts'
import { damageFiles } from './damage.ts'
import { requireWell } from './server.ts'

type Kind = Pick<Rule, 'calls' | 'error'> & { readonly name: string }

/** What a disk and a system do to a server. */
const KINDS: readonly Kind[] = [
  { name: 'a full disk', calls: ['write', 'create', 'resize', 'name'], error: 'ENOSPC' },
  { name: 'writes that fail', calls: ['write'], error: 'EIO' },
  { name: 'syncs that fail', calls: ['sync'], error: 'EIO' },
  { name: 'reads that fail', calls: ['read'], error: 'EIO' },
  { name: 'removals that fail', calls: ['remove'], error: 'EIO' },
  { name: 'lengths that cannot be changed', calls: ['resize'], error: 'EIO' },
  { name: 'short writes', calls: ['write'], error: 'short' },
  { name: 'short reads', calls: ['read'], error: 'short' },
  { name: 'too many open files', calls: ['open', 'create'], error: 'EMFILE' },
  {
    name: 'a file system that is read-only',
    calls: ['create', 'write', 'remove', 'name', 'resize'],
    error: 'EROFS',
  },
]

const PATHS = ['', '/blobs/', 'stowage.db', 'stowage.db-wal'] as const
/** Calls that few files meet: they fail wherever they are made. */
const RARE: readonly CallKind[] = ['remove', 'resize', 'open']
const FAULT_MS = 700
/** A fault that nobody met yet goes on for so many times as long. */
const WAITS_MAX = 5

/** Plays faults of the file system on an embedded server under load, then looks at all that it has answered, and at files that rot. */
export async function playFileFaults(run: Run, faults: number, damages: number): Promise<void> {
  const folder = join(run.folder, 'embedded')
  mkdirSync(folder)
  const rules = new FaultRules(join(run.folder, 'rules'))
  const shim = buildShim(run.folder)
  const env = shim.environment({ root: folder, faults: rules.file })
  const nodes = await Nodes.start({
    ...{ count: 1, folder, settings: { sweep_interval_s: '1' } },
    own: () => ({ env }),
  })
  try {
    const clients = new Clients(run, nodes.publicUrl)
    let met = 0
    for (let fault = 0; fault < faults && !run.signal.aborted; fault += 1) {
      const kind = KINDS[fault % KINDS.length]
      if (kind === undefined) continue
      clients.start()
      await delay(run.random.int(FAULT_MS))
      met += (await playOne(run, rules, kind)) ? 1 : 0
      await clients.stop()
      const played = { name: kind.name, done: fault + 1, of: faults, where: 'files' }
      await requireWell(run, nodes, clients, played)
    }
    if (met < faults / 2) run.fail('most faults were met by no call', { met, of: faults })
    await damageFiles(run, nodes, clients, damages)
    await auditStores(run, nodes)
  } finally {
    await nodes.killAll()
  }
}

/** Whether a call met it. */
async function playOne(run: Run, rules: FaultRules, kind: Kind): Promise<boolean> {
  rules.set([ruleOf(kind, run.random)])
  await delay(FAULT_MS / 2 + run.random.int(FAULT_MS))
  for (let waits = 0; rules.played === 0 && waits < WAITS_MAX && !run.signal.aborted; waits += 1)
    await delay(FAULT_MS)
  const { played } = rules
  rules.clear()
  run.count(`${kind.name}: calls that met it`, played)
  run.count(played > 0 ? 'faults of files' : 'faults of files that no call met')
  return played > 0
}

/** Some calls, or all for a while; everywhere, or in a part of the data folder. */
function ruleOf({ calls, error }: Kind, random: SeededRandom): Rule {
  const path = PATHS[random.int(PATHS.length)] ?? ''
  const isLasting = random.int(2) === 0
  const isRare = calls.some((call) => RARE.includes(call))
  return {
    ...{ calls, error, times: isLasting ? -1 : 1 + random.int(4) },
    after: random.int(isLasting || isRare ? 3 : 60),
    path: isRare ? '' : path,
  }
}
