import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SpawnedServer, spawnServer } from '../../test/support/harness.ts'
import { LoadClient } from '../../test/support/load.ts'
import { queryOnce, startPostgres } from '../../test/support/postgres.ts'
import { startS3 } from '../../test/support/s3.ts'
import type { Cost, Costs } from './costs.ts'

const MIB = 1024 ** 2
const WIDTH = 16
/** What is uploaded, and how often. */
const SIZES = [
  { name: '4 KiB', bytes: 4096, times: 1, count: 1_500 },
  { name: '5 MiB', bytes: MIB, times: 5, count: 60 },
  { name: '256 MiB', bytes: MIB, times: 256, count: 3 },
] as const

async function embedded(): Promise<Costs['embedded']> {
  const server = await spawnServer()
  const roomOf = () =>
    ['stowage.db', 'stowage.db-wal'].reduce((sum, name) => sum + statSync(join(server.dataDir, name)).size, 0)
  const measured = await measureAll(server, async () => ({ database: 0, log: 0, room: roomOf() }))
  await server.dispose()
  return measured
}

async function shared(): Promise<Costs['shared']> {
  const postgres = await startPostgres({ durable: true })
  const s3 = await startS3()
  const server = await spawnServer({ settings: { metadata: postgres.url, blobs: s3.url }, env: s3.env })
  const measured = await measureAll(server, async () => {
    const [row] = await queryOnce(
      postgres.url,
      `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS log,
         pg_database_size(current_database())::float8 AS room, split_part(pg_read_file('postmaster.pid'), chr(10), 1) AS pid`,
    )
    if (row === undefined) throw new Error('no answer')
    return { database: familyCpuS(Number(row.pid)), log: Number(row.log), room: Number(row.room) }
  })
  await server.dispose()
  await s3.close()
  await postgres.close()
  return measured
}

interface Spent {
  /** Processor time, in seconds. */
  readonly database: number
  /** Bytes. */
  readonly log: number
  readonly room: number
}

async function measureAll(
  server: SpawnedServer,
  spentOf: () => Promise<Spent>,
): Promise<Readonly<Record<string, Cost>>> {
  const load = new LoadClient(server.url)
  const costs: Record<string, Cost> = {}
  for (const { name, bytes, times, count } of SIZES) {
    const chunk = Buffer.alloc(bytes, 7)
    const upload = () => load.form('/file/upload', {}, chunk, times)
    await upload()
    const [before, nodeBefore] = [await spentOf(), cpuS(server.pid)]
    await parallel(count, upload)
    const [after, nodeAfter] = [await spentOf(), cpuS(server.pid)]
    costs[name] = {
      nodeUs: Math.round(((nodeAfter - nodeBefore) * 1e6) / count),
      databaseUs: Math.round(((after.database - before.database) * 1e6) / count),
      logBytes: Math.round((after.log - before.log) / count),
      roomBytes: Math.round((after.room - before.room) / count),
    }
    console.log(name, costs[name])
  }
  load.close()
  return costs
}

async function parallel(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count
  const lane = async () => {
    while (left-- > 0) await work()
  }
  await Promise.all(Array.from({ length: Math.min(WIDTH, count) }, lane))
}

/** The fields of /proc/PID/stat after the name: proc(5). */
const statOf = (pid: number): readonly string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}
const HZ = 100
const cpuS = (pid: number): number => (Number(statOf(pid)[11]) + Number(statOf(pid)[12])) / HZ
const parentOf = (pid: number): number => Number(statOf(pid)[1])

/** Of a process and all that it started, those included that have ended. */
function familyCpuS(pid: number): number {
  const [own, ended] = [statOf(pid), statOf(pid)]
  const waited = (Number(ended[13]) + Number(ended[14])) / HZ
  const alive = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .reduce((sum, name) => sum + childCpuS(Number(name), pid), 0)
  return (Number(own[11]) + Number(own[12])) / HZ + waited + alive
}

/** 0 for what is no child, or has just ended. */
function childCpuS(pid: number, parent: number): number {
  try {
    return parentOf(pid) === parent ? cpuS(pid) : 0
  } catch {
    return 0
  }
}

/**
 * Measures what one upload costs on each store, and writes `costs.json`: processor time of the node and of PostgreSQL, log and room of
 * the database. Run on a machine that does little else: `node bench/scaling/measure.ts`.
 */
const costs: Costs = {
  date: new Date().toISOString().slice(0, 10),
  embedded: await embedded(),
  shared: await shared(),
}
writeFileSync(new URL('./costs.json', import.meta.url), `${JSON.stringify(costs, null, 2)}\n`)
