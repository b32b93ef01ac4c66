import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { type OwnServer, startPostgres } from '../../test/support/postgres-server.ts'
import { type Fate, PASS, type S3Proxy, startS3Proxy } from '../../test/support/s3-proxy.ts'
import { type S3Server, s3ServerMissing, startS3 } from '../../test/support/s3-server.ts'
import { auditStores } from '../kill/audit.ts'
import { Nodes } from '../nodes.ts'
import type { Run } from '../proof.ts'
import { Clients } from './clients.ts'
import { type Mood, Relay } from './relay.ts'
import { requireWell } from './server.ts'

/** What stands between a node and its stores. */
interface Ways {
  readonly postgres: OwnServer
  readonly s3: S3Server
  readonly toPostgres: Relay
  readonly toS3: Relay
  readonly proxy: S3Proxy
}

interface StoreFault {
  readonly name: string
  /** Begins it; returns what ends it. */
  begin(ways: Ways): Promise<() => Promise<void>>
}

const FAULT_MS = 900
const CONNECTIONS_MAX = 30
/** SQLSTATE `too_many_connections`. */
const TOO_MANY = '53300'

const moods = (which: 'toPostgres' | 'toS3', store: string): readonly StoreFault[] =>
  (['stall', 'refuse', 'lose answers', 'cut answers', 'slow'] satisfies Mood[]).map((mood) => ({
    name: `${store}: ${mood}`,
    begin: async (ways) => {
      ways[which].mood = mood
      return async () => {
        ways[which].mood = 'pass'
      }
    },
  }))

/** Every other request gets it. */
const answers = (name: string, fate: Fate): StoreFault => ({
  name: `S3: ${name}`,
  begin: async ({ proxy }) => {
    let count = 0
    proxy.decide = () => (count++ % 2 === 0 ? fate : PASS)
    return async () => {
      proxy.decide = () => PASS
    }
  },
})

const FAULTS: readonly StoreFault[] = [
  ...moods('toPostgres', 'PostgreSQL'),
  ...moods('toS3', 'S3'),
  ...(['kill', 'fast'] as const).map((how) => ({
    name: `PostgreSQL: restart (${how})`,
    begin: async ({ postgres }: Ways) => {
      await postgres.stop(how)
      return () => postgres.start()
    },
  })),
  {
    name: 'PostgreSQL: out of connections',
    begin: async ({ postgres, toPostgres }) => {
      const taken = await takeConnections(postgres, toPostgres)
      return async () => {
        for (const client of taken) await client.end().catch(() => {})
      }
    },
  },
  {
    name: 'S3: restart',
    begin: async ({ s3 }) => {
      await s3.stop()
      return () => s3.start()
    },
  },
  answers('500', { type: 'answer', status: 500, code: 'InternalError' }),
  answers('503', { type: 'answer', status: 503, code: 'SlowDown' }),
  answers('lost answers', { type: 'lose-answer' }),
  answers('broken bodies', { type: 'break-after', size: 1000 }),
]

/** Plays faults of PostgreSQL and S3 under load on a node that uses both, then looks at all that it has answered. */
export async function playStoreFaults(run: Run, faults: number): Promise<void> {
  const missing = s3ServerMissing()
  if (missing !== false) {
    run.count(`not made, of faults of stores: ${missing}`, faults)
    return
  }
  const [postgres, s3] = await Promise.all([
    startPostgres({ durable: true, settings: { max_connections: CONNECTIONS_MAX } }),
    startS3(),
  ])
  const proxy = await startS3Proxy({ url: s3.url, keys: s3.keys })
  const toPostgres = await Relay.start(Number(new URL(postgres.url).port))
  const endpoint = new URL(proxy.bucket.url).searchParams.get('endpoint') ?? ''
  const toS3 = await Relay.start(Number(new URL(endpoint).port))
  try {
    await playOn(run, { postgres, s3, toPostgres, toS3, proxy }, faults)
  } finally {
    await toPostgres.close()
    await toS3.close()
    await proxy.close()
    await s3.close()
    await postgres.close()
  }
}

async function playOn(run: Run, ways: Ways, faults: number): Promise<void> {
  const folder = join(run.folder, 'stores')
  mkdirSync(folder)
  const metadata = new URL(ways.postgres.url)
  metadata.port = String(ways.toPostgres.port)
  const blobs = new URL(ways.s3.url)
  blobs.searchParams.set('endpoint', `http://127.0.0.1:${ways.toS3.port}`)
  const settings = { metadata: metadata.href, blobs: blobs.href, sweep_interval_s: '1' }
  Object.assign(process.env, ways.s3.env)
  const nodes = await Nodes.start({ count: 1, folder, settings })
  try {
    const clients = new Clients(run, nodes.publicUrl)
    // Each kind as often as any other one, in an order of the seed's.
    const first = run.random.int(FAULTS.length)
    for (let index = 0; index < faults && !run.signal.aborted; index += 1) {
      const fault = FAULTS[(first + index * 5) % FAULTS.length]
      if (fault === undefined) continue
      await playOne(run, ways, clients, fault)
      const played = { name: fault.name, done: index + 1, of: faults, where: 'stores' }
      await requireWell(run, nodes, clients, played)
    }
    await auditStores(run, nodes)
  } finally {
    await nodes.killAll()
  }
}

async function playOne(run: Run, ways: Ways, clients: Clients, fault: StoreFault): Promise<void> {
  clients.start()
  try {
    await delay(run.random.int(FAULT_MS))
    const end = await fault.begin(ways)
    await delay(FAULT_MS / 2 + run.random.int(FAULT_MS))
    await end()
  } finally {
    await clients.stop()
  }
  run.count('faults of stores')
}

/** Takes all connections that PostgreSQL has left, once the node has lost its own. */
async function takeConnections(postgres: OwnServer, toPostgres: Relay): Promise<readonly pg.Client[]> {
  const taken: pg.Client[] = []
  toPostgres.mood = 'refuse'
  try {
    while (taken.length < CONNECTIONS_MAX) {
      const client = new pg.Client({ connectionString: postgres.url })
      client.on('error', () => {})
      await client.connect()
      taken.push(client)
    }
  } catch (error) {
    if (!(error instanceof pg.DatabaseError && error.code === TOO_MANY)) throw error
  }
  toPostgres.mood = 'pass'
  return taken
}
