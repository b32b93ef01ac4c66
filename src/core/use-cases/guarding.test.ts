import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import { openStores, type Stores } from '../../../test/support/stores.ts'
import { BLOCK_SIZE, BlockSummer } from '../bytes/blocks.ts'
import { isCoreError } from '../errors.ts'
import { asAccountId } from '../ids.ts'
import { bucketName } from '../model/buckets.ts'
import type { Damage } from '../model/damages.ts'
import type { ObjectTraits } from '../model/objects.ts'
import type { Ports } from '../ports.ts'
import { createDamages } from './damages.ts'
import { createObjects } from './objects.ts'
import { createStaging } from './staging.ts'

const MIB = 1024 * 1024

test('a range of a part without sums is checked by the whole part, where that is not large', async (t) => {
  const { read, bytes, flip, forgetSums } = await withObject(t, MIB)
  forgetSums()
  assert.ok((await read(5, 10)).equals(bytes.subarray(5, 10)))
  flip(MIB - 1)
  await failsDamaged(read(5, 10), null)
})

test('a large part without sums is checked by who reads the whole, and by all once it has sums', async (t) => {
  const { object, read, bytes, flip, forgetSums, stores } = await withObject(t, 2 * MIB)
  forgetSums()
  flip(MIB)
  assert.equal((await read(0, MIB + 1)).byteLength, MIB + 1)
  await failsDamaged(read(0, 2 * MIB), null)
  const summer = new BlockSummer()
  summer.update(bytes)
  const blob = object.content?.blob ?? assert.fail()
  const [extent] = await stores.metadata.listExtents({ blob, offset: 0, limit: 1 })
  const { segment, number } = extent ?? assert.fail()
  await stores.metadata.setBlocks({ blob, segment, number, sums: summer.finish() ?? assert.fail() })
  await failsDamaged(read(MIB, MIB + 1), MIB / BLOCK_SIZE)
  assert.ok((await read(0, MIB)).equals(bytes.subarray(0, MIB)))
})

test('a part that lost its sums is given to nobody, and is no endless loop', async (t) => {
  const { read, change } = await withObject(t, MIB)
  change('DELETE FROM blocks')
  await failsDamaged(read(0, 1), null)
})

test('sums of another part of the database fail as other bytes do', async (t) => {
  const { read, change } = await withObject(t, MIB)
  change('UPDATE blocks SET sums = zeroblob(length(sums))')
  await failsDamaged(read(BLOCK_SIZE, BLOCK_SIZE + 1), 1)
})

test('a part of more blocks than one answer has sums of is read to its end', async (t) => {
  const { read, bytes } = await withObject(t, 9 * MIB)
  assert.ok((await read(0, 9 * MIB)).equals(bytes))
  assert.ok((await read(5 * MIB - 1, 8 * MIB + 7)).equals(bytes.subarray(5 * MIB - 1, 8 * MIB + 7)))
})

test('each damage is told, counted, and written down once a minute, with the object', async (t) => {
  const { object, read, flip, stores, told, damages } = await withObject(t, MIB)
  flip(3 * BLOCK_SIZE)
  for (let round = 0; round < 3; round++) await assert.rejects(read(0, MIB))
  const { account, bucket, key } = object
  assert.equal(told.length, 3)
  assert.equal(damages.count, 3)
  const now = () => stores.clock.now()
  const seenAt = async () =>
    (await stores.metadata.listDamages({ after: null, limit: 9 })).map((one) => one.seenAt)
  assert.deepEqual(told[0]?.thing, { type: 'object', account, bucket, key })
  assert.equal(told[0]?.block, 3)
  stores.clock.timeMs += 30_000
  await assert.rejects(read(0, MIB))
  assert.deepEqual(await seenAt(), [now() - 30_000])
  stores.clock.timeMs += 31_000
  await assert.rejects(read(0, MIB))
  assert.deepEqual(await seenAt(), [now()])
})

test('bytes of an object that was deleted meanwhile are no damage', async (t) => {
  const { object, stores, told, objects } = await withObject(t, MIB)
  const reading = objects.read(object)[Symbol.asyncIterator]()
  await objects.delete({ account: object.account, id: object.id })
  const names = await stores.metadata.listGarbage({ now: stores.clock.now(), limit: 10 })
  await stores.blobs.remove(names)
  await stores.metadata.forgetSegments({ names, now: stores.clock.now() })
  await assert.rejects(reading.next(), (error) => isCoreError(error, 'object-not-found'))
  assert.deepEqual(told, [])
})

/** An object of one part, and what tests do to it. */
async function withObject(t: TestContext, size: number) {
  const stores = await openStores(t)
  const told: Damage[] = []
  const media: Ports['media'] = { probe: () => assert.fail('no media here'), close: async () => {} }
  const ports: Ports = { ...stores, media, onDamage: (damage) => told.push(damage) }
  const damages = createDamages(ports)
  const objects = createObjects(ports, damages)
  const bytes = stores.random.bytes(size)
  const staged = await createStaging(ports).receive(whole(bytes), { sizeMax: 1e9 })
  const object = await objects.put({
    ...{ account: asAccountId('account'), bucket: bucketName('test', 'b'), key: 'k', staged },
    ...{ conflict: 'fail', traits: TRAITS },
  })
  const flip = (at: number): void => {
    const spoiled = Buffer.from(bytes)
    spoiled[at] = (spoiled[at] ?? 0) ^ 1
    writeFileSync(join(stores.blobsDir, staged.name.slice(0, 2), staged.name), spoiled)
  }
  const change = (sql: string): void => changeDatabase(stores, sql)
  return {
    ...{ stores, told, damages, objects, object, bytes, flip, change },
    /** As version 0.1.0 wrote it. */
    forgetSums: () => change('DELETE FROM blocks; UPDATE parts SET guard = NULL'),
    read: (start: number, end: number) => readAll(objects.read(object, start, end)),
  }
}

const TRAITS: ObjectTraits = {
  ...{ name: 'n', kind: 'k', status: 's', contentType: null, media: null, attributes: {} },
}

async function* whole(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

async function readAll(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = []
  for await (const chunk of chunks) read.push(chunk)
  return Buffer.concat(read)
}

function changeDatabase({ databasePath }: Stores, sql: string): void {
  const database = new DatabaseSync(databasePath)
  database.exec(sql)
  database.close()
}

const failsDamaged = (reading: Promise<unknown>, block: number | null): Promise<void> =>
  assert.rejects(
    reading,
    (error) =>
      isCoreError(error, 'storage-failed') &&
      error.detail.damage !== undefined &&
      (error.detail.block ?? null) === block &&
      error.detail.key === 'k',
  )
