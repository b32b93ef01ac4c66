import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnServer } from '../test/support/harness.ts'
import { LoadClient, peakMemoryMb, timeParallel } from '../test/support/load.ts'
import type { Row } from './report.ts'

const SIZE = 16 * 1024
const COUNT = 2000

/** Durable uploads of 16 KiB a second, beside plain files that are written and synced one by one. */
export async function benchSmallUploads(): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const [durability, width] of [
    ['strict', 1],
    ['strict', 64],
    ['relaxed', 64],
  ] as const) {
    const server = await spawnServer({ settings: { durability, log_level: 'info' } })
    const client = new LoadClient(server)
    const body = randomBytes(SIZE)
    const count = width === 1 ? COUNT / 4 : COUNT
    await timeParallel(200, width, () => client.form('/file/upload', {}, body))
    const seconds = await timeParallel(count, width, () => client.form('/file/upload', {}, body))
    rows.push({
      what: `16 KiB one-shot, ${durability}, ${width} at a time`,
      value: count / seconds,
      unit: 'uploads/s',
      peakMemoryMb: peakMemoryMb(server.pid),
      baseline: {
        what: `files written${durability === 'strict' ? ' and synced' : ''}`,
        value: await files(durability, width, count),
      },
    })
    client.close()
    await server.dispose()
  }
  return rows
}

async function files(durability: 'strict' | 'relaxed', width: number, count: number): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'))
  const body = randomBytes(SIZE)
  const seconds = await timeParallel(count, width, async (index) => {
    const file = await open(join(folder, String(index)), 'wx')
    await file.writeFile(body)
    if (durability === 'strict') await file.sync()
    await file.close()
    if (durability === 'relaxed') return
    const parent = await open(folder)
    await parent.sync()
    await parent.close()
  })
  rmSync(folder, { recursive: true })
  return count / seconds
}
