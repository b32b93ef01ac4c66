import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BucketName } from '../../../src/core/model/buckets.ts'
import type { Staged } from '../../../src/core/model/bytes.ts'
import type { Upload } from '../../../src/core/model/uploads.ts'
import type { OpenAssembly } from '../../../src/core/ports/assembly.ts'
import { failsWith, freshBench, type OpenMetadata, sharedBench } from './store.ts'
import { extentsOf, garbageOf, HOUR_MS, LIMITS, liveOf, NOW, type Tenant, unknownUpload } from './tenant.ts'

const KIND = 1
const LARGE_KIND = 4

export function assemblyFactsContract(open: OpenMetadata): void {
  describe('assemblies', () => {
    claims(open)
    parts(open)
    seals(open)
    ends(open)
  })
}

function claims(open: OpenMetadata): void {
  describe('claims of slots', () => {
    const bench = sharedBench(open)

    test('ask for an assembly first, and then share it', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      assert.deepEqual(await claim(tenant, upload, 2), { outcome: 'absent' })
      const offer = await newOffer(tenant)
      const claimed = { outcome: 'claimed', assembly: offer }
      assert.deepEqual(await claim(tenant, upload, 2, { offer }), claimed)
      assert.deepEqual(await claim(tenant, upload, 1), claimed)
      const byRef = { bucket: upload.bucket, ref: upload.ref }
      assert.deepEqual(await claim(tenant, byRef, 10_000), claimed)
      assert.deepEqual(await tenant.findUpload(upload), upload)
    })

    test('are granted once in an upload’s life, whatever the kind', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const assembly = await begin(tenant, upload, 1)
      for (const kind of [KIND, LARGE_KIND]) {
        assert.deepEqual(await claim(tenant, upload, 1, { kind }), { outcome: 'refused' })
        const offer = await newOffer(tenant)
        assert.deepEqual(await claim(tenant, upload, 1, { kind, offer }), { outcome: 'refused' })
      }
      await tenant.attach(upload, 1, slotOf(assembly))
      await tenant.attach(upload, 1, tenant.inline('again'))
      assert.deepEqual(await claim(tenant, upload, 1), { outcome: 'refused' })
    })

    test('of another kind are of another assembly', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      await begin(tenant, upload, 1)
      assert.deepEqual(await claim(tenant, upload, 2, { kind: LARGE_KIND }), { outcome: 'absent' })
      const large = await begin(tenant, upload, 2, LARGE_KIND)
      assert.deepEqual(await claim(tenant, upload, 3, { kind: LARGE_KIND }), {
        outcome: 'claimed',
        assembly: large,
      })
    })

    test('leave an offer that comes late to who made it', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const first = await begin(tenant, upload, 1)
      const late = await newOffer(tenant)
      const answer = await claim(tenant, upload, 2, { offer: late })
      assert.deepEqual(answer, { outcome: 'claimed', assembly: first })
      assert.deepEqual(await bench.metadata.discardSegments({ names: [first.name] }), [])
      assert.deepEqual(await bench.metadata.discardSegments({ names: [late.name] }), [late.name])
    })

    test('fail with an offer whose reservation is gone', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const offer = await newOffer(tenant)
      await bench.metadata.discardSegments({ names: [offer.name] })
      await failsWith(claim(tenant, upload, 1, { offer }), 'storage-failed')
      assert.deepEqual(await claim(tenant, upload, 1), { outcome: 'absent' })
    })

    test('are refused where a part cannot come, or is the only one', async () => {
      const tenant = bench.tenant()
      const refused = async (upload: Parameters<typeof claim>[1], number = 1, now = NOW) => {
        const offer = await newOffer(tenant)
        assert.deepEqual(await claim(tenant, upload, number, { offer, now }), { outcome: 'refused' })
        assert.deepEqual(await bench.metadata.discardSegments({ names: [offer.name] }), [offer.name])
      }
      const upload = await tenant.begin()
      for (const number of [-1, 0, 1.5, 10_001, Number.NaN]) await refused(upload, number)
      await refused(unknownUpload)
      await refused({ bucket: upload.bucket, ref: 'unknown' })
      await refused(await tenant.begin({ limits: { ...LIMITS, partNumberMax: 1 } }))
      await refused(upload, 1, NOW + HOUR_MS)
      await refused(await tenant.seal(await tenant.beginWith('bytes')))
      await refused(await tenant.abort(await tenant.begin()))
      assert.deepEqual(await claim(bench.tenant(), upload, 1), { outcome: 'refused' })
    })
  })

  describe('racing claims', () => {
    const bench = freshBench(open)

    test('of many for one assembly open one, and each slot is one caller’s', async () => {
      const tenant = bench.tenant()
      const other = tenant.through(await bench.store.another())
      for (let round = 0; round < 5; round++) {
        const upload = await tenant.begin()
        const offers = await Promise.all(Array.from({ length: 20 }, () => newOffer(tenant)))
        const answers = await Promise.all(
          offers.map((offer, index) => {
            const caller = index % 2 === 0 ? tenant : other
            return claim(caller, upload, 1 + (index % 10), { offer })
          }),
        )
        const claimed = answers.flatMap((answer) => (answer.outcome === 'claimed' ? [answer.assembly] : []))
        assert.equal(claimed.length, 10)
        assert.equal(new Set(claimed.map(({ name }) => name)).size, 1)
        const names = offers.map(({ name }) => name)
        const left = await bench.metadata.discardSegments({ names })
        assert.deepEqual(
          names.filter((name) => !left.includes(name)),
          [claimed[0]?.name],
        )
      }
    })

    test('of a claim with an abort leave no assembly that is in use', async () => {
      const tenant = bench.tenant()
      const other = tenant.through(await bench.store.another())
      for (let round = 0; round < 20; round++) {
        const upload = await tenant.begin()
        const offer = await newOffer(tenant)
        const [answer] = await Promise.all([
          claim(tenant, upload, 1, { offer }),
          round % 2 === 0 ? other.abort(upload) : other.fail(upload),
        ])
        const isGarbage = (await garbageOf(bench.metadata)).includes(offer.name)
        assert.equal(isGarbage, answer.outcome === 'claimed')
        assert.equal(
          (await bench.metadata.discardSegments({ names: [offer.name] })).length,
          isGarbage ? 0 : 1,
        )
      }
    })
  })
}

function parts(open: OpenMetadata): void {
  describe('parts in slots', () => {
    const bench = sharedBench(open)

    test('are parts as others', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const assembly = await begin(tenant, upload, 3)
      const staged = slotOf(assembly, 1000)
      const { part, upload: after } = await tenant.attach(upload, 3, staged, NOW + 1)
      assert.deepEqual(part, {
        ...{ number: 3, segment: assembly.name, facts: staged.facts, writtenAt: NOW + 1 },
      })
      assert.deepEqual(await tenant.listParts(upload), [part])
      assert.ok(after.version > upload.version)
      assert.deepEqual((await tenant.attach(upload, 3, staged, NOW + 2)).part, part)
    })

    test('can be attached where they were claimed, and nowhere else', async () => {
      const tenant = bench.tenant()
      const [upload, other] = [await tenant.begin(), await tenant.begin()]
      const assembly = await begin(tenant, upload, 1)
      await claim(tenant, upload, 2)
      const wrong = await begin(tenant, other, 1)
      await failsWith(tenant.attach(other, 1, slotOf(assembly)), 'storage-failed')
      await failsWith(tenant.attach(upload, 3, slotOf(assembly)), 'storage-failed')
      await failsWith(tenant.attach(upload, 1, slotOf(wrong)), 'storage-failed')
      await failsWith(tenant.put({ staged: slotOf(assembly) }), 'storage-failed')
      assert.deepEqual(await tenant.listParts(upload), [])
      await tenant.attach(upload, 1, slotOf(assembly))
      await tenant.attach(upload, 2, slotOf(assembly))
    })

    test('do not come back once another took their number', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const staged = slotOf(await begin(tenant, upload, 1))
      await tenant.attach(upload, 1, staged)
      const { part } = await tenant.attach(upload, 1, tenant.inline('newer'))
      await failsWith(tenant.attach(upload, 1, staged), 'storage-failed')
      assert.deepEqual(await tenant.listParts(upload), [part])
    })
  })
}

function seals(open: OpenMetadata): void {
  describe('seals and commits with assemblies', () => {
    const bench = freshBench(open)

    test('place the parts that are in slots, in order, and the others beside them', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const [small, large] = [await begin(tenant, upload, 5), await begin(tenant, upload, 2, LARGE_KIND)]
      const own = await tenant.stored(7)
      for (const number of [1, 4, 9]) await claim(tenant, upload, number)
      await claim(tenant, upload, 6, { kind: LARGE_KIND })
      await tenant.attach(upload, 9, slotOf(small, 30, 'nine'))
      await tenant.attach(upload, 1, slotOf(small, 10, 'one'))
      await tenant.attach(upload, 5, slotOf(small, 20, 'five'))
      await tenant.attach(upload, 6, slotOf(large, 500, 'six'))
      await tenant.attach(upload, 2, slotOf(large, 400, 'two'))
      await tenant.attach(upload, 3, own)
      await tenant.attach(upload, 5, tenant.inline('five'))
      await tenant.seal(upload)
      const extents = await extentsOf(bench.metadata, upload.blob)
      assert.deepEqual(
        extents.map(({ segment, offset, start, size }) => [segment, offset, start, size]),
        [
          [small.name, 0, 0, 10],
          [large.name, 0, 10, 400],
          [own.name, 0, 410, 7],
          [extents[3]?.segment, 0, 417, 4],
          [large.name, 400, 421, 500],
          [small.name, 10, 921, 30],
        ],
      )
      assert.deepEqual((await bench.metadata.listExtents({ blob: upload.blob, offset: 925, limit: 1 }))[0], {
        ...extents.at(-1),
      })
      const plans = await bench.metadata.listAssemblies({ blob: upload.blob })
      assert.deepEqual(
        new Set(plans),
        new Set([
          { ...small, receipts: ['one', 'nine'], size: 40 },
          { ...large, receipts: ['two', 'six'], size: 900 },
        ]),
      )
    })

    test('a commit is refused until the assemblies are settled, and then done', async () => {
      const tenant = bench.tenant()
      const { upload, assembly } = await uploadInSlots(tenant)
      const delivery = tenant.delivery('topic')
      const commit = () => tenant.commit(upload, { deliveries: [delivery] })
      await failsWith(commit(), 'upload-changed', { unassembled: true })
      assert.equal((await tenant.findUpload(upload))?.state, 'open')
      await tenant.seal(upload)
      await failsWith(commit(), 'upload-changed', { unassembled: true })
      const due = { topics: ['topic'], now: NOW, leaseUntil: NOW + 1, limit: 1 }
      assert.deepEqual(await bench.metadata.leaseDeliveries(due), [])
      assert.deepEqual(await liveOf(bench.metadata), [], 'an assembly is no segment yet')
      await settle(tenant, upload)
      assert.deepEqual(await liveOf(bench.metadata), [assembly.name])
      assert.deepEqual(await bench.metadata.listAssemblies({ blob: upload.blob }), [])
      const object = await commit()
      assert.equal(object.content?.size, 30)
      assert.deepEqual(await commit(), object)
      await settle(tenant, upload)
      await tenant.delete(object, NOW)
      assert.deepEqual(await garbageOf(bench.metadata), [assembly.name])
      assert.deepEqual(await bench.metadata.findAssemblies({ names: [assembly.name] }), [])
    })

    test('a commit that would fail anyway says so first, and leaves the upload open', async () => {
      const tenant = bench.tenant()
      const { upload } = await uploadInSlots(tenant, { key: 'taken' })
      await tenant.put({ key: 'taken' })
      await failsWith(tenant.commit(upload), 'name-conflict')
      await failsWith(tenant.commit(upload, { ifVersion: 1 }), 'upload-changed', { version: 3 })
    })

    test('an upload whose assembly has no part left is committed at once', async () => {
      for (const seals of [false, true]) {
        const tenant = bench.tenant()
        const { upload, assembly } = await uploadInSlots(tenant)
        await tenant.attach(upload, 1, tenant.inline('one'))
        await tenant.attach(upload, 2, tenant.inline('two'))
        if (seals) {
          await tenant.seal(upload)
          assert.deepEqual(await bench.metadata.listAssemblies({ blob: upload.blob }), [])
        }
        const object = await tenant.commit(upload)
        assert.equal(object.content?.size, 6)
        assert.deepEqual(await garbageOf(bench.metadata), [assembly.name])
        const names = [assembly.name]
        assert.deepEqual(await bench.metadata.findAssemblies({ names }), [assembly])
        await bench.metadata.forgetSegments({ names, now: NOW })
        assert.deepEqual(await bench.metadata.findAssemblies({ names }), [])
        assert.deepEqual(await tenant.findObject(object), object)
      }
    })

    test('of two assemblies the one without a part is given up', async () => {
      const tenant = bench.tenant()
      const { upload, assembly } = await uploadInSlots(tenant)
      const unused = await begin(tenant, upload, 3, LARGE_KIND)
      await tenant.seal(upload)
      assert.deepEqual(await garbageOf(bench.metadata), [unused.name])
      await settle(tenant, upload)
      const names = [assembly.name, unused.name]
      assert.deepEqual(await bench.metadata.findAssemblies({ names }), [unused])
      assert.equal((await tenant.commit(upload)).content?.size, 30)
    })

    test('a seal of a version is one of that version only', async () => {
      const tenant = bench.tenant()
      const { upload } = await uploadInSlots(tenant)
      const at = { account: tenant.account, upload, now: NOW }
      const { version = 0 } = (await tenant.findUpload(upload)) ?? {}
      await failsWith(bench.metadata.sealUpload({ ...at, ifVersion: version - 1 }), 'upload-changed')
      const sealed = await bench.metadata.sealUpload({ ...at, ifVersion: version })
      assert.deepEqual([sealed.state, sealed.version], ['sealed', version + 1])
      assert.deepEqual(await bench.metadata.sealUpload({ ...at, ifVersion: version }), sealed)
    })

    test('settling takes sealed uploads only; those that ended say how', async () => {
      const tenant = bench.tenant()
      await failsWith(settle(tenant, unknownUpload), 'upload-not-found')
      const { upload: open } = await uploadInSlots(tenant)
      await failsWith(settle(tenant, open), 'upload-closed', { state: 'open' })
      await tenant.seal(open)
      await tenant.abort(open)
      await failsWith(settle(tenant, open), 'upload-closed', { state: 'aborted' })
      const { upload: over } = await uploadInSlots(tenant, { expiresAt: NOW + 10 })
      await tenant.seal(over)
      await bench.metadata.expireUploads({ now: NOW + 10, limit: 10 })
      await failsWith(settle(tenant, over), 'upload-expired')
    })
  })
}

function ends(open: OpenMetadata): void {
  describe('assemblies of uploads that end', () => {
    const bench = freshBench(open)
    const ways = {
      abort: (tenant: Tenant, upload: Upload) => tenant.abort(upload),
      fail: (tenant: Tenant, upload: Upload) => tenant.fail(upload),
      expiry: (tenant: Tenant) => tenant.metadata.expireUploads({ now: NOW + HOUR_MS, limit: 10 }),
    } as const

    for (const [way, end] of Object.entries(ways)) {
      test(`are garbage after an ${way}, with and without parts, and are known until they are forgotten`, async () => {
        for (const seals of [false, true]) {
          const tenant = bench.tenant()
          const { upload, assembly } = await uploadInSlots(tenant)
          const all = seals ? [assembly] : [assembly, await begin(tenant, upload, 3, LARGE_KIND)]
          if (seals) await tenant.seal(upload)
          await end(tenant, upload)
          const names = all.map(({ name }) => name).sort()
          assert.deepEqual(await garbageOf(bench.metadata), names)
          assert.deepEqual(await liveOf(bench.metadata), [])
          assert.deepEqual(new Set(await bench.metadata.findAssemblies({ names })), new Set(all))
          await bench.metadata.forgetSegments({ names, now: NOW })
          assert.deepEqual(await bench.metadata.findAssemblies({ names }), [])
          assert.deepEqual(await garbageOf(bench.metadata), [])
        }
      })
    }

    test('are garbage after a settled upload is aborted', async () => {
      const tenant = bench.tenant()
      const { upload, assembly } = await uploadInSlots(tenant)
      await tenant.seal(upload)
      await settle(tenant, upload)
      await tenant.abort(upload)
      assert.deepEqual(await garbageOf(bench.metadata), [assembly.name])
    })

    test('are found by name among many others', async () => {
      const tenant = bench.tenant()
      const assemblies = await Promise.all(
        Array.from({ length: 120 }, async () => begin(tenant, await tenant.begin(), 1)),
      )
      const names = assemblies.flatMap(({ name }) => [name, tenant.newName()])
      assert.deepEqual(new Set(await bench.metadata.findAssemblies({ names })), new Set(assemblies))
      assert.deepEqual(await bench.metadata.findAssemblies({ names: [] }), [])
    })

    test('forgetting leaves those in use alone', async () => {
      const tenant = bench.tenant()
      const { assembly } = await uploadInSlots(tenant)
      const names = [assembly.name]
      await bench.metadata.forgetSegments({ names, now: NOW })
      assert.deepEqual(await bench.metadata.findAssemblies({ names }), [assembly])
    })
  })
}

/** A reserved name with a token, as whoever begins an assembly has it. */
export async function newOffer(tenant: Tenant): Promise<OpenAssembly> {
  const { name } = await tenant.stored()
  return { name, token: `token of ${name}` }
}

export function claim(
  { metadata, account }: Tenant,
  upload: Upload | { readonly id: Upload['id'] } | { readonly bucket: BucketName; readonly ref: string },
  number: number,
  change: { readonly kind?: number; readonly offer?: OpenAssembly; readonly now?: number } = {},
) {
  return metadata.claimSlot({ account, upload, number, kind: KIND, offer: null, now: NOW, ...change })
}

/** Opens an assembly by the claim of its first slot. */
export async function begin(tenant: Tenant, upload: Upload, number: number, kind = KIND) {
  const answer = await claim(tenant, upload, number, { kind, offer: await newOffer(tenant) })
  assert.ok(answer.outcome === 'claimed')
  return answer.assembly
}

export const slotOf = (assembly: OpenAssembly, size = 100, receipt = 'receipt'): Staged => ({
  ...{ where: 'assembly', ...assembly, receipt },
  facts: { size, crc32: 7, digests: {} },
})

/** An upload with two parts of 10 and 20 bytes, both in one assembly. */
async function uploadInSlots(tenant: Tenant, change: Parameters<Tenant['begin']>[0] = {}) {
  const upload = await tenant.begin(change)
  const assembly = await begin(tenant, upload, 1)
  await claim(tenant, upload, 2)
  await tenant.attach(upload, 2, slotOf(assembly, 20))
  await tenant.attach(upload, 1, slotOf(assembly, 10))
  return { upload, assembly }
}

const settle = ({ metadata, account }: Tenant, upload: Parameters<typeof claim>[1]) =>
  metadata.settleAssemblies({ account, upload, now: NOW })
