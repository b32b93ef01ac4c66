import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { withoutTable } from '../../support/broken-table.ts'
import { startTestServer, type TestServer } from '../../support/harness.ts'
import { notOnDisk } from '../../support/shared-stores.ts'
import { shows } from '../../support/shows.ts'
import { type Answer, Client, urlOf } from './wire-client.ts'

const ON_DISK = { skip: notOnDisk }

let server: TestServer
let client: Client
before(async () => {
  server = await startTestServer({ settings: { 'iflytek_ost.slice_size_min_bytes': '1' } })
  client = new Client(server.url)
})
after(() => server.stop())

function failed(answer: Answer, code: number, message: string): void {
  assert.equal(answer.status, 200, answer.text)
  assert.match(answer.type, /^application\/json/)
  assert.deepEqual(Object.keys(answer.json), ['code', 'sid', 'message'])
  assert.deepEqual([answer.json.code, answer.json.message], [code, message])
  const line = server.logLines.find((text) => text.includes(answer.json.sid ?? '-')) ?? ''
  assert.match(line, /"error":"(metadata|storage)-failed"/)
}

test('a disk that fails is answered with 10002, for a file and for a slice', ON_DISK, async () => {
  const bytes = randomBytes(300_000)
  const uploadId = await client.begin()
  const blobs = join(server.dataDir, 'blobs')
  renameSync(blobs, `${blobs}-away`)
  writeFileSync(blobs, 'no folder')
  try {
    failed(await client.upload(bytes), 10002, 'storage operation failed')
    failed(await client.slice(uploadId, 1, bytes), 10002, 'storage operation failed')
    shows('iflytek-ost', '10002')
  } finally {
    renameSync(`${blobs}`, `${blobs}-file`)
    renameSync(`${blobs}-away`, blobs)
  }
  assert.equal((await client.slice(uploadId, 1, bytes)).json.code, 0)
})

test('a database that cannot keep files is answered with 10003, for a file and for complete', async () => {
  const uploadId = await client.begin()
  await client.slice(uploadId, 1, 'x')
  await withoutTable(server, 'objects', async () => {
    failed(await client.upload('x'), 10003, 'database operation failed')
    failed(await client.complete(uploadId), 10003, 'database operation failed')
    shows('iflytek-ost', '10003')
  })
  assert.match(urlOf(await client.complete(uploadId)), /^http/)
})

test('a database that cannot keep uploads is answered with 10004, for init, slice and cancel', async () => {
  const uploadId = await client.begin()
  await withoutTable(server, 'uploads', async () => {
    failed(await client.init(), 10004, 'cache operation failed')
    failed(await client.slice(uploadId, 1, 'x'), 10004, 'cache operation failed')
    failed(await client.cancel(uploadId), 10004, 'cache operation failed')
    shows('iflytek-ost', '10004')
  })
  assert.equal((await client.cancel(uploadId)).json.code, 0)
})
