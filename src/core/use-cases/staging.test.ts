import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { crc32 } from 'node:zlib'
import { cannotListOpenFiles, openFilesIn } from '../../../test/support/folder.ts'
import { openStores, type Stores } from '../../../test/support/stores.ts'
import type { Fault } from '../../blobs/disk/jobs.ts'
import { firstWrongBlock } from '../bytes/blocks.ts'
import { type CoreErrorCode, isCoreError } from '../errors.ts'
import { asAccountId, newBlobId, newObjectId } from '../ids.ts'
import { bucketName } from '../model/buckets.ts'
import type { Staged } from '../model/bytes.ts'
import { INLINE_SIZE_MAX } from '../model/bytes.ts'
import type { Ports } from '../ports.ts'
import { createStaging, type Staging } from './staging.ts'

const NO_LIMIT = { sizeMax: Number.MAX_SAFE_INTEGER }
const MINUTE_MS = 60_000

for (const size of [0, 1, INLINE_SIZE_MAX]) {
  test(`a body of ${size} bytes stays in memory`, async (t) => {
    const { staging, stores } = await open(t)
    const bytes = stores.random.bytes(size)
    const staged = await staging.receive(chunks(bytes, 1000), NO_LIMIT)
    assert.ok(staged.where === 'inline')
    assert.ok(Buffer.from(bytes).equals(staged.bytes))
    assert.deepEqual(staged.facts, { size, crc32: crc32(bytes), digests: {} })
    await assertNothingLeft(stores)
  })
}

for (const size of [INLINE_SIZE_MAX + 1, 3_000_000]) {
  test(`a body of ${size} bytes goes to the blob store`, async (t) => {
    const { staging, stores } = await open(t)
    const bytes = stores.random.bytes(size)
    const staged = await staging.receive(chunks(bytes, 10_007), { ...NO_LIMIT, sizeExpected: size })
    assert.ok(staged.where === 'store')
    const { blocks, ...facts } = staged.facts
    assert.deepEqual(facts, { size, crc32: crc32(bytes), digests: {} })
    assert.equal(firstWrongBlock(bytes, blocks ?? assert.fail()), null)
    const read: Uint8Array[] = []
    for await (const chunk of stores.blobs.read(staged.name, 0, size)) read.push(chunk)
    assert.ok(Buffer.concat(read).equals(bytes))
  })
}

for (const size of [10, 200_000]) {
  test(`${size} bytes: the digests asked for and those expected are computed`, async (t) => {
    const { staging, stores } = await open(t)
    const bytes = stores.random.bytes(size)
    const digest = (name: string) => createHash(name).update(bytes).digest('hex')
    const expected = { md5: digest('md5') }
    const staged = await staging.receive(chunks(bytes), { ...NO_LIMIT, digests: ['sha256'], expected })
    assert.deepEqual(staged.facts.digests, { sha256: digest('sha256'), md5: digest('md5') })
  })

  const refusals: readonly (readonly [string, object, CoreErrorCode])[] = [
    ['another digest than expected', { expected: { md5: '0'.repeat(32) } }, 'digest-mismatch'],
    ['fewer bytes than announced', { sizeExpected: size + 1 }, 'body-truncated'],
    ['more bytes than announced', { sizeExpected: size - 1 }, 'body-truncated'],
    ['more bytes than allowed', { sizeMax: size - 1 }, 'body-too-large'],
  ]
  for (const [what, options, code] of refusals) {
    test(`${size} bytes with ${what}: ${code}, and nothing is left`, async (t) => {
      const { staging, stores } = await open(t)
      const received = staging.receive(chunks(stores.random.bytes(size)), { ...NO_LIMIT, ...options })
      await assert.rejects(received, (error) => isCoreError(error, code))
      await assertNothingLeft(stores)
    })
  }

  test(`a source that fails after ${size} bytes: its own error, and nothing is left`, async (t) => {
    const { staging, stores } = await open(t)
    const broken = new Error('the client went away')
    const source = async function* () {
      yield* chunks(stores.random.bytes(size))
      throw broken
    }
    await assert.rejects(staging.receive(source(), NO_LIMIT), (error) => error === broken)
    await assertNothingLeft(stores)
  })
}

test('a body that fails leaves no file open', { skip: cannotListOpenFiles }, async (t) => {
  const { staging, stores } = await open(t)
  const received = staging.receive(chunks(Buffer.alloc(20_000_000)), { sizeMax: 19_000_000 })
  await assert.rejects(received, (error) => isCoreError(error, 'body-too-large'))
  assert.deepEqual(openFilesIn(stores.blobsDir), [])
})

test('a body that is too large is not read any further, and its source is closed', async (t) => {
  const { staging } = await open(t)
  const seen: string[] = []
  const source = async function* () {
    try {
      for (;;) {
        seen.push('chunk')
        yield Buffer.alloc(100_000)
      }
    } finally {
      seen.push('closed')
    }
  }
  await assert.rejects(staging.receive(source(), { sizeMax: 250_000 }), (error) =>
    isCoreError(error, 'body-too-large'),
  )
  assert.deepEqual(seen, ['chunk', 'chunk', 'chunk', 'closed'])
})

test('a body that has no room is refused, and nothing is left', async (t) => {
  const { staging, stores } = await open(t)
  const received = staging.receive(chunks(stores.random.bytes(100_000)), {
    ...NO_LIMIT,
    sizeExpected: 2 ** 52,
  })
  await assert.rejects(received, (error) => isCoreError(error, 'storage-full'))
  await assertNothingLeft(stores)
})

test('a body that announces more than there is room for is refused before its first byte', async (t) => {
  const { staging } = await open(t)
  const unread: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => assert.fail('the body was read'),
  }
  const received = staging.receive(unread, { sizeMax: 2 ** 52, sizeExpected: 2 ** 51 })
  await assert.rejects(received, (error) => isCoreError(error, 'storage-full'))
})

for (const fault of [
  { call: 'open', nth: 1, error: 'ENOSPC' },
  { call: 'write', nth: 2, error: 'ENOSPC' },
] as const) {
  test(`a disk that is full at ${fault.call} ${fault.nth}: storage-full, and nothing is left`, async (t) => {
    const { staging, stores } = await open(t, [fault])
    const received = staging.receive(chunks(stores.random.bytes(2_000_000)), NO_LIMIT)
    await assert.rejects(received, (error) => isCoreError(error, 'storage-full'))
    await assertNothingLeft(stores)
  })
}

test('stored bytes that nobody attaches become garbage when their lease is over', async (t) => {
  const { staging, stores } = await open(t)
  const staged = await staging.receive(chunks(stores.random.bytes(100_000)), NO_LIMIT)
  assert.deepEqual(await garbage(stores, 14 * MINUTE_MS), [])
  assert.deepEqual(await garbage(stores, 16 * MINUTE_MS), [staged.name])
})

test('the lease goes on while bytes come slowly', async (t) => {
  const { staging, stores } = await open(t)
  const source = async function* () {
    for (let minutes = 0; minutes < 60; minutes += 10) {
      yield Buffer.alloc(100_000)
      stores.clock.timeMs += 10 * MINUTE_MS
      assert.deepEqual(await garbage(stores, 0), [], `after ${minutes} minutes`)
    }
  }
  const staged = await staging.receive(source(), NO_LIMIT)
  await attach(stores, staged)
  assert.deepEqual(await garbage(stores, 999 * MINUTE_MS), [])
})

for (const size of [100, 100_000]) {
  test(`discarded bytes are gone at once: ${size}`, async (t) => {
    const { staging, stores } = await open(t)
    const staged = await staging.receive(chunks(stores.random.bytes(size)), NO_LIMIT)
    await staging.discard(staged)
    await staging.discard(staged)
    await assertNothingLeft(stores)
  })
}

test('discarding bytes that were attached after all removes nothing', async (t) => {
  const { staging, stores } = await open(t)
  const staged = await staging.receive(chunks(stores.random.bytes(100_000)), NO_LIMIT)
  await attach(stores, staged)
  await staging.discard(staged)
  assert.deepEqual(await stores.blobs.listSegments(), [staged.name])
  assert.deepEqual(await garbage(stores, 999 * MINUTE_MS), [])
})

test('discarding never rejects, even when the stores are gone', async (t) => {
  const { staging, stores } = await open(t)
  const staged = await staging.receive(chunks(stores.random.bytes(100_000)), NO_LIMIT)
  await stores.blobs.close()
  await staging.discard(staged)
  assert.deepEqual(await garbage(stores, 999 * MINUTE_MS), [staged.name], 'the sweep takes it later')
})

async function open(
  t: TestContext,
  faults: readonly Fault[] = [],
): Promise<{ readonly staging: Staging; readonly stores: Stores }> {
  const stores = await openStores(t, faults)
  const media: Ports['media'] = { probe: () => assert.fail('no media here'), close: async () => {} }
  return { staging: createStaging({ ...stores, media }), stores }
}

async function* chunks(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size)
}

const garbage = ({ metadata, clock }: Stores, inMs: number) =>
  metadata.listGarbage({ now: clock.now() + inMs, limit: 100 })

async function assertNothingLeft(stores: Stores): Promise<void> {
  assert.deepEqual(await stores.blobs.listSegments(), [])
  assert.deepEqual(await garbage(stores, 999 * MINUTE_MS), [])
}

async function attach({ metadata, random, clock }: Stores, staged: Staged): Promise<void> {
  const now = clock.now()
  await metadata.putObject({
    account: asAccountId('account'),
    bucket: bucketName('test', 'bucket'),
    key: 'key',
    id: newObjectId(random, now),
    blob: newBlobId(random, now),
    staged,
    traits: { name: 'key', kind: '', status: '', contentType: null, media: null, attributes: {} },
    conflict: 'fail',
    objectsMax: 0,
    deliveries: [],
    now,
  })
}
