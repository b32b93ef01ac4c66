import assert from 'node:assert/strict'
import { describe, type TestContext, test } from 'node:test'
import { openStores, type Stores } from '../../../test/support/stores.ts'
import { isCoreError } from '../errors.ts'
import { asAccountId } from '../ids.ts'
import { bucketName } from '../model/buckets.ts'
import type { Upload } from '../model/uploads.ts'
import type { Ports } from '../ports.ts'
import { readBlob } from './reading.ts'
import { createUploads, type Uploads } from './uploads.ts'

const MIB = 1024 * 1024
const LIMITS = { partNumberMin: 1, partNumberMax: 1, partSizeMin: 0, partSizeMax: 1, sizeMax: 2 ** 40 }
const SIZE = { sizeMax: 2 ** 40 }

interface Rig {
  readonly stores: Stores
  readonly uploads: Uploads
  readonly upload: Upload
  read(size: number): Promise<Buffer>
}

async function open(t: TestContext): Promise<Rig> {
  const stores = await openStores(t)
  const media: Ports['media'] = { probe: () => assert.fail('no media here'), close: async () => {} }
  const uploads = createUploads({ ...stores, media })
  const upload = await uploads.begin({
    ...{ account: asAccountId('account'), bucket: bucketName('test', 'bucket'), ref: 'ref', key: 'key' },
    ...{ limits: LIMITS, expiresAt: stores.clock.now() + 3_600_000 },
  })
  const read = async (size: number): Promise<Buffer> => {
    const read: Uint8Array[] = []
    for await (const chunk of readBlob(stores, upload.blob, 0, size)) read.push(Uint8Array.from(chunk))
    return Buffer.concat(read)
  }
  return { stores, uploads, upload, read }
}

describe('appending', () => {
  test('a body that breaks keeps what came, and the next one goes on there', async (t) => {
    const { stores, uploads, upload, read } = await open(t)
    const bytes = stores.random.bytes(3 * MIB)
    const broken = breaking(bytes.subarray(0, 2 * MIB))
    await assert.rejects(uploads.append(upload, broken, { ...SIZE, offset: 0 }), /gone/)
    assert.equal((await uploads.findOffset(upload))?.offset, 2 * MIB)
    const rest = chunks(bytes.subarray(2 * MIB), 70_000)
    assert.equal((await uploads.append(upload, rest, { ...SIZE, offset: 2 * MIB })).offset, 3 * MIB)
    assert.ok((await read(3 * MIB)).equals(bytes))
  })

  test('a body that has to come whole leaves nothing when it breaks', async (t) => {
    const { stores, uploads, upload } = await open(t)
    const broken = breaking(stores.random.bytes(MIB))
    await assert.rejects(uploads.append(upload, broken, { ...SIZE, offset: 0, isAtomic: true }), /gone/)
    assert.equal((await uploads.findOffset(upload))?.offset, 0)
  })

  test('a long body is durable piece by piece', async (t) => {
    const { stores, uploads, upload } = await open(t)
    const piece = stores.random.bytes(MIB)
    const seen: number[] = []
    const source = async function* () {
      for (let sent = 0; sent < 130; sent += 1) {
        if (sent === 129) seen.push((await uploads.findOffset(upload))?.offset ?? -1)
        yield piece
      }
    }
    const { offset } = await uploads.append(upload, source(), { ...SIZE, offset: 0 })
    assert.deepEqual([seen, offset], [[128 * MIB], 130 * MIB])
  })

  test('small pieces are put together as they come', async (t) => {
    const { stores, uploads, upload, read } = await open(t)
    const bytes = stores.random.bytes(1.5 * MIB)
    let offset = 0
    for (let size = 1; offset < bytes.byteLength; size = (size * 7) % 5003) {
      const piece = bytes.subarray(offset, offset + size)
      offset = (await uploads.append(upload, chunks(piece, 1000), { ...SIZE, offset })).offset
    }
    const parts = await uploads.listParts(upload, { limit: 10_000 })
    assert.ok(parts.length < 100, `${parts.length} parts`)
    assert.ok((await read(offset)).equals(bytes))
    const sealed = await uploads.seal(upload)
    assert.equal('sealed' in sealed && sealed.sealed.size, offset)
  })

  test('so are those that have to come whole', async (t) => {
    const { stores, uploads, upload, read } = await open(t)
    const bytes = stores.random.bytes(20_000)
    for (let offset = 0; offset < bytes.byteLength; offset += 100) {
      const piece = chunks(bytes.subarray(offset, offset + 100), 100)
      await uploads.append(upload, piece, { ...SIZE, offset, isAtomic: true })
    }
    const parts = await uploads.listParts(upload, { limit: 10_000 })
    assert.ok(parts.length < 60, `${parts.length} parts`)
    assert.ok((await read(bytes.byteLength)).equals(bytes))
  })

  test('more than the limit fails, and what was durable before stays', async (t) => {
    const { stores, uploads, upload } = await open(t)
    await uploads.append(upload, chunks(stores.random.bytes(10), 3), { sizeMax: 10, offset: 0 })
    const more = uploads.append(upload, chunks(stores.random.bytes(11), 3), { sizeMax: 10, offset: 10 })
    await assert.rejects(more, (error) => isCoreError(error, 'body-too-large'))
    assert.equal((await uploads.findOffset(upload))?.offset, 10)
  })
})

async function* chunks(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size)
}

async function* breaking(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield* chunks(bytes, 100_000)
  throw new Error('the client is gone')
}
