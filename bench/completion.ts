import { randomBytes } from 'node:crypto'
import { spawnServer } from '../test/support/harness.ts'
import { LoadClient, peakMemoryMb, timeParallel } from '../test/support/load.ts'
import type { Row } from './report.ts'

/** Milliseconds that `complete` takes, by the number of slices; the bytes are never touched. */
export async function benchCompletion(): Promise<readonly Row[]> {
  const server = await spawnServer({ settings: { 'iflytek_ost.slice_size_min_bytes': '1' } })
  const client = new LoadClient(server.url)
  const rows: Row[] = []
  for (const [slices, size] of [
    [100, 1024],
    [10_000, 1024],
    [10_000, 66_000],
  ] as const) {
    const body = randomBytes(size)
    const upload_id = String((await client.json('/file/mpupload/init', {})).data?.upload_id)
    const uploading = await timeParallel(slices, 32, (index) =>
      client.form('/file/mpupload/upload', { upload_id, slice_id: String(index + 1) }, body),
    )
    const completing = await timeParallel(1, 1, () => client.json('/file/mpupload/complete', { upload_id }))
    const what = `${slices.toLocaleString('en')} slices of ${size.toLocaleString('en')} bytes`
    rows.push({ what: `${what}: slices`, value: slices / uploading, unit: 'slices/s' })
    rows.push({
      what: `${what}: complete`,
      value: completing * 1000,
      unit: 'ms',
      peakMemoryMb: peakMemoryMb(server.pid),
    })
  }
  client.close()
  await server.dispose()
  return rows
}
