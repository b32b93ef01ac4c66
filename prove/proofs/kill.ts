import { join } from 'node:path'
import { killAtRandom } from '../kill/random.ts'
import { Nodes } from '../nodes.ts'
import type { Proof } from '../proof.ts'
import { withSharedStores } from '../shared-stores.ts'

/** Proof 1: nothing that was answered is lost, and nothing else appears, when servers are killed. */
export const KILL: Proof<'kills'> = {
  name: 'kill',
  shows: 'what was answered is there, and nothing else, after SIGKILL at random',
  sizes: {
    kills: {
      what: 'random kills, half of them of one embedded node, half of three nodes',
      full: 200,
      short: 6,
    },
  },
  run: async (run) => {
    const kills = run.sizes.kills
    const embedded = await Nodes.start({ count: 1, folder: join(run.folder, 'embedded') })
    try {
      await killAtRandom(run, { nodes: embedded, kills: Math.ceil(kills / 2) })
    } finally {
      await embedded.killAll()
    }
    await withSharedStores(async (stores) => {
      const nodes = await Nodes.start({ count: 3, folder: join(run.folder, 'shared'), ...stores })
      try {
        await killAtRandom(run, { nodes, kills: Math.floor(kills / 2) })
      } finally {
        await nodes.killAll()
      }
    })
  },
}
