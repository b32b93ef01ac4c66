import { randomBytes } from 'node:crypto'
import { spawnServer } from '../test/support/harness.ts'
import { LoadClient, peakMemoryMb, timeParallel } from '../test/support/load.ts'
import { startBaseline } from './baseline.ts'
import type { Row } from './report.ts'

const CHUNK = 1024 ** 2
const CHUNKS = 2048

/** MB/s of large one-shot uploads, beside a plain server that pipes each body into a file and syncs it. */
export async function benchLargeUploads(): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const width of [1, 4]) {
    const server = await spawnServer()
    const value = await rate(server.url, width)
    const peakMemory = peakMemoryMb(server.pid)
    await server.dispose()
    const plain = await startBaseline('strict')
    const baseline = { what: 'plain server, a file each', value: await rate(plain.url, width) }
    await plain.dispose()
    const what = `${width} × ${CHUNKS / width} MiB one-shot at once`
    rows.push({ what, value, unit: 'MB/s', peakMemoryMb: peakMemory, baseline })
  }
  return rows
}

async function rate(url: string, width: number): Promise<number> {
  const client = new LoadClient(url)
  const chunk = randomBytes(CHUNK)
  const seconds = await timeParallel(width, width, () =>
    client.form('/file/upload', {}, chunk, CHUNKS / width),
  )
  client.close()
  return (CHUNK * CHUNKS) / 1e6 / seconds
}
