import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { fileURLToPath } from 'node:url'
import { type SpawnedServer, spawnServer } from '../test/support/harness.ts'
import { LoadClient, peakMemoryMb } from '../test/support/load.ts'
import type { Row } from './report.ts'

const MIB = 1024 ** 2
const SIZE = 1024 * MIB
const ROUNDS = 9
const UNCHECKED = fileURLToPath(new URL('./unchecked-server.ts', import.meta.url))
const TICKS_PER_SECOND = 100

/** What is asked for in one round. */
interface Kind {
  readonly what: string
  readonly size: number
  readonly count: number
  readonly width: number
}

const KINDS: readonly Kind[] = [
  { what: 'GET of 1 GiB', size: SIZE, count: 1, width: 1 },
  { what: '4 GETs of 1 GiB at a time', size: SIZE, count: 4, width: 4 },
  { what: 'ranges of 64 KiB, 8 at a time', size: MIB / 16, count: 4000, width: 8 },
  { what: 'ranges of 1 MiB, 8 at a time', size: MIB, count: 1000, width: 8 },
]

interface Subject {
  readonly server: SpawnedServer
  readonly url: string
  readonly agent: Agent
}

interface Measured {
  readonly mbPerS: number
  readonly cpuSecondsPerGb: number
}

/**
 * Reads of an object of 1 GiB in the page cache, with every block checked, beside a server that checks none: both have the same
 * rounds in turn, and the best round of each counts.
 */
export async function benchReads(): Promise<readonly Row[]> {
  const checked = await subject(await spawnServer())
  const unchecked = await subject(await spawnServer({ main: UNCHECKED }))
  const rows: Row[] = []
  for (const kind of KINDS) {
    const [on, off]: [Measured[], Measured[]] = [[], []]
    for (let round = 0; round < ROUNDS; round++) {
      const inTurn = round % 2 === 0 ? [true, false] : [false, true]
      for (const isOn of inTurn)
        (isOn ? on : off).push(await measure(isOn ? checked : unchecked, kind, round))
    }
    rows.push(
      row(
        `${kind.what}`,
        'MB/s',
        best(on, off, (one) => one.mbPerS, Math.max),
      ),
      row(
        `${kind.what}: server's processor time`,
        's/GB',
        best(on, off, (one) => one.cpuSecondsPerGb, Math.min),
      ),
    )
  }
  const peak = peakMemoryMb(checked.server.pid)
  for (const { server, agent } of [checked, unchecked]) {
    agent.destroy()
    await server.dispose()
  }
  return rows.map((each, at) => (at === 0 ? { ...each, peakMemoryMb: peak } : each))
}

const best = (
  on: readonly Measured[],
  off: readonly Measured[],
  of: (one: Measured) => number,
  pick: (...values: number[]) => number,
): readonly [number, number] => [pick(...on.map(of)), pick(...off.map(of))]

const row = (what: string, unit: string, [value, beside]: readonly [number, number]): Row => ({
  ...{ what, unit, value, baseline: { what: 'checks off', value: beside } },
})

/** A server with an object to read. */
async function subject(server: SpawnedServer): Promise<Subject> {
  const client = new LoadClient(server.url)
  const { data } = await client.form('/file/upload', {}, randomBytes(MIB), SIZE / MIB)
  client.close()
  return { server, url: data?.url ?? '', agent: new Agent({ keepAlive: true }) }
}

async function measure({ server, url, agent }: Subject, kind: Kind, round: number): Promise<Measured> {
  const cpuBefore = cpuSeconds(server.pid)
  const start = performance.now()
  let next = 0
  const run = async (): Promise<void> => {
    while (next < kind.count) {
      const index = next++
      await read(url, agent, kind.size === SIZE ? null : offsetOf(index, round), kind.size)
    }
  }
  await Promise.all(Array.from({ length: kind.width }, run))
  const bytes = kind.size * kind.count
  return {
    mbPerS: bytes / 1000 / (performance.now() - start),
    cpuSecondsPerGb: (cpuSeconds(server.pid) - cpuBefore) / (bytes / 1e9),
  }
}

/** Anywhere, and the same for both servers. */
const offsetOf = (index: number, round: number): number =>
  ((index + 1) * 7_919_777 + round * 104_729) % (SIZE - MIB)

async function read(url: string, agent: Agent, at: number | null, size: number): Promise<void> {
  const headers = at === null ? {} : { range: `bytes=${at}-${at + size - 1}` }
  const [response] = await once(get(url, { agent, headers }), 'response')
  let left = size
  for await (const chunk of response) left -= chunk.byteLength
  if (left !== 0) throw new Error(`${left} bytes are missing of an answer with status ${response.statusCode}`)
}

/** User and system time of a process with all its threads. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
