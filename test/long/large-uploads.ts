import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { describe, test } from 'node:test'
import { spawnServer } from '../support/harness.ts'
import { LoadClient, peakMemoryMb, timeParallel } from '../support/load.ts'

const MEMORY_MAX_MB = 350
const CHUNK = 1024 ** 2
const skip = existsSync('/proc/self/status') ? false : 'the system does not tell a process’s peak memory'

describe('large uploads', { skip }, () => {
  test('takes 4 GiB in one request with flat memory and gives it back unchanged', async () => {
    const server = await spawnServer()
    const client = new LoadClient(server.url)
    const chunk = randomBytes(CHUNK)
    const answer = await client.form('/file/upload', {}, chunk, 4096)
    const sent = createHash('sha1')
    for (let i = 0; i < 4096; i += 1) sent.update(chunk)
    const received = createHash('sha1')
    const response = await fetch(String(answer.data?.url))
    for await (const piece of response.body ?? []) received.update(piece)
    const memory = peakMemoryMb(server.pid)
    client.close()
    await server.dispose()
    assert.equal(received.digest('hex'), sent.digest('hex'))
    assert.ok(memory < MEMORY_MAX_MB, `peak memory was ${Math.round(memory)} MB`)
  })

  test('takes 10,000 slices in parallel with flat memory and gives them back in order', async () => {
    const server = await spawnServer({ settings: { 'iflytek_ost.slice_size_min_bytes': '1' } })
    const client = new LoadClient(server.url)
    const slice = (number: number) => Buffer.alloc(number % 10 === 0 ? 70_000 : 4_000, String(number))
    const upload_id = String((await client.json('/file/mpupload/init', {})).data?.upload_id)
    await timeParallel(10_000, 32, (index) =>
      client.form('/file/mpupload/upload', { upload_id, slice_id: String(index + 1) }, slice(index + 1)),
    )
    const answer = await client.json('/file/mpupload/complete', { upload_id })
    const expected = createHash('sha1')
    for (let number = 1; number <= 10_000; number += 1) expected.update(slice(number))
    const received = createHash('sha1')
    const response = await fetch(String(answer.data?.url))
    for await (const piece of response.body ?? []) received.update(piece)
    const memory = peakMemoryMb(server.pid)
    client.close()
    await server.dispose()
    assert.equal(received.digest('hex'), expected.digest('hex'))
    assert.ok(memory < MEMORY_MAX_MB, `peak memory was ${Math.round(memory)} MB`)
  })
})
