import { rmSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { temporaryFolder } from '../../test/support/folder.ts'
import { STRICT_SYNCS, startStowage } from '../contenders/stowage.ts'
import { cpuSeconds, memoryMb } from '../frame/processes.ts'
import { lineOf, spreadOf } from '../frame/rounds.ts'
import type { CaseResult, RunOptions, Scenario } from '../frame/types.ts'
import { seedDirectories } from './lists.ts'

const IDLE_MS = 3000
const ENTRIES = 10_000_000

/** From the start of the process until `/readyz` says 200. */
export const startUp: Scenario = {
  name: 'start-up',
  about: `From the start of the process until /readyz says 200, with an empty folder and with ${ENTRIES.toLocaleString('en')} entries. CPU is that of the start; memory is resident ${IDLE_MS / 1000} seconds later.`,
  run: async (options) => {
    const seeded = temporaryFolder()
    try {
      const empty = await startsOf('empty', undefined, options)
      const count = Math.ceil(ENTRIES / options.quick)
      await seedDirectories(seeded, count)
      const full = await startsOf(`${count.toLocaleString('en')} entries`, seeded, options)
      return { cases: [empty, full], skipped: [], memory: [] }
    } finally {
      rmSync(seeded, { recursive: true })
    }
  },
}

async function startsOf(
  what: string,
  dataDir: string | undefined,
  { rounds, say }: RunOptions,
): Promise<CaseResult> {
  const starts: { readonly ms: number; readonly cpu: number; readonly memory: number }[] = []
  for (let round = 0; round <= rounds; round++) {
    const server = await startStowage(dataDir === undefined ? {} : { dataDir })
    const cpu = cpuSeconds(server.pids)
    await setTimeout(IDLE_MS)
    starts.push({ ms: server.readyMs, cpu, memory: memoryMb(server.pids, 'now') })
    await server.stop()
  }
  const ms = spreadOf(starts.map((start) => start.ms))
  const none = spreadOf([Number.NaN])
  const figures = {
    ...{ value: ms, p50Ms: ms, p99Ms: ms, cpuSecondsPerGb: none, generatorBusy: none },
    cpuUsPerRequest: spreadOf(starts.map(({ cpu }) => cpu * 1e6)),
    peakMemoryMb: Math.max(...starts.map(({ memory }) => memory)),
  }
  const result: CaseResult = {
    what,
    unit: 'ms',
    of: [{ name: 'Stowage strict', syncs: STRICT_SYNCS, figures }],
  }
  say(lineOf(result, 'Stowage strict', figures))
  return result
}
