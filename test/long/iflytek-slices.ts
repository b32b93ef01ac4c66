import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Client, download, urlOf } from '../dialects/iflytek-ost/wire-client.ts'
import { startTestServer, type TestServer } from '../support/harness.ts'
import { shows } from '../support/shows.ts'

let server: TestServer
let client: Client
before(async () => {
  server = await startTestServer({ settings: { 'iflytek_ost.slice_size_min_bytes': '1' } })
  client = new Client(server.url)
})
after(() => server.stop())

test('an upload of 10000 slices is completed, and its bytes come back in order', async () => {
  const uploadId = await client.begin()
  const numbers = Array.from({ length: 10_000 }, (_, index) => index + 1)
  const senders = Array.from({ length: 8 }, async () => {
    for (let number = numbers.pop(); number !== undefined; number = numbers.pop()) {
      const answer = await client.slice(uploadId, number, `${number}\n`)
      assert.equal(answer.json.code, 0, answer.text)
    }
  })
  await Promise.all(senders)
  assert.equal((await client.slice(uploadId, 10_001, 'x')).json.code, 10001)
  const startedAt = performance.now()
  const answer = await client.complete(uploadId)
  // demo-java gives up after 8 s.
  assert.ok(performance.now() - startedAt < 8000)
  shows('iflytek-ost', 'time of complete')
  const expected = Array.from({ length: 10_000 }, (_, index) => `${index + 1}\n`).join('')
  assert.equal((await download(urlOf(answer))).toString(), expected)
  shows('iflytek-ost', 'slices of an upload')
})
