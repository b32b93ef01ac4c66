import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { spawnServer } from '../test/support/harness.ts'
import { LoadClient, peakMemoryMb } from '../test/support/load.ts'
import type { Row } from './report.ts'

const CHUNK = 1024 ** 2
const CHUNKS = 2048

/** MB/s of large one-shot uploads, beside a plain Node server that pipes a body into a file and syncs it. */
export async function benchLargeUploads(): Promise<readonly Row[]> {
  const chunk = randomBytes(CHUNK)
  const server = await spawnServer()
  const client = new LoadClient(server)
  const one = await rate(1, () => client.form('/file/upload', {}, chunk, CHUNKS))
  const four = await rate(1, () =>
    Promise.all(Array.from({ length: 4 }, () => client.form('/file/upload', {}, chunk, CHUNKS / 4))),
  )
  const memory = peakMemoryMb(server.pid)
  client.close()
  await server.dispose()
  const baseline = { what: 'plain pipe to a synced file', value: await pipeRate(chunk) }
  return [
    { what: '2 GiB one-shot, one connection', value: one, unit: 'MB/s', peakMemoryMb: memory, baseline },
    { what: '4 × 512 MiB one-shot at once', value: four, unit: 'MB/s', peakMemoryMb: memory, baseline },
  ]
}

async function rate(times: number, work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint()
  for (let i = 0; i < times; i += 1) await work()
  return (times * CHUNK * CHUNKS) / 1e6 / (Number(process.hrtime.bigint() - start) / 1e9)
}

async function pipeRate(chunk: Uint8Array): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'stowage-bench-'))
  const server = createServer(async (incoming, outgoing) => {
    await pipeline(incoming, createWriteStream(join(folder, 'file'), { flush: true }))
    outgoing.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const value = await rate(1, async () => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method: 'PUT',
      headers: { 'content-length': CHUNK * CHUNKS },
    })
    const answered = once(outgoing, 'response')
    for (let i = 0; i < CHUNKS; i += 1) if (!outgoing.write(chunk)) await once(outgoing, 'drain')
    outgoing.end()
    const [response] = await answered
    response.resume()
    await once(response, 'end')
  })
  server.close()
  rmSync(folder, { recursive: true })
  return value
}
