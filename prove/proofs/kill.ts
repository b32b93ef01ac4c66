import { join } from 'node:path'
import { killAtRandom } from '../kill/random.ts'
import { stepThrough } from '../kill/stepping.ts'
import { Nodes, type NodesOptions } from '../nodes.ts'
import type { Proof, Run } from '../proof.ts'
import { Relay } from '../relay/relay.ts'
import { type SharedStores, s3At, withSharedStores } from '../shared-stores.ts'

/** More than any commit has. */
const ALL = 100_000

/** Nothing that was answered is lost, and nothing else appears, when servers are killed. */
export const KILL: Proof<'kills' | 'steps'> = {
  name: 'kill',
  shows:
    'what was answered is there, and nothing else, after SIGKILL at random and at each message to the stores',
  sizes: {
    kills: { what: 'random kills: half of one embedded node, half of three nodes', full: 200, short: 2 },
    steps: { what: 'steps of each commit, at most', full: ALL, short: 1 },
  },
  run: async (run) => {
    const { kills, steps } = run.sizes
    const embedded = Math.ceil(kills / 2)
    const one = { count: 1, folder: join(run.folder, 'embedded') }
    if (embedded > 0) await withNodes(one, (nodes) => killAtRandom(run, { nodes, kills: embedded }))
    const shared = Math.floor(kills / 2)
    if (shared + steps === 0 || run.signal.aborted) return
    await withSharedStores(async (stores) => {
      const three = { count: 3, folder: join(run.folder, 'shared'), settings: stores.settings }
      if (shared > 0) await withNodes(three, (nodes) => killAtRandom(run, { nodes, kills: shared }))
      if (steps > 0 && !run.signal.aborted) await withRelay(run, stores, three)
    })
  },
}

async function withNodes(options: NodesOptions, work: (nodes: Nodes) => Promise<void>): Promise<void> {
  const nodes = await Nodes.start(options)
  try {
    await work(nodes)
  } finally {
    await nodes.killAll()
  }
}

/** The relay stands before the stores of the first of three nodes. */
async function withRelay(run: Run<'steps'>, stores: SharedStores, three: NodesOptions): Promise<void> {
  const relay = await Relay.start(stores.settings.metadata, stores.s3Endpoint)
  const own = (index: number) =>
    index === 0 ? { settings: { metadata: relay.postgres }, env: s3At(relay.s3) } : {}
  try {
    await withNodes({ ...three, own }, (nodes) => stepThrough(run, { nodes, relay, steps: run.sizes.steps }))
  } finally {
    relay.close()
  }
}
