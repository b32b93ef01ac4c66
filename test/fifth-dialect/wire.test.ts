import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { ACCOUNT, OTHER_ACCOUNT, startTestServer, type TestServer } from '../support/harness.ts'
import { shows } from '../support/shows.ts'
import { fifthDialect } from './dialect/index.ts'

const BOX = { id: 'box1', secret: 'the secret of the first box' }
const OTHER = { id: 'box2', secret: 'the secret of the other box' }
const SIZE_MAX = 1_000_000

let server: TestServer
before(async () => {
  server = await startTestServer({
    dialects: [fifthDialect],
    settings: { 'fifth_dialect.size_max_bytes': String(SIZE_MAX) },
    accounts: [ACCOUNT, OTHER_ACCOUNT].map(({ id, name, access_key, secret_key }) => ({
      ...{ id, name, access_key, secret_key },
      fifth_dialect_boxes: id === ACCOUNT.id ? [BOX] : [OTHER],
    })),
  })
})
after(() => server.stop())

const ask = (name: string, init: RequestInit = {}, { id, secret } = BOX): Promise<Response> =>
  fetch(`${server.url}/fifth-dialect/${id}/${name}`, {
    ...init,
    headers: { 'x-box-secret': secret, ...init.headers },
  })
const bytesOf = async (answer: Response): Promise<Buffer> => Buffer.from(await answer.arrayBuffer())

test('fifth-dialect: a file that was put comes back, whole and in ranges', async () => {
  const file = randomBytes(300_000)
  const put = await ask('a.bin', { method: 'PUT', body: file })
  assert.equal(put.status, 201)
  assert.deepEqual(await put.json(), { name: 'a.bin', greeting: 'thank you' })
  shows('fifth-dialect', 'PUT /fifth-dialect/{box}/{name}')
  assert.ok((await bytesOf(await ask('a.bin'))).equals(file))
  const part = await ask('a.bin', { headers: { range: 'bytes=100000-199999' } })
  assert.equal(part.status, 206)
  assert.ok((await bytesOf(part)).equals(file.subarray(100_000, 200_000)))
  shows('fifth-dialect', 'GET /fifth-dialect/{box}/{name}')
})

test('fifth-dialect: unknown paths below its own are refused in its words', async () => {
  const answer = await fetch(`${server.url}/fifth-dialect/unknown/call/here`)
  assert.equal(answer.status, 404)
  assert.notEqual(await answer.text(), '{"message":"no such path"}')
  shows('fifth-dialect', '404')
})

test('fifth-dialect: only who knows the secret of a box is let in', async () => {
  await ask('mine.bin', { method: 'PUT', body: 'mine' })
  for (const box of [
    { ...BOX, secret: 'wrong' },
    { ...BOX, secret: '' },
    { ...BOX, secret: OTHER.secret },
  ]) {
    assert.equal((await ask('mine.bin', {}, box)).status, 401)
    assert.equal((await ask('mine.bin', { method: 'PUT', body: 'theirs' }, box)).status, 401)
  }
  shows('fifth-dialect', 'X-Box-Secret')
  assert.equal((await ask('mine.bin', {}, OTHER)).status, 404)
  assert.equal((await ask('mine.bin', {}, { id: 'none', secret: '' })).status, 401)
  assert.equal(await (await ask('mine.bin')).text(), 'mine')
})

test('fifth-dialect: a file above the limit is refused and leaves nothing', async () => {
  const answer = await ask('large.bin', { method: 'PUT', body: randomBytes(SIZE_MAX + 1) })
  assert.equal(answer.status, 413)
  assert.equal((await ask('large.bin')).status, 404)
  shows('fifth-dialect', 'size')
})

test('fifth-dialect: a method that a path does not have is refused', async () => {
  assert.equal((await ask('a.bin', { method: 'DELETE' })).status, 405)
})
