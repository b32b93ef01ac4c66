import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { Upload } from 'tus-js-client'
import { LIBRARIES, OTHER_ACCOUNT, type TestServer } from '../../support/harness.ts'
import { shows } from '../../support/shows.ts'
import { clientOf } from '../tencent-smh/rig.ts'
import { begin, create, described, head, objectAt, patch, startUploads, ticketFor } from './rig.ts'

let server: TestServer
before(async () => {
  server = await startUploads()
})
after(() => server.stop())

const bytes = randomBytes(200_000)
const piece = (from: number, to: number): Uint8Array<ArrayBuffer> => new Uint8Array(bytes.subarray(from, to))
const PARTIAL = { 'upload-concat': 'partial' }

/** A partial upload of so many bytes; with `from` they come at once. */
async function partial(size: number, from: number | null = null): Promise<string> {
  const url = await begin(server, { ...PARTIAL, 'upload-length': `${size}` })
  if (from !== null) assert.equal((await patch(url, 0, piece(from, from + size))).status, 204)
  return url
}

const final = (urls: readonly string[], name: string, ticket?: string): Promise<Response> =>
  create(
    server,
    { 'upload-concat': `final;${urls.join(' ')}`, 'upload-metadata': described({ filename: name }) },
    ticket,
  )

const urlOf = async (made: Response): Promise<string> =>
  made.headers.get('location') ?? assert.fail(await made.text())

describe('uploads are put together', () => {
  test('of whole ones, in the order that the last request names', async () => {
    const [second, first] = [await partial(80_000, 120_000), await partial(120_000, 0)]
    const told = (await head(first)).headers
    assert.deepEqual([told.get('upload-concat'), told.get('upload-offset')], ['partial', '120000'])
    const made = await final([first, new URL(second).pathname], 'whole.bin')
    assert.equal(made.status, 201)
    assert.ok((await objectAt(server, 'in/whole.bin'))?.equals(bytes))
    const { headers } = await head(await urlOf(made))
    assert.equal(headers.get('upload-concat'), `final;${first} ${new URL(second).pathname}`)
    assert.deepEqual([headers.get('upload-offset'), headers.get('upload-length')], ['200000', '200000'])
    assert.equal((await head(first)).status, 404)
    shows('resumable', 'Upload-Concat')
  })

  test('by the last byte of the last one, where it was asked for before', async () => {
    const [first, second] = [await partial(120_000), await partial(80_000)]
    const made = await final([first, second], 'later.bin')
    assert.equal(made.status, 201)
    const url = await urlOf(made)
    await patch(second, 0, piece(120_000, 200_000))
    const { headers } = await head(url)
    assert.deepEqual([headers.get('upload-offset'), headers.get('upload-length')], [null, '200000'])
    assert.equal(await objectAt(server, 'in/later.bin'), null)
    await patch(first, 0, piece(0, 50_000))
    assert.equal((await patch(first, 50_000, piece(50_000, 120_000))).status, 204)
    assert.ok((await objectAt(server, 'in/later.bin'))?.equals(bytes))
    assert.equal((await head(url)).headers.get('upload-offset'), '200000')
    shows('resumable', 'concatenation-unfinished')
  })

  test('once: a repetition is answered as the first', async () => {
    const urls = [await partial(120_000, 0), await partial(80_000, 120_000)]
    const first = await final(urls, 'once.bin')
    const again = await final(urls, 'once.bin')
    assert.equal(again.status, 201)
    assert.equal(again.headers.get('location'), first.headers.get('location'))
    assert.equal((await final([...urls].reverse(), 'other.bin')).status, 400)
    assert.ok((await objectAt(server, 'in/once.bin'))?.equals(bytes))
  })

  test('of empty ones, too', async () => {
    const empty = [await partial(0), await partial(0)]
    assert.equal((await final(empty, 'empty.bin')).status, 201)
    assert.equal((await objectAt(server, 'in/empty.bin'))?.byteLength, 0)
    const mixed = [await partial(0), await partial(200_000, 0), await partial(0)]
    assert.equal((await final(mixed, 'mixed.bin')).status, 201)
    assert.ok((await objectAt(server, 'in/mixed.bin'))?.equals(bytes))
  })

  test('to what a dialect has', async () => {
    const urls = [await partial(120_000, 0), await partial(80_000, 120_000)]
    const ticket = ticketFor({ bucket: `smh-${LIBRARIES.file.id}`, target: { key: 'joined.bin' } })
    assert.equal((await final(urls, 'joined.bin', ticket)).status, 201)
    assert.ok((await clientOf(server.url).download('joined.bin'))?.equals(bytes))
  })

  test('of pieces that tus-js-client sends side by side', async () => {
    await new Promise<void>((resolve, reject) => {
      new Upload(bytes, {
        ...{
          endpoint: `${server.url}/uploads`,
          headers: { 'upload-ticket': ticketFor() },
          parallelUploads: 3,
        },
        ...{
          metadata: { filename: 'side.bin' },
          retryDelays: null,
          onError: reject,
          onSuccess: () => resolve(),
        },
      }).start()
    })
    assert.ok((await objectAt(server, 'in/side.bin'))?.equals(bytes))
  })
})

describe('uploads are not put together', () => {
  test('of what is none of the account, named twice, or no partial upload; and it takes no bytes', async () => {
    const one = await partial(10, 0)
    const own = await begin(server, {
      'upload-length': '5',
      'upload-metadata': described({ filename: 'own' }),
    })
    for (const urls of [[one, one], [own], [`${server.url}/uploads/nothing`], []])
      assert.equal((await final(urls, 'bad.bin')).status, 400, `${urls}`)
    assert.equal((await create(server, { 'upload-concat': 'both' })).status, 400)
    const sized = { 'upload-concat': `final;${one}`, 'upload-length': '10' }
    assert.equal((await create(server, sized)).status, 400)
    const { access_key: accessKey, secret_key: secretKey } = OTHER_ACCOUNT
    const foreign = ticketFor({}, { accessKey, secretKey })
    assert.equal((await final([one], 'foreign.bin', foreign)).status, 400)
    const url = await urlOf(await final([one, await partial(5)], 'waits.bin'))
    const answer = await patch(url, 0, piece(0, 5))
    assert.equal(answer.status, 403)
    assert.equal((await head(url)).headers.get('upload-offset'), null)
  })

  test('beyond the size that the ticket allows', async () => {
    const small = ticketFor({ sizeMax: 15 })
    const made = await create(server, { ...PARTIAL, 'upload-length': '16' }, small)
    assert.equal(made.status, 413)
    const both = [await partial(10, 0), await partial(10, 10)]
    assert.equal((await final(both, 'large.bin', small)).status, 413)
    assert.equal(await objectAt(server, 'in/large.bin'), null)
  })
})
