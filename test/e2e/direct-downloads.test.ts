import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestServer, type TestServer } from '../support/harness.ts'
import { LoadClient } from '../support/load.ts'
import { newBucket, withoutS3 } from '../support/s3.ts'

const LARGE = Buffer.alloc(1024 ** 2, 'large')
const SMALL = Buffer.from('small')

describe('links to whole objects', { skip: withoutS3 }, () => {
  let leading: Rig
  let own: Rig
  before(async () => {
    leading = await startRig({ direct_downloads: 'true' })
    own = await startRig({})
  })
  after(async () => {
    await leading.stop()
    await own.stop()
  })

  test('lead to the store, which gives the same bytes as a download', async () => {
    const url = await leading.upload(LARGE)
    const answer = await fetch(url, { redirect: 'manual' })
    assert.equal(answer.status, 302)
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    const location = answer.headers.get('location') ?? ''
    assert.notEqual(new URL(location).port, new URL(leading.server.url).port)
    assert.match(location, /X-Amz-Expires=60(&|$)/)
    const followed = await fetch(url)
    assert.equal(followed.status, 200)
    assert.match(followed.headers.get('content-disposition') ?? '', /^attachment/)
    assert.ok(Buffer.from(await followed.arrayBuffer()).equals(LARGE))
  })

  test('stay with the node for a range, a condition, a HEAD, and bytes that are kept with the facts', async () => {
    const url = await leading.upload(LARGE)
    const plain = async (init: RequestInit): Promise<number> =>
      (await fetch(url, { ...init, redirect: 'manual' })).status
    assert.equal(await plain({ headers: { range: 'bytes=1-2' } }), 206)
    assert.equal(await plain({ headers: { 'if-none-match': '*' } }), 304)
    assert.equal(await plain({ method: 'HEAD' }), 200)
    const small = await fetch(await leading.upload(SMALL), { redirect: 'manual' })
    assert.equal(small.status, 200)
    assert.equal(await small.text(), 'small')
  })

  test('stay with the node unless the operator wants it', async () => {
    const answer = await fetch(await own.upload(LARGE), { redirect: 'manual' })
    assert.equal(answer.status, 200)
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(LARGE))
  })
})

interface Rig {
  readonly server: TestServer
  /** Resolves with the link to what was uploaded. */
  upload(bytes: Uint8Array): Promise<string>
  stop(): Promise<void>
}

async function startRig(settings: Readonly<Record<string, string>>): Promise<Rig> {
  const { url, keys } = await newBucket()
  if (keys !== undefined) {
    process.env.AWS_ACCESS_KEY_ID = keys.accessKeyId
    process.env.AWS_SECRET_ACCESS_KEY = keys.secretAccessKey
  }
  const server = await startTestServer({ settings: { blobs: url, ...settings } })
  const load = new LoadClient(server.url)
  return {
    server,
    upload: async (bytes) => (await load.form('/file/upload', {}, bytes)).data?.url ?? assert.fail(),
    stop: async () => {
      load.close()
      await server.stop()
    },
  }
}
