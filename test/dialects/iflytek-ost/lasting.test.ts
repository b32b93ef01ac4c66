import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type SpawnedServer,
  spawnServer,
  startTestServer,
  type TestServer,
  temporaryFolder,
} from '../../support/harness.ts'
import { notOnDisk } from '../../support/shared-stores.ts'
import { shows } from '../../support/shows.ts'
import { blobFiles, nothingLeft, open, readAnswer, signedHead, storedSegments } from './raw.ts'
import {
  type Answer,
  APP,
  Client,
  download,
  formBody,
  openPost,
  PATHS,
  signedHeaders,
  urlOf,
} from './wire-client.ts'

const settings = { 'iflytek_ost.slice_size_min_bytes': '1' }

/** Servers, one after the other, on one folder. The url of each is its own: the public url is the port's. */
class Restarts {
  readonly dataDir = temporaryFolder()
  #server: SpawnedServer | null = null

  async start(): Promise<string> {
    this.#server = await spawnServer({ dataDir: this.dataDir, settings })
    return this.#server.url
  }

  async kill(): Promise<void> {
    await this.#server?.kill('SIGKILL')
  }

  async end(): Promise<void> {
    await this.kill()
    rmSync(this.dataDir, { recursive: true, force: true })
  }
}

const pathOf = (answer: Answer): string => new URL(urlOf(answer)).pathname

test('slices that were answered survive kill -9, and so do the file and its url', async () => {
  const restarts = new Restarts()
  try {
    const slices = [randomBytes(10), randomBytes(200_000), randomBytes(65_537), randomBytes(5)]
    let url = await restarts.start()
    const uploadId = await new Client(url).begin()
    for (const [index, bytes] of slices.entries()) {
      assert.equal((await new Client(url).slice(uploadId, index + 1, bytes)).json.code, 0)
      await restarts.kill()
      url = await restarts.start()
    }
    const path = pathOf(await new Client(url).complete(uploadId))
    await restarts.kill()
    url = await restarts.start()
    assert.ok((await download(url + path)).equals(Buffer.concat(slices)))
    assert.equal(pathOf(await new Client(url).complete(uploadId)), path)
    shows('iflytek-ost', 'complete, again after a crash')
  } finally {
    await restarts.end()
  }
})

test('a slice that was under way at kill -9 is not part of the file', { skip: notOnDisk }, async () => {
  const restarts = new Restarts()
  try {
    let url = await restarts.start()
    const uploadId = await new Client(url).begin()
    await new Client(url).slice(uploadId, 1, 'whole')
    const body = formBody([
      { name: 'data', filename: 'a', content: randomBytes(300_000) },
      { name: 'request_id', content: '1' },
      { name: 'app_id', content: APP.appId },
      { name: 'upload_id', content: uploadId },
      { name: 'slice_id', content: '2' },
    ])
    const headers = signedHeaders(new URL(url).host, PATHS.slice, body)
    const request = openPost(url, PATHS.slice, [...headers, 'Content-Type', body.contentType])
    request.on('error', () => {})
    request.write(body.bytes.subarray(0, 200_000))
    while (blobFiles(restarts).length === 0) await sleep(10)
    await restarts.kill()
    url = await restarts.start()
    const path = pathOf(await new Client(url).complete(uploadId))
    assert.equal((await download(url + path)).toString(), 'whole')
  } finally {
    await restarts.end()
  }
})

test('a whole file that was answered survives kill -9', async () => {
  const restarts = new Restarts()
  try {
    const bytes = randomBytes(300_000)
    const path = pathOf(await new Client(await restarts.start()).upload(bytes))
    await restarts.kill()
    assert.ok((await download((await restarts.start()) + path)).equals(bytes))
  } finally {
    await restarts.end()
  }
})

test('a full disk is answered with 10006, and nothing is kept', { skip: notOnDisk }, async () => {
  const full = await startTestServer({ settings: { disk_reserve_bytes: String(1024 ** 4) } })
  try {
    const answer = await new Client(full.url).upload(randomBytes(300_000))
    assert.equal(answer.status, 200)
    assert.equal(answer.json.code, 10006)
    assert.equal(answer.json.message, 'io operation failed: no space left')
    shows('iflytek-ost', '10006')
    await nothingLeft(full)
  } finally {
    await full.stop()
  }
})

test('an upload in flight is finished before the server stops', { skip: notOnDisk }, async () => {
  const stopping = await startTestServer()
  const body = formBody([
    { name: 'data', filename: 'a', content: randomBytes(300_000) },
    { name: 'request_id', content: '1' },
    { name: 'app_id', content: APP.appId },
  ])
  const socket = await open(stopping)
  const answered = readAnswer(socket)
  socket.write(signedHead(stopping, PATHS.upload, body))
  socket.write(body.bytes.subarray(0, 200_000))
  while (blobFiles(stopping).length === 0) await sleep(10)
  const stopped = stopping.stop()
  socket.write(body.bytes.subarray(200_000))
  assert.equal((await answered).json.code, 0)
  assert.equal(await stopped, true)
})

let server: TestServer
let client: Client
before(async () => {
  server = await startTestServer({ settings })
  client = new Client(server.url)
})
after(() => server.stop())

test('a slice that races complete is in the file as a whole or not at all', async () => {
  for (let round = 0; round < 20; round += 1) {
    const uploadId = await client.begin()
    await client.slice(uploadId, 1, 'a'.repeat(70_000))
    const [slice, complete] = await Promise.all([
      client.slice(uploadId, 2, 'b'.repeat(70_000)),
      client.complete(uploadId),
    ])
    assert.equal(complete.json.code, 0)
    const bytes = await download(urlOf(complete))
    const isIn = slice.json.code === 0
    assert.equal(bytes.length, isIn ? 140_000 : 70_000)
    if (!isIn) assert.equal(slice.json.code, 10005)
  }
  shows('iflytek-ost', 'slice beside complete')
})

test('of complete and cancel that race each other one wins, and the other is 10005', async () => {
  for (let round = 0; round < 20; round += 1) {
    const uploadId = await client.begin()
    await client.slice(uploadId, 1, 'a')
    const [complete, cancel] = await Promise.all([client.complete(uploadId), client.cancel(uploadId)])
    const codes = [complete.json.code, cancel.json.code].toSorted((a = 0, b = 0) => a - b)
    assert.deepEqual(codes, [0, 10005])
    if (complete.json.code === 0) assert.equal((await download(urlOf(complete))).toString(), 'a')
    assert.equal((await client.complete(uploadId)).json.code, complete.json.code)
  }
  shows('iflytek-ost', 'complete beside cancel')
})

test('slices that race cancel leave nothing behind', async () => {
  const known = await storedSegments(server)
  for (let round = 0; round < 10; round += 1) {
    const uploadId = await client.begin()
    await client.slice(uploadId, 1, 'a'.repeat(70_000))
    const answers = await Promise.all([
      client.slice(uploadId, 2, 'b'.repeat(70_000)),
      client.cancel(uploadId),
      client.slice(uploadId, 1, 'c'.repeat(70_000)),
    ])
    assert.equal(answers[1].json.code, 0)
  }
  await server.jobs.runAll()
  await nothingLeft(server, known)
})

test('one slice number sent by many at once holds one of them, whole', async () => {
  const uploadId = await client.begin()
  const texts = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => letter.repeat(100_000))
  const answers = await Promise.all(texts.map((text) => client.slice(uploadId, 1, text)))
  for (const answer of answers) assert.equal(answer.json.code, 0)
  assert.ok(texts.includes((await download(urlOf(await client.complete(uploadId)))).toString()))
})
