import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { isCoreError } from '../../../src/core/errors.ts'
import { bucketName } from '../../../src/core/model/buckets.ts'
import type { Staged } from '../../../src/core/model/bytes.ts'
import type { Upload } from '../../../src/core/model/uploads.ts'
import type { Facts } from '../../../src/core/ports/facts.ts'
import { ordersOf, partText, type RaceEnd, RaceModel, type RaceOp, uploadText } from './race-model.ts'
import { newSeed, type SeededRandom, seededRandom } from './random.ts'
import { type Bench, freshBench, type OpenMetadata, outcomeOf } from './store.ts'
import { BUCKET, garbageOf, HOUR_MS, liveOf, NOW, type Tenant } from './tenant.ts'

/** All orders of so many operations are compared: 720. */
const OPS_MAX = 6
const TIMES = 20

/** Design invariant 5: whatever races, the outcome is that of some order of the operations one by one. */
export function raceContract(open: OpenMetadata, rounds = 40): void {
  describe('races', () => {
    const bench = freshBench(open)

    test('of everything that can happen to an upload have a serial outcome', async (t) => {
      const seed = newSeed()
      t.diagnostic(`TEST_SEED=${seed}`)
      const random = seededRandom(seed)
      const ways = [bench.metadata, await bench.store.another()]
      for (let round = 0; round < rounds; round++) {
        await raceOnce(bench.tenant(), ways, random, `TEST_SEED=${seed} round ${round}`)
      }
    })

    test('to begin one ref make one upload', async () => {
      const tenant = bench.tenant()
      const uploads = await Promise.all(
        (await callers(bench, tenant)).map((caller, index) =>
          caller.begin({ ref: 'same', expiresAt: NOW + 10 + index }),
        ),
      )
      assert.equal(new Set(uploads.map(({ id }) => id)).size, 1)
      assert.equal(
        (await tenant.findUpload({ bucket: BUCKET, ref: 'same' }))?.expiresAt,
        NOW + 10 + TIMES - 1,
      )
    })

    test('for one key: one wins, all get a name of their own, or the last one stays', async () => {
      const tenant = bench.tenant()
      const all = await callers(bench, tenant)
      const outcomes = await Promise.all(all.map((caller) => outcomeOf(caller.put({ key: 'fail' }))))
      assert.deepEqual(outcomes.toSorted(), [...Array(TIMES - 1).fill('name-conflict'), 'ok'])
      const renamed = await Promise.all(
        all.map((caller) => caller.put({ key: 'rename', conflict: 'rename' })),
      )
      assert.equal(new Set(renamed.map(({ key }) => key)).size, TIMES)
      const staged = await Promise.all(all.map((caller) => caller.stored(10)))
      const put = await Promise.all(
        all.map((caller, index) => {
          const bytes = staged[index] ?? assert.fail()
          return caller.put({
            bucket: bucketName('test', 'other'),
            key: 'overwrite',
            conflict: 'overwrite',
            staged: bytes,
          })
        }),
      )
      assert.deepEqual(await tenant.usage(bucketName('test', 'other')), { objects: 1, bytes: 10 })
      const left = await tenant.findObject({ bucket: bucketName('test', 'other'), key: 'overwrite' })
      assert.ok(put.some(({ id }) => id === left?.id))
      assert.equal((await liveOf(bench.metadata)).length, 1)
      assert.equal((await garbageOf(bench.metadata)).length, TIMES - 1)
    })

    test('for the last places of a bucket fill it and no more', async () => {
      const tenant = bench.tenant()
      const all = await callers(bench, tenant)
      const outcomes = await Promise.all(all.map((caller) => outcomeOf(caller.put({ objectsMax: 7 }))))
      assert.equal(outcomes.filter((outcome) => outcome === 'ok').length, 7)
      assert.equal(outcomes.filter((outcome) => outcome === 'quota-exceeded').length, TIMES - 7)
      assert.equal((await tenant.usage()).objects, 7)
    })

    test('to commit one upload make one object', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.beginWith('bytes')
      const objects = await Promise.all((await callers(bench, tenant)).map((caller) => caller.commit(upload)))
      for (const object of objects) assert.deepEqual(object, objects[0])
      assert.deepEqual(await tenant.usage(), { objects: 1, bytes: 5 })
    })

    test('of an attach with a discard or a sweep: exactly one gets the bytes', async () => {
      const tenant = bench.tenant()
      const { metadata } = bench
      const other = await bench.store.another()
      for (let round = 0; round < TIMES; round++) {
        const staged = await tenant.stored(10, NOW + 10)
        const take = () => tenant.put({ staged })
        const give = async () =>
          round % 4 < 2
            ? await other.discardSegments({ names: [staged.name] })
            : await other.listGarbage({ now: NOW + 10, limit: 1000 })
        const [outcome, given] =
          round % 2 === 0
            ? await Promise.all([outcomeOf(take()), give()])
            : (await Promise.all([give(), outcomeOf(take())])).toReversed()
        assert.ok(Array.isArray(given))
        const isLive = (await liveOf(metadata)).includes(staged.name)
        const isGarbage = (await garbageOf(metadata)).includes(staged.name)
        assert.equal(outcome, given.includes(staged.name) ? 'storage-failed' : 'ok')
        assert.equal(isLive, outcome === 'ok')
        assert.equal(isGarbage, outcome !== 'ok')
        await metadata.forgetSegments({ names: [staged.name], now: NOW })
      }
    })
  })
}

/** One account as many callers, by two ways in. */
async function callers({ metadata, store }: Bench, tenant: Tenant): Promise<readonly Tenant[]> {
  const other = await store.another()
  return Array.from({ length: TIMES }, (_, index) => tenant.through(index % 3 === 0 ? other : metadata))
}

async function raceOnce(
  tenant: Tenant,
  ways: readonly Facts[],
  random: SeededRandom,
  label: string,
): Promise<void> {
  const { metadata } = tenant
  const begun = await tenant.begin()
  const parts: (readonly [number, Staged])[] = []
  let upload: Upload = begun
  for (const number of [1, 2].slice(0, random.below(3))) {
    const staged = await stagedFor(tenant, random)
    parts.push([number, staged])
    upload = (await tenant.attach(begun, number, staged)).upload
  }
  const ops = random.shuffled(await candidates(tenant, random)).slice(0, OPS_MAX)
  const answers = await Promise.all(ops.map((op) => answerOf(tenant.through(random.pick(ways)), upload, op)))
  const end = await endOf(tenant, upload, answers)
  const isSerial = [...ordersOf(ops.length)].some(
    (order) => JSON.stringify(new RaceModel(upload, parts).run(ops, order)) === JSON.stringify(end),
  )
  assert.ok(isSerial, `${label}: no order gives ${JSON.stringify({ ops, end }, null, 2)}`)
  assert.ok(!end.live.some((name) => end.garbage.includes(name)), `${label}: live and garbage`)
  await cleanUp(tenant, upload, metadata)
}

const stagedFor = (tenant: Tenant, random: SeededRandom): Promise<Staged> | Staged =>
  random.below(3) === 0 ? tenant.inline('small') : tenant.stored()

async function candidates(tenant: Tenant, random: SeededRandom): Promise<readonly RaceOp[]> {
  const now = NOW
  const attach = async (number: number): Promise<RaceOp> => ({
    op: 'attach',
    number,
    staged: await stagedFor(tenant, random),
    now,
  })
  return [
    await attach(1),
    await attach(1),
    await attach(2),
    { op: 'renew', expiresAt: NOW + 3 * HOUR_MS, now },
    { op: 'renew', expiresAt: NOW + HOUR_MS / 2, now },
    { op: 'seal', now },
    { op: 'commit', id: tenant.newObjectId(), now },
    { op: 'commit', id: tenant.newObjectId(), now },
    { op: 'abort', now },
    { op: 'fail', now },
    { op: 'expire', now: NOW + HOUR_MS },
    { op: 'expire', now: NOW + HOUR_MS / 2 },
    { op: 'delete', now },
  ]
}

async function answerOf(tenant: Tenant, upload: Upload, op: RaceOp): Promise<string> {
  try {
    return await doOp(tenant, upload, op)
  } catch (error) {
    if (isCoreError(error)) return error.code
    throw error
  }
}

async function doOp(tenant: Tenant, upload: Upload, op: RaceOp): Promise<string> {
  switch (op.op) {
    case 'attach':
      return uploadText((await tenant.attach(upload, op.number, op.staged, op.now)).upload)
    case 'renew':
      return uploadText(await tenant.renew(upload, op.expiresAt, op.now))
    case 'seal':
      return uploadText(await tenant.seal(upload, op.now))
    case 'commit':
      return (await tenant.commit(upload, { id: op.id, now: op.now })).id
    case 'abort':
      return uploadText(await tenant.abort(upload, op.now))
    case 'fail':
      return uploadText(await tenant.fail(upload, 'race', null, op.now))
    case 'expire':
      return String(await tenant.metadata.expireUploads({ now: op.now, limit: 100 }))
    case 'delete':
      return (await tenant.delete({ bucket: BUCKET, key: upload.key }, op.now)).id
  }
}

async function endOf(tenant: Tenant, upload: Upload, answers: readonly string[]): Promise<RaceEnd> {
  const parts = await tenant.listParts(upload)
  return {
    answers,
    upload: uploadText((await tenant.findUpload(upload)) ?? assert.fail()),
    parts: parts.map(({ number, segment }) => partText(number, segment)),
    object: (await tenant.findObject({ bucket: BUCKET, key: upload.key }))?.id ?? null,
    live: await liveOf(tenant.metadata),
    garbage: await garbageOf(tenant.metadata),
  }
}

/** Leaves nothing that the next round would see. */
async function cleanUp(tenant: Tenant, upload: Upload, metadata: Facts): Promise<void> {
  await outcomeOf(tenant.abort(upload))
  await outcomeOf(tenant.delete({ bucket: BUCKET, key: upload.key }))
  await metadata.forgetSegments({ names: await garbageOf(metadata, NOW + 9 * HOUR_MS), now: NOW })
}
