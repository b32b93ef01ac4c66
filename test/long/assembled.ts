import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { Cluster } from '../cluster/topology.ts'
import { LoadClient } from '../support/load.ts'
import { type OwnServer, startPostgres } from '../support/postgres.ts'
import { objectSizes, openUploads, type S3Server, s3ServerMissing, startS3 } from '../support/s3.ts'
import { type SeededRandom, seeded } from '../support/seeded.ts'

const MIB = 1024 * 1024
const SIZES = [6 * MIB, 6 * MIB, 6 * MIB, 100_000]

describe('slices of an upload to nodes that share an S3 store', { skip: s3ServerMissing() }, () => {
  let postgres: OwnServer
  let s3: S3Server
  let cluster: Cluster
  beforeEach(async () => {
    postgres = await startPostgres()
    s3 = await startS3()
    const settings = { metadata: postgres.url, blobs: s3.url, sweep_interval_s: '1' }
    cluster = await Cluster.start({ settings, env: s3.env }, 2)
  })
  afterEach(async () => {
    await cluster.stop()
    await s3.close()
    await postgres.close()
  })

  const call = async (work: (client: LoadClient) => ReturnType<LoadClient['json']>) => {
    // A connection of its own, and so the next node.
    const client = new LoadClient(cluster.url)
    try {
      return (await work(client)).data
    } finally {
      client.close()
    }
  }
  const begin = async () =>
    String((await call((client) => client.json('/file/mpupload/init', {})))?.upload_id)
  const send = (upload_id: string, number: number, bytes: Buffer) =>
    call((client) => client.form('/file/mpupload/upload', { upload_id, slice_id: String(number) }, bytes))
  const complete = async (upload_id: string) =>
    String((await call((client) => client.json('/file/mpupload/complete', { upload_id })))?.url)
  const cancel = (upload_id: string) => call((client) => client.json('/file/mpupload/cancel', { upload_id }))

  const slicesOf = (random: SeededRandom) => SIZES.map((size) => Buffer.alloc(size, random.bytes(9_973)))

  async function killEach(): Promise<void> {
    for (const index of [0, 1]) {
      await cluster.killNode(index)
      await cluster.startNode(index)
    }
  }

  test('become one large object and one small one, which read back byte for byte', async (t) => {
    const slices = slicesOf(seeded(t))
    const upload = await begin()
    await Promise.all([4, 2, 1, 3].map((number) => send(upload, number, slices[number - 1] ?? assert.fail())))
    assert.deepEqual(await objectSizes(s3), [100_000])
    assert.equal((await openUploads(s3)).length, 1)
    const urls = await Promise.all(Array.from({ length: 6 }, () => complete(upload)))
    assert.equal(new Set(urls).size, 1)
    assert.deepEqual(await objectSizes(s3), [100_000, 18 * MIB])
    assert.deepEqual(await openUploads(s3), [])
    await assertReads(urls[0] ?? '', Buffer.concat(slices))
  })

  test('survive kills between all calls, and slices that come again', async (t) => {
    const random = seeded(t)
    const slices = slicesOf(random)
    const upload = await begin()
    for (const number of [3, 1]) await send(upload, number, slices[number - 1] ?? assert.fail())
    await killEach()
    await send(upload, 2, Buffer.alloc(6 * MIB, 1))
    await send(upload, 4, slices[3] ?? assert.fail())
    await killEach()
    await send(upload, 2, slices[1] ?? assert.fail())
    await killEach()
    const url = await complete(upload)
    await killEach()
    assert.equal(await complete(upload), url)
    assert.deepEqual(await objectSizes(s3), [100_000, 6 * MIB, 12 * MIB])
    assert.deepEqual(await openUploads(s3), [])
    await assertReads(url, Buffer.concat(slices))
  })

  test('are completed again after a kill in the midst of it', async (t) => {
    const slices = slicesOf(seeded(t))
    for (let round = 0; round < 3; round++) {
      const upload = await begin()
      await Promise.all(slices.map((bytes, index) => send(upload, index + 1, bytes)))
      const broken = complete(upload).catch(() => {})
      await setTimeout(round * 15)
      await killEach()
      await broken
      await assertReads(await complete(upload), Buffer.concat(slices))
    }
    assert.deepEqual(await openUploads(s3), [])
  })

  test('leave neither objects nor multipart uploads after a cancel and a sweep', async (t) => {
    const slices = slicesOf(seeded(t))
    const upload = await begin()
    await Promise.all(slices.map((bytes, index) => send(upload, index + 1, bytes)))
    await send(upload, 2, slices[0] ?? assert.fail())
    await cancel(upload)
    const isClean = async () => (await objectSizes(s3)).length + (await openUploads(s3)).length === 0
    while (!(await isClean())) await setTimeout(100)
  })
})

/** The whole, and ranges around the borders of slices. */
async function assertReads(url: string, bytes: Buffer): Promise<void> {
  const read = async (range?: string) => {
    const response = await fetch(url, range === undefined ? {} : { headers: { range } })
    assert.equal(response.status, range === undefined ? 200 : 206)
    return Buffer.from(await response.arrayBuffer())
  }
  assert.ok((await read()).equals(bytes), 'the file is damaged')
  for (const border of [6 * MIB, 12 * MIB, 18 * MIB]) {
    for (const [start, end] of [
      [border - 1, border + 1],
      [border, border + 10],
      [border - 70_000, border + 70_000],
      [border - 7 * MIB < 0 ? 0 : border - 7 * MIB, border + 1],
    ] as const) {
      const range = await read(`bytes=${start}-${end - 1}`)
      assert.ok(range.equals(bytes.subarray(start, end)), `${start} to ${end}`)
    }
  }
  assert.ok((await read('bytes=-100001')).equals(bytes.subarray(-100_001)))
}
