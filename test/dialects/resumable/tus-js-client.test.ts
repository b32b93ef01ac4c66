import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, test } from 'node:test'
import * as tus from 'tus-js-client'
import type { TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { objectAt, startUploads, ticketFor } from './rig.ts'

let server: TestServer
before(async () => {
  server = await startUploads()
})
after(() => server.stop())

const bytes = randomBytes(1_000_000)

interface Sent {
  readonly url: string
  readonly progress: readonly number[]
}

/** Sends a file by the client, and resolves once it says that it is done. */
function send(
  name: string,
  change: Partial<tus.UploadOptions> = {},
  file: Buffer | Readable = bytes,
): Promise<Sent> {
  const { promise, resolve, reject } = Promise.withResolvers<Sent>()
  const progress: number[] = []
  const upload = new tus.Upload(file, {
    endpoint: `${server.url}/uploads`,
    headers: { 'Upload-Ticket': ticketFor() },
    metadata: { filename: name, filetype: 'application/x-test' },
    retryDelays: [0, 0, 0],
    onProgress: (sent) => void progress.push(sent),
    onSuccess: () => resolve({ url: upload.url ?? '', progress }),
    onError: reject,
    ...change,
  })
  upload.start()
  return promise
}

describe('tus-js-client', () => {
  test('uploads a file whole, and in chunks', async () => {
    await send('whole.bin')
    assert.ok((await objectAt(server, 'in/whole.bin'))?.equals(bytes))
    await send('chunks.bin', { chunkSize: 70_000 })
    assert.ok((await objectAt(server, 'in/chunks.bin'))?.equals(bytes))
    await send('early.bin', { chunkSize: 400_000, uploadDataDuringCreation: true })
    assert.ok((await objectAt(server, 'in/early.bin'))?.equals(bytes))
    shows('resumable', 'tus-js-client')
  })

  test('uploads a stream whose length nobody knows', async () => {
    const stream = Readable.from([bytes.subarray(0, 600_000), bytes.subarray(600_000)])
    await send('stream.bin', { chunkSize: 128 * 1024, uploadLengthDeferred: true }, stream)
    assert.ok((await objectAt(server, 'in/stream.bin'))?.equals(bytes))
  })

  test('goes on where it was ended', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    const first = new tus.Upload(bytes, {
      endpoint: `${server.url}/uploads`,
      headers: { 'Upload-Ticket': ticketFor() },
      ...{ metadata: { filename: 'ended.bin' }, chunkSize: 100_000, retryDelays: null },
      onChunkComplete: (_, sent) => {
        if (sent < 400_000) return
        void first.abort().then(() => resolve(first.url ?? ''))
      },
    })
    first.start()
    const url = await promise
    assert.equal(await objectAt(server, 'in/ended.bin'), null)
    const { progress } = await send('ended.bin', { uploadUrl: url, headers: {} })
    assert.ok((progress[0] ?? 0) >= 400_000, `${progress[0]}`)
    assert.ok((await objectAt(server, 'in/ended.bin'))?.equals(bytes))
  })

  test('is told what a ticket does not allow, and does not ask again', async () => {
    let requests = 0
    const headers = { 'Upload-Ticket': ticketFor({ sizeMax: 1000 }) }
    const onBeforeRequest = () => void requests++
    await assert.rejects(send('large.bin', { headers, onBeforeRequest }), /413/)
    assert.equal(requests, 1)
  })

  test('gives an upload up', async () => {
    const { url } = await send('kept.bin')
    await tus.Upload.terminate(url).catch(() => {})
    assert.ok((await objectAt(server, 'in/kept.bin'))?.equals(bytes), 'what is an object stays')
  })
})
