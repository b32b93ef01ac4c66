import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type OwnServer, queryOnce, startPostgres } from '../../test/support/postgres-server.ts'
import { s3ServerMissing, startS3 } from '../../test/support/s3-server.ts'
import { auditStores } from '../kill/audit.ts'
import { LANES, lane, lookAt, underLoad } from '../kill/random.ts'
import { Ledger } from '../ledger.ts'
import { Nodes } from '../nodes.ts'
import { Impossible, type Proof, type Run } from '../proof.ts'
import { World } from '../world.ts'

const OUTAGE_MS = 500

/** Nothing that was answered is lost when a synchronous standby takes over from a killed PostgreSQL, and no node is restarted. */
export const FAILOVER: Proof<'failovers'> = {
  name: 'failover',
  shows:
    'what was answered is there after the standby of PostgreSQL was promoted, and nodes go on without a restart',
  sizes: { failovers: { what: 'killed primaries, each with its standby promoted', full: 20, short: 1 } },
  run: async (run) => {
    const missing = s3ServerMissing()
    if (missing !== false) throw new Impossible(missing)
    const s3 = await startS3()
    Object.assign(process.env, s3.env)
    const pair = await Pair.start()
    try {
      const settings = { metadata: pair.url, blobs: s3.url }
      const nodes = await Nodes.start({ count: 3, folder: join(run.folder, 'nodes'), settings })
      try {
        await failOver(run, nodes, pair)
      } finally {
        await nodes.killAll()
      }
    } finally {
      await pair.close()
      await s3.close()
    }
  },
}

async function failOver(run: Run<'failovers'>, nodes: Nodes, pair: Pair): Promise<void> {
  const world = new World(run, nodes)
  const scene = { world, ledger: new Ledger(world) }
  const state = { isOver: false, failures: 0 }
  const pids = () => nodes.urls.map((_, index) => nodes.pidOf(index)).join()
  const before = pids()
  const lanes = Array.from({ length: LANES }, () => lane(scene, state))
  for (let count = 0; count < run.sizes.failovers && !world.isOver && state.failures === 0; count++) {
    await underLoad(world, state)
    await pair.killPrimary()
    await delay(run.random.int(OUTAGE_MS))
    await pair.promote()
    run.count('fail-overs')
    await underLoad(world, state)
    await pair.renew()
    run.say(`${count + 1} of ${run.sizes.failovers} fail-overs, ${scene.ledger.things.size} things`)
  }
  state.isOver = true
  await Promise.all(lanes)
  if (world.isOver) return
  if (scene.ledger.things.size === 0) run.fail('no life got as far as a file')
  await lookAt(scene, Number.POSITIVE_INFINITY)
  if (pids() !== before) run.fail('a node ended', { before, now: pids() })
  await auditStores(run, nodes)
}

/** A primary and its synchronous standby, at two addresses that stay the same. */
class Pair {
  readonly url: string
  #primary: OwnServer
  #standby: OwnServer

  private constructor(primary: OwnServer, standby: OwnServer) {
    this.#primary = primary
    this.#standby = standby
    const hosts = [primary, standby].map(({ url }) => new URL(url).host)
    this.url = `postgres://postgres@${hosts.join()}/postgres?target_session_attrs=read-write`
  }

  static async start(): Promise<Pair> {
    const primary = await startPostgres()
    const pair = new Pair(primary, await primary.standby())
    await pair.#synchronize()
    return pair
  }

  /** As a crash. It never comes back. */
  async killPrimary(): Promise<void> {
    await this.#primary.close()
  }

  async promote(): Promise<void> {
    await queryOnce(this.#standby.url, 'SELECT pg_promote(true)')
  }

  /** The promoted one gets a standby at the address of the killed one. */
  async renew(): Promise<void> {
    const port = Number(new URL(this.#primary.url).port)
    this.#primary = this.#standby
    this.#standby = await this.#primary.standby(port)
    await this.#synchronize()
  }

  async close(): Promise<void> {
    await this.#standby.close()
    await this.#primary.close()
  }

  /** From now on commits wait for the standby. It was copied before, and will not wait for one of its own. */
  async #synchronize(): Promise<void> {
    const { url } = this.#primary
    await queryOnce(url, "ALTER SYSTEM SET synchronous_standby_names = '*'")
    await queryOnce(url, 'SELECT pg_reload_conf()')
    const inSync = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
    while ((await queryOnce(url, inSync)).length === 0) await delay(20)
  }
}
