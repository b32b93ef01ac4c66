import assert from 'node:assert/strict'
import { createCipheriv } from 'node:crypto'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { Crc64 } from '../../src/core/bytes/crc64.ts'
import { LIBRARIES, spawnServer } from '../support/harness.ts'
import { peakMemoryMb } from '../support/load.ts'
import { shows } from '../support/shows.ts'
import { type PartTerms, SmhLoadClient } from '../support/smh-load.ts'

const MIB = 1024 ** 2
/** Parts of 1 MiB; 5120 make 5 GiB. */
const PARTS = Number(process.env.STOWAGE_TEST_RENEWED_MIB ?? 1024)
const CONNECTIONS = 8
const RESENDERS = 2
const RENEW_EVERY_MS = 1000
const MEMORY_MAX_MB = 400
const skip = existsSync('/proc/self/status') ? false : 'the system does not tell a process’s peak memory'

describe('large uploads of tencent-smh', { skip }, () => {
  test('a large file goes up in parts that are sent again while it is renewed, and comes back byte for byte', async (test) => {
    const server = await spawnServer({ settings: { 'tencent_smh.credentials_ttl_s': '60' } })
    const client = new SmhLoadClient(server.url)
    const startedAt = performance.now()
    const tell = (what: string) =>
      test.diagnostic(`${what} after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
    const task = await Upload.begin(client)
    const { crc64, renewals, again } = await sendAll(task)
    tell(`${PARTS} parts sent, ${again} of them again, ${renewals} renewals`)
    const record = await task.confirm(crc64)
    tell('confirmed')
    const received = await task.download()
    assert.equal(received.headers['x-cos-hash-crc64ecma'], crc64)
    const size = await readAsSent(received)
    tell('read')
    const memory = peakMemoryMb(server.pid)
    test.diagnostic(`the server's peak memory was ${Math.round(memory)} MB`)
    client.close()
    await server.dispose()
    assert.equal(size, PARTS * MIB)
    assert.deepEqual([record.size, record.crc64], [String(PARTS * MIB), crc64])
    assert.ok(renewals > 0 && again > 0)
    assert.ok(memory < MEMORY_MAX_MB, `peak memory was ${Math.round(memory)} MB`)
    shows('tencent-smh', '1 GiB (5 GiB by STOWAGE_TEST_RENEWED_MIB=5120) in parts, renewed every second')
  })
})

interface FileRecord {
  readonly size: string
  readonly crc64: string
}

/** One upload as its client sees it, always with the latest credentials. */
class Upload {
  readonly #client: SmhLoadClient
  readonly #token: string
  #terms: PartTerms

  static async begin(client: SmhLoadClient): Promise<Upload> {
    const token = await client.token(LIBRARIES.file)
    const start = `file/${LIBRARIES.file.id}/-/large.bin?multipart&filesize=${PARTS * MIB}&access_token=${token}`
    return new Upload(client, token, await client.call<PartTerms>(201, 'POST', start))
  }

  private constructor(client: SmhLoadClient, token: string, terms: PartTerms) {
    this.#client = client
    this.#token = token
    this.#terms = terms
  }

  async renew(): Promise<void> {
    const { uploadId, confirmKey } = this.#terms
    this.#terms = await this.#client.call<PartTerms>(200, 'POST', this.#of(`${confirmKey}?renew`))
    assert.deepEqual([this.#terms.uploadId, this.#terms.confirmKey], [uploadId, confirmKey])
  }

  async send(number: number, bytes: Uint8Array): Promise<void> {
    await this.#client.putPart(this.#terms, number, bytes)
  }

  confirm(crc64: string): Promise<FileRecord> {
    const target = this.#of(`${this.#terms.confirmKey}?confirm`)
    return this.#client.call<FileRecord>(200, 'POST', target, { crc64 })
  }

  async download() {
    const url = await this.#client.locate(this.#of('large.bin?'))
    return this.#client.open(url)
  }

  #of(target: string): string {
    return `file/${LIBRARIES.file.id}/-/${target}&access_token=${this.#token}`
  }
}

/**
 * Sends every part once, by as many connections; beside that, parts that were taken are sent again, first with other bytes
 * and then with their own, and the credentials are renewed. Ends when all of that came to its end.
 */
async function sendAll(task: Upload) {
  const crc64 = new Crc64()
  const taken: number[] = []
  let last = 0
  let again = 0
  const sendNext = async (): Promise<void> => {
    const number = ++last
    const bytes = partBytes(number)
    crc64.update(bytes)
    await task.send(number, bytes)
    taken.push(number)
  }
  const lane = async (): Promise<void> => {
    while (last < PARTS) await sendNext()
  }
  /** Each one has parts of its own, so that the last bytes sent of a part are the right ones. */
  const resender = async (own: number): Promise<void> => {
    for (let at = own; taken.length < PARTS; at = at + RESENDERS < taken.length ? at + RESENDERS : own) {
      const number = taken[at] ?? 1
      await task.send(number, partBytes(PARTS + number))
      await task.send(number, partBytes(number))
      again++
    }
  }
  for (let own = 0; own < RESENDERS; own++) await sendNext()
  const stop = new AbortController()
  const renewing = renewUntil(task, stop.signal)
  const lanes = Array.from({ length: CONNECTIONS }, lane)
  const resenders = Array.from({ length: RESENDERS }, (_, own) => resender(own))
  await Promise.all([...lanes, ...resenders]).finally(() => stop.abort())
  return { crc64: crc64.digest(), renewals: await renewing, again }
}

async function renewUntil(task: Upload, signal: AbortSignal): Promise<number> {
  for (let count = 1; ; count++) {
    await task.renew()
    const goesOn = await pause(RENEW_EVERY_MS, true, { signal }).catch(() => false)
    if (!goesOn) return count
  }
}

/** Checks every byte; resolves with their number. */
async function readAsSent(body: AsyncIterable<Buffer>): Promise<number> {
  const undo = keystream(0)
  let size = 0
  for await (const piece of body) {
    const rest = undo.update(piece)
    if (!rest.equals(ZEROS.subarray(0, rest.length)))
      assert.fail(`other bytes within ${piece.length} after ${size}`)
    size += piece.length
  }
  return size
}

const ZEROS = Buffer.alloc(MIB)
const BLOCK_SIZE = 16

/** The bytes of a part: they differ from part to part, and are made anew each time. */
const partBytes = (number: number): Buffer => keystream((number - 1) * MIB).update(ZEROS)

/** Bytes that a file of any length consists of, from `offset` on: what AES makes of its own counter. */
function keystream(offset: number) {
  const counter = Buffer.alloc(BLOCK_SIZE)
  counter.writeBigUInt64BE(BigInt(offset / BLOCK_SIZE), 8)
  return createCipheriv('aes-128-ctr', 'sixteen bytes it', counter)
}
