import { randomBytes } from 'node:crypto'
import { spawnServer } from '../test/support/harness.ts'
import { LoadClient, peakMemoryMb, timeParallel } from '../test/support/load.ts'
import { startBaseline } from './baseline.ts'
import type { Row } from './report.ts'

const SIZE = 16 * 1024
const COUNT = 4000
const WARM_UP = 500

/** Uploads of 16 KiB a second, beside a plain server that writes (and syncs) a file for each. */
export async function benchSmallUploads(): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const [durability, width] of [
    ['strict', 1],
    ['strict', 64],
    ['relaxed', 64],
  ] as const) {
    const server = await spawnServer({ settings: { durability } })
    const value = await rate(server.url, width)
    const peakMemory = peakMemoryMb(server.pid)
    await server.dispose()
    const plain = await startBaseline(durability)
    const baseline = { what: 'plain server, a file each', value: await rate(plain.url, width) }
    await plain.dispose()
    const what = `16 KiB one-shot, ${durability}, ${width} at a time`
    rows.push({ what, value, unit: 'uploads/s', peakMemoryMb: peakMemory, baseline })
  }
  return rows
}

async function rate(url: string, width: number): Promise<number> {
  const client = new LoadClient(url)
  const body = randomBytes(SIZE)
  const count = width === 1 ? COUNT / 4 : COUNT
  await timeParallel(WARM_UP, width, () => client.form('/file/upload', {}, body))
  const seconds = await timeParallel(count, width, () => client.form('/file/upload', {}, body))
  client.close()
  return count / seconds
}
