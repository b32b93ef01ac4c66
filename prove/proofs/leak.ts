import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DOOR_KINDS } from '../leak/door-kinds.ts'
import { Inspector, type Memory } from '../leak/inspector.ts'
import { type Kept, keptBy } from '../leak/kept.ts'
import { type Kind, KINDS as OTHER_KINDS } from '../leak/kinds.ts'
import * as smh from '../lives/smh.ts'
import { Nodes } from '../nodes.ts'
import type { Proof, Run } from '../proof.ts'
import { Broken, World } from '../world.ts'

const KINDS: readonly Kind[] = [...OTHER_KINDS, ...DOOR_KINDS]
/** Lives at a time. */
const LANES = 8
/** Before the first look everything has been done once: caches are filled, pages of code are there. */
const WARM_UP = 10
/** The second half of a kind's lives may leave so much more memory. 15,000 lives that leave 200 bytes each would be seen. */
const GROWTH_MAX = 3_000_000
/** Descriptors come and go with connections and files of the sweep. */
const DESCRIPTORS_MAX = 8
/** Sums are kept in several rows each, of which a random one is made when it is first needed. */
const SUMS = /^account_(stored|tokens|uploads)$|_counts$|^volume_pending$/
const SUM_ROWS_MAX = 200
/** An asset that awaits its video is forgotten after a day, so that it is no row that stays. */
const SETTINGS = { sweep_interval_s: '1', 'huawei_vod.unused_ttl_s': '86400' }
/** Until connections are closed and the sweep has been. */
const SETTLE_MS = { short: 300, full: 1_500 }

/** Lives that end leave nothing: no memory, descriptor, row or byte. */
export const LEAK: Proof<'lives'> = {
  name: 'leak',
  shows: 'memory, descriptors, rows and bytes come back to where they were',
  sizes: { lives: { what: 'lives of each kind', full: 30_000, short: 60 } },
  run: async (run) => {
    const inspector = await Inspector.create()
    const nodes = await Nodes.start({
      ...{ count: 1, folder: run.folder, settings: SETTINGS },
      own: () => ({ env: inspector.env }),
    })
    try {
      const world = new World(run, nodes)
      // The row of a library stays from its first upload on.
      for (const library of smh.SPACES)
        await world.ask(smh.startParts(await smh.space(world, library), world.name()))
      for (const kind of KINDS) await live(world, await kind.begin(world), WARM_UP)
      await nodes.end(0)
      const before = await keptBy(nodes)
      await nodes.start(0)
      for (const kind of KINDS) await live(world, await kind.begin(world), WARM_UP)
      for (const kind of KINDS) await watch({ run, world, inspector }, kind)
      await inspector.close()
      await nodes.end(0)
      compare(run, before, await keptBy(nodes))
    } finally {
      await nodes.killAll()
    }
  },
}

type Life = () => Promise<void>

interface Looking {
  readonly run: Run<'lives'>
  readonly world: World
  readonly inspector: Inspector
}

/** The second half of the lives must not leave more than the first. */
async function watch({ run, world, inspector }: Looking, kind: Kind): Promise<void> {
  if (run.signal.aborted) return
  const { name } = kind
  const one = await kind.begin(world)
  const half = Math.ceil(run.sizes.lives / 2)
  await live(world, one, half)
  const before = await look(world, inspector)
  await live(world, one, half)
  const after = await look(world, inspector)
  const grown = sizeOf(after.memory) - sizeOf(before.memory)
  run.say(`${name}: ${(grown / 1e6).toFixed(2)} MB more, ${after.descriptors} descriptors`)
  if (grown > GROWTH_MAX) run.fail(`${name}: memory grows`, { lives: half, before, after })
  if (after.descriptors > before.descriptors + DESCRIPTORS_MAX)
    run.fail(`${name}: descriptors stay`, { lives: half, before, after })
}

/** Lives side by side. */
async function live(world: World, one: Life, count: number): Promise<void> {
  let left = count
  const lane = async (): Promise<void> => {
    while (left-- > 0 && !world.isOver) {
      try {
        await one()
        world.run.count('lives')
      } catch (error) {
        if (!(error instanceof Broken)) throw error
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

async function look(world: World, inspector: Inspector) {
  await delay(world.run.isShort ? SETTLE_MS.short : SETTLE_MS.full)
  const memory = await inspector.memory()
  return { memory, descriptors: readdirSync(join('/proc', String(world.nodes.pidOf(0)), 'fd')).length }
}

const sizeOf = ({ heapUsed, external }: Memory): number => heapUsed + external

function compare(run: Run, before: Kept, after: Kept): void {
  const tables = Object.keys(after.rows)
  run.count('tables compared', tables.length)
  for (const table of tables) {
    const [was = 0, is = 0] = [before.rows[table], after.rows[table]]
    if (is > (SUMS.test(table) ? Math.max(was, SUM_ROWS_MAX) : was))
      run.fail(`rows of ${table} stay`, { before: was, after: is })
  }
  if (after.files > before.files || after.bytes > before.bytes) {
    const { files, bytes } = after
    run.fail('bytes stay', { before: { files: before.files, bytes: before.bytes }, after: { files, bytes } })
  }
}
