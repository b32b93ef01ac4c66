import { Crc64 } from '../src/core/bytes/crc64.ts'
import { LIBRARIES, spawnServer } from '../test/support/harness.ts'
import { peakMemoryMb, timeParallel } from '../test/support/load.ts'
import { type PartTerms, SmhLoadClient } from '../test/support/smh-load.ts'
import type { Row } from './report.ts'

const MIB = 1024 ** 2
const RENEWALS = 5000
const WARM_UP = 500
const FILES = `file/${LIBRARIES.file.id}/-`

/** Renewals a second: of one set of headers, and of a hundred. */
export async function benchRenewals(): Promise<readonly Row[]> {
  const server = await spawnServer()
  const client = new SmhLoadClient(server.url)
  const token = await client.token(LIBRARIES.file)
  const task = await begin(client, token, 'renewed.bin')
  const renew = (json?: unknown) =>
    client.call(200, 'POST', `${FILES}/${task.confirmKey}?renew&access_token=${token}`, json)
  const rows: Row[] = []
  for (const [what, width, count, json] of [
    ['one set of headers, 1 at a time', 1, RENEWALS, undefined],
    ['one set of headers, 32 at a time', 32, RENEWALS, undefined],
    ['headers of 100 parts, 32 at a time', 32, RENEWALS / 10, { partNumberRange: '1-100' }],
  ] as const) {
    await timeParallel(WARM_UP / (json === undefined ? 1 : 10), width, () => renew(json))
    const seconds = await timeParallel(count, width, () => renew(json))
    const peakMemory = peakMemoryMb(server.pid)
    rows.push({
      what: `renew: ${what}`,
      value: count / seconds,
      unit: 'renewals/s',
      peakMemoryMb: peakMemory,
    })
  }
  client.close()
  await server.dispose()
  return rows
}

/** Milliseconds that a confirm with a crc64 takes, by the number of parts; the bytes are never touched. */
export async function benchConfirm(): Promise<readonly Row[]> {
  const server = await spawnServer()
  const client = new SmhLoadClient(server.url)
  const token = await client.token(LIBRARIES.file)
  const part = Buffer.alloc(MIB, 'part')
  const rows: Row[] = []
  for (const parts of [1, 100, 1000, 10_000]) {
    const task = await begin(client, token, `confirmed-${parts}.bin`)
    const sending = await timeParallel(parts, 8, (index) => client.putPart(task, index + 1, part))
    const target = `${FILES}/${task.confirmKey}?confirm&access_token=${token}`
    const json = { crc64: crc64Of(part, parts) }
    const confirming = await timeParallel(1, 1, () => client.call(200, 'POST', target, json))
    const what = `${parts.toLocaleString('en')} ${parts === 1 ? 'part' : 'parts'} of 1 MiB`
    rows.push({ what: `${what}: parts, 8 at a time`, value: parts / sending, unit: 'parts/s' })
    const peakMemory = peakMemoryMb(server.pid)
    rows.push({ what: `${what}: confirm`, value: confirming * 1000, unit: 'ms', peakMemoryMb: peakMemory })
  }
  client.close()
  await server.dispose()
  return rows
}

const begin = (client: SmhLoadClient, token: string, name: string): Promise<PartTerms> =>
  client.call<PartTerms>(201, 'POST', `${FILES}/${name}?multipart&access_token=${token}`)

/** The crc64 of the same part `times` over. */
function crc64Of(part: Uint8Array, times: number): string {
  const one = new Crc64()
  one.update(part)
  let whole = one.digest()
  for (let count = 1; count < times; count++) whole = Crc64.combine(whole, one.digest(), part.byteLength)
  return whole
}
