import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { UploadAddress } from '../../../src/core/model/addresses.ts'
import type { Staged } from '../../../src/core/model/bytes.ts'
import type { ListedPart, Upload } from '../../../src/core/model/uploads.ts'
import type { Amounts } from '../amounts.ts'
import { failsWith, freshBench, type OpenMetadata } from './store.ts'
import { extentsOf, garbageOf, LIMITS, liveOf, NOW, namesOf, type Tenant, unknownUpload } from './tenant.ts'

const EMPTY_MD5 = 'd41d8cd98f00b204e9800998ecf8427e'

const listed = (number: number, { facts }: Staged): ListedPart => ({ number, md5: facts.digests.md5 ?? '' })

const seal = (
  { metadata, account }: Tenant,
  upload: UploadAddress,
  parts: readonly ListedPart[],
  now = NOW,
) => metadata.sealUpload({ account, upload, parts, now })

async function numbersOf(tenant: Tenant, upload: Upload): Promise<readonly number[]> {
  return (await tenant.listParts(upload)).map(({ number }) => number)
}

/** Seals that list their parts, as clients of object stores do. */
export function listedPartsContract(open: OpenMetadata, { parts }: Amounts): void {
  describe('sealing with a list of parts', () => {
    const bench = freshBench(open)

    /** Parts 1 to 4: kept with the facts and stored, in turns. */
    async function withFour(tenant: Tenant, change: Parameters<Tenant['begin']>[0] = {}) {
      const upload = await tenant.begin(change)
      const parts: Staged[] = []
      for (const number of [1, 2, 3, 4]) {
        const staged = number % 2 === 1 ? tenant.inline(`part ${number}`) : await tenant.stored(number * 1000)
        await tenant.attach(upload, number, staged)
        parts.push(staged)
      }
      return { upload, parts: parts as [Staged, Staged, Staged, Staged] }
    }

    test('makes the blob of these alone; the bytes of others become garbage', async () => {
      const tenant = bench.tenant()
      const { upload, parts } = await withFour(tenant)
      const [one, two, , four] = parts
      const sealed = await seal(tenant, upload, [listed(1, one), listed(4, four)])
      assert.ok(sealed.state === 'sealed')
      assert.deepEqual([sealed.sealed.size, sealed.sealed.partCount], [4006, 2])
      assert.deepEqual(await numbersOf(tenant, upload), [1, 4])
      const extents = await extentsOf(bench.metadata, upload.blob)
      assert.deepEqual(
        extents.map(({ segment, start, size }) => [segment, start, size]),
        [
          [one.name, 0, 6],
          [four.name, 6, 4000],
        ],
      )
      assert.deepEqual(await garbageOf(bench.metadata), namesOf(two))
      assert.deepEqual(await liveOf(bench.metadata), namesOf(four))
    })

    test('changes nothing when all parts are listed', async () => {
      const tenant = bench.tenant()
      const { upload, parts } = await withFour(tenant)
      const all = parts.map((staged, index) => listed(index + 1, staged))
      const sealed = await seal(tenant, upload, all)
      assert.ok(sealed.state === 'sealed')
      assert.equal(sealed.sealed.partCount, 4)
      assert.deepEqual(await garbageOf(bench.metadata), [])
    })

    test('refuses a part that is not there or has other bytes, and drops none then', async () => {
      const tenant = bench.tenant()
      const { upload, parts } = await withFour(tenant)
      const [one] = parts
      await failsWith(
        seal(tenant, upload, [listed(1, one), { number: 5, md5: EMPTY_MD5 }]),
        'part-mismatch',
        {
          number: 5,
        },
      )
      await failsWith(seal(tenant, upload, [{ number: 1, md5: EMPTY_MD5 }]), 'part-mismatch', { number: 1 })
      await failsWith(seal(tenant, upload, []), 'upload-empty')
      assert.equal((await tenant.findUpload(upload))?.state, 'open')
      assert.deepEqual(await numbersOf(tenant, upload), [1, 2, 3, 4])
      assert.deepEqual(await garbageOf(bench.metadata), [])
    })

    test('holds the limits of those listed alone', async () => {
      const tenant = bench.tenant()
      const { upload, parts } = await withFour(tenant, { limits: { ...LIMITS, partSizeMin: 1000 } })
      const [one, two, three, four] = parts
      await failsWith(seal(tenant, upload, [listed(1, one), listed(2, two)]), 'part-too-small', { number: 1 })
      assert.deepEqual(await numbersOf(tenant, upload), [1, 2, 3, 4])
      const sealed = await seal(tenant, upload, [listed(2, two), listed(3, three)])
      assert.equal(sealed.state, 'sealed')
      assert.deepEqual(await garbageOf(bench.metadata), namesOf(four))
    })

    test('is repeated with the same list alone, also after the commit', async () => {
      const tenant = bench.tenant()
      const { upload, parts } = await withFour(tenant)
      const [one, two, three] = parts
      const list = [listed(1, one), listed(3, three)]
      const sealed = await seal(tenant, upload, list)
      assert.deepEqual(await seal(tenant, upload, list, NOW + 1), sealed)
      assert.deepEqual(await tenant.seal(upload), sealed)
      for (const other of [[listed(1, one)], [listed(1, one), listed(2, two)], []]) {
        await failsWith(seal(tenant, upload, other), 'part-mismatch', { partCount: 2 })
      }
      await tenant.commit(upload)
      assert.equal((await seal(tenant, upload, list)).state, 'committed')
      await failsWith(seal(tenant, upload, [listed(1, one)]), 'part-mismatch')
    })

    test('tells an upload that is unknown, over or closed before it looks at the list', async () => {
      const tenant = bench.tenant()
      const list = [{ number: 9, md5: EMPTY_MD5 }]
      await failsWith(seal(tenant, unknownUpload, list), 'upload-not-found')
      const over = await tenant.beginWith('bytes', { expiresAt: NOW + 10 })
      await failsWith(seal(tenant, over, list, NOW + 10), 'upload-expired')
      const aborted = await tenant.abort(await tenant.beginWith('bytes'))
      await failsWith(seal(tenant, aborted, list), 'upload-closed', { state: 'aborted' })
      const { upload } = await withFour(bench.tenant())
      await failsWith(seal(tenant, upload, list), 'upload-not-found')
    })

    test('drops very many parts at once', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const numbers = Array.from({ length: parts }, (_, index) => index + 1)
      await Promise.all(numbers.map((number) => tenant.attach(upload, number, tenant.inline(`${number}`))))
      const sealed = await seal(tenant, upload, [listed(parts, tenant.inline(`${parts}`))])
      assert.ok(sealed.state === 'sealed')
      assert.equal(sealed.sealed.size, `${parts}`.length)
      assert.deepEqual(await numbersOf(tenant, upload), [parts])
    })

    test('races with parts: what was listed is what is sealed, or nothing is', async () => {
      const node = await bench.store.another()
      for (let round = 0; round < 20; round++) {
        const tenant = bench.tenant()
        const upload = await tenant.begin()
        const [first, second] = [tenant.inline('first'), tenant.inline('second')]
        await tenant.attach(upload, 1, first)
        const another = tenant.through(node)
        const [sealing] = await Promise.allSettled([
          seal(tenant, upload, [listed(1, first)]),
          another.attach(upload, 1, second),
          another.attach(upload, 2, second),
        ])
        const now = await tenant.findUpload(upload)
        if (sealing.status === 'fulfilled') {
          assert.ok(now?.state === 'sealed')
          assert.deepEqual([now.sealed.size, now.sealed.partCount], [5, 1])
          assert.deepEqual(await numbersOf(tenant, upload), [1])
        } else {
          await failsWith(Promise.reject(sealing.reason), 'part-mismatch')
          assert.equal(now?.state, 'open')
        }
      }
    })
  })
}
