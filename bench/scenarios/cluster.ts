import { randomBytes } from 'node:crypto'
import { Cluster, type SharedStores } from '../../test/cluster/topology.ts'
import { spawnServer } from '../../test/support/harness.ts'
import { LoadClient, timeParallel } from '../../test/support/load.ts'
import { startPostgres } from '../../test/support/postgres.ts'
import { s3ServerMissing, startS3 } from '../../test/support/s3.ts'
import { type Row, scenarioOfRows } from '../frame/rows.ts'
import type { RunOptions } from '../frame/types.ts'

const SMALL = 16 * 1024
const COUNT = 2000
const WIDTH = 64
const CHUNK = 1024 ** 2
const CHUNKS = 256

/** What shared stores cost. */
export const cluster = scenarioOfRows(
  'cluster',
  'The embedded mode beside one node and three nodes on PostgreSQL that syncs and versitygw, behind a balancer. All of it shares the cores of one machine, so that three nodes cannot be faster than one.',
  measureAll,
)

async function measureAll({ quick }: RunOptions): Promise<readonly Row[]> {
  const missing = s3ServerMissing()
  if (missing !== false) {
    console.log(`skipped: ${missing}\n`)
    return []
  }
  const server = await spawnServer()
  const embedded = await measure(server.url, quick)
  await server.dispose()
  const rows = rowsOf('embedded', embedded, null)
  for (const size of [1, 3]) {
    const postgres = await startPostgres({ durable: true })
    const s3 = await startS3()
    const stores: SharedStores = { settings: { metadata: postgres.url, blobs: s3.url }, env: s3.env }
    const cluster = await Cluster.start(stores, size)
    rows.push(
      ...rowsOf(
        `${size} node${size === 1 ? '' : 's'}, PostgreSQL and S3`,
        await measure(cluster.url, quick),
        embedded,
      ),
    )
    await cluster.stop()
    await s3.close()
    await postgres.close()
  }
  return rows
}

interface Figures {
  readonly uploadsPerS: number
  readonly p99Ms: number
  readonly mbPerS: number
}

async function measure(url: string, quick: number): Promise<Figures> {
  const count = Math.ceil(COUNT / quick)
  const chunks = Math.ceil(CHUNKS / quick)
  const client = new LoadClient(url)
  const small = randomBytes(SMALL)
  await timeParallel(Math.ceil(200 / quick), WIDTH, () => client.form('/file/upload', {}, small))
  const latencies: number[] = []
  const seconds = await timeParallel(count, WIDTH, async () => {
    const start = process.hrtime.bigint()
    await client.form('/file/upload', {}, small)
    latencies.push(Number(process.hrtime.bigint() - start) / 1e6)
  })
  const chunk = randomBytes(CHUNK)
  const large = await timeParallel(4, 4, () => client.form('/file/upload', {}, chunk, chunks))
  client.close()
  latencies.sort((a, b) => a - b)
  const p99Ms = latencies[Math.floor(latencies.length * 0.99)] ?? 0
  return { uploadsPerS: count / seconds, p99Ms, mbPerS: (4 * CHUNK * chunks) / 1e6 / large }
}

function rowsOf(what: string, figures: Figures, embedded: Figures | null): Row[] {
  const beside = (value: number | undefined) =>
    value === undefined ? {} : { beside: { what: 'embedded', value } }
  return [
    {
      what: `${what}: 16 KiB, 64 at a time`,
      value: figures.uploadsPerS,
      unit: 'uploads/s',
      ...beside(embedded?.uploadsPerS),
    },
    { what: `${what}: the same, p99`, value: figures.p99Ms, unit: 'ms', ...beside(embedded?.p99Ms) },
    {
      what: `${what}: 4 × 256 MiB at once`,
      value: figures.mbPerS,
      unit: 'MB/s',
      ...beside(embedded?.mbPerS),
    },
  ]
}
