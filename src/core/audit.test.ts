import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openStores, type Stores } from '../../test/support/stores.ts'
import { audit } from './audit.ts'
import { asAccountId, newBlobId, newObjectId, type SegmentName } from './ids.ts'
import { bucketName } from './model/buckets.ts'
import { createStaging } from './use-cases/staging.ts'

const account = asAccountId('account')
const traits = { name: 'n', kind: 'k', status: 's', contentType: null, media: null, attributes: {} }

test('bytes that are gone are missing, and those that nothing points to are not referenced', async (t) => {
  const { stores, put, receive } = await open(t)
  const kept = await put()
  const lost = await put()
  const loose = (await receive()).name
  await stores.blobs.remove([lost])
  const report = await audit(stores.metadata, () => stores.blobs.listSegments())
  assert.deepEqual(report, { live: 2, missing: [lost], unreferenced: [loose] })
  assert.notEqual(kept, lost)
})

test('what is put between the looks at bytes and facts is not missing', async (t) => {
  const { stores, put } = await open(t)
  const lost = await put()
  await stores.blobs.remove([lost])
  const report = await audit(stores.metadata, async () => {
    const stored = await stores.blobs.listSegments()
    await put()
    return stored
  })
  assert.deepEqual(report.missing, [lost])
})

test('what is deleted and swept between the looks is not missing', async (t) => {
  const { stores, put } = await open(t)
  const swept = await put()
  let looks = 0
  const report = await audit(stores.metadata, async () => {
    looks += 1
    if (looks === 1) return []
    await stores.metadata.deleteObject({
      account,
      object: { bucket: bucketName('test', 'b'), key: swept },
      now: stores.clock.now(),
    })
    await stores.blobs.remove([swept])
    return stores.blobs.listSegments()
  })
  assert.deepEqual(report, { live: 0, missing: [], unreferenced: [] })
})

async function open(t: TestContext) {
  const stores: Stores = await openStores(t)
  const media = { probe: () => assert.fail('no media here'), close: async () => {} }
  const staging = createStaging({ ...stores, media })
  const { metadata, random, clock } = stores
  const receive = () => staging.receive(body(random.bytes(100_000)), { sizeMax: 1e9 })
  const put = async (): Promise<SegmentName> => {
    const staged = await receive()
    const now = clock.now()
    const ids = { id: newObjectId(random, now), blob: newBlobId(random, now) }
    const place = {
      account,
      bucket: bucketName('test', 'b'),
      key: staged.name,
      conflict: 'fail',
      objectsMax: 0,
    } as const
    await metadata.putObject({ ...ids, ...place, staged, traits, deliveries: [], now })
    return staged.name
  }
  return { stores, put, receive }
}

async function* body(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
