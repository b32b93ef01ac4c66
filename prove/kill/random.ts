import { setTimeout as delay } from 'node:timers/promises'
import { Ledger } from '../ledger.ts'
import { LIVES } from '../lives/index.ts'
import type { Scene } from '../lives/life.ts'
import type { Nodes } from '../nodes.ts'
import type { Run } from '../proof.ts'
import { Broken, World } from '../world.ts'
import { auditStores } from './audit.ts'

export interface RandomKills {
  readonly nodes: Nodes
  readonly kills: number
}

/** Lives at a time. */
export const LANES = 6
/** Calls that are answered before a kill, at most. */
const CALLS_MAX = 80
const MOMENT_MS = 40
/** Things that are looked at after each kill, and uploads; all of them at the end. */
const LOOKED_AT = 25
/** Kills between audits, which need all nodes to be down. */
const AUDITED = 10
const FAILURES_MAX = 20

/** Lives of all dialects go on while nodes are killed at random. After each restart everything that was promised is looked at. */
export async function killAtRandom(run: Run, { nodes, kills }: RandomKills): Promise<void> {
  const world = new World(run, nodes)
  const ledger = new Ledger(world)
  const state = { isOver: false, failures: 0 }
  const lanes = Array.from({ length: LANES }, () => lane({ world, ledger }, state))
  for (let kill = 0; kill < kills && !world.isOver && state.failures < FAILURES_MAX; kill++) {
    await underLoad(world, state)
    await killSome(world, state)
    await world.close()
    if (kill % AUDITED === AUDITED - 1) await auditStores(run, nodes)
    await nodes.startAll()
    await lookAt({ world, ledger }, LOOKED_AT)
    world.open()
    if (kill % AUDITED === 0) run.say(`${kill + 1} of ${kills} kills, ${ledger.things.size} things`)
  }
  state.isOver = true
  await Promise.all(lanes)
  if (world.isOver) return
  if (ledger.things.size === 0) run.fail('no life got as far as a file')
  await lookAt({ world, ledger }, Number.POSITIVE_INFINITY)
  await nodes.killAll()
  await auditStores(run, nodes)
}

/** Resolves after some calls, whatever time these take, at a random moment of the next one; or when all lanes have ended for failures. */
export async function underLoad(world: World, state: Lanes): Promise<void> {
  const until = world.answered + world.run.random.int(CALLS_MAX)
  while (world.answered < until && !world.isOver && state.failures < FAILURES_MAX) await delay(2)
  await delay(world.run.random.int(MOMENT_MS))
}

/** Any of the nodes at once. The others go on, for a while, when there are others. */
async function killSome(world: World, state: Lanes): Promise<void> {
  const { run, nodes } = world
  const victims = [...Array(nodes.count).keys()].filter((index) => index === 0 || run.random.int(2) === 0)
  const first = run.random.int(nodes.count)
  await Promise.all(victims.map((index) => nodes.kill((index + first) % nodes.count)))
  run.count('kills', victims.length)
  if (victims.length < nodes.count) await underLoad(world, state)
}

interface Lanes {
  isOver: boolean
  failures: number
}

export async function lane(scene: Scene, state: Lanes): Promise<void> {
  const { world } = scene
  while (!state.isOver && !world.isOver && state.failures < FAILURES_MAX) {
    const life = world.pick(LIVES)
    try {
      await life.live(scene)
      world.run.count('lives')
    } catch (error) {
      state.failures += 1
      if (!(error instanceof Broken)) throw error
    }
  }
}

export async function lookAt({ world, ledger }: Scene, most: number): Promise<void> {
  const { urls } = world.nodes
  const things = [...ledger.things]
  // The latest ones, which a kill can have hit, and some of the others.
  const latest = things.slice(-LOOKED_AT)
  const chosen = things.length <= most ? things : [...latest, ...latest.map(() => world.pick(things))]
  for (const thing of new Set(chosen)) await ledger.examine(thing, world.pick(urls))
  for (const upload of ledger.uploads) await ledger.examineUpload(upload, world.pick(urls))
  for (const upload of ledger.offsets) await ledger.examineOffset(upload, world.pick(urls))
}
