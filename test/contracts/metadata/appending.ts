import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Upload } from '../../../src/core/model/uploads.ts'
import { failsWith, type OpenMetadata, sharedBench } from './store.ts'
import { extentsOf, garbageOf, LIMITS, NOW, type Tenant, unknownUpload } from './tenant.ts'

export function appendingContract(open: OpenMetadata): void {
  describe('appended bytes', () => {
    const bench = sharedBench(open)

    test('come one behind the other, and the upload tells how many there are', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      assert.deepEqual(await tenant.findOffset(upload), { upload, offset: 0 })
      const first = await tenant.append(upload, 0, tenant.inline('one'))
      const second = await tenant.append(upload, 3, await tenant.stored(100_000))
      assert.deepEqual([first.offset, second.offset], [3, 100_003])
      assert.deepEqual(await tenant.findOffset(upload), second)
      assert.deepEqual(await tenant.findUpload(upload), second.upload)
      assert.equal(second.upload.limits.isAppended, true)
      assert.deepEqual(await numbersOf(tenant, upload), [0, 3])
      assert.equal(await tenant.findOffset(unknownUpload), null)
    })

    test('are refused anywhere else than at the end, which is told', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      await tenant.append(upload, 0, tenant.inline('one'))
      for (const offset of [0, 2, 4, 100]) {
        const fault = await tenant.append(upload, offset, tenant.inline('two')).catch((error) => error)
        assert.deepEqual([fault.code, fault.detail], ['upload-changed', { offset: 3 }])
      }
      assert.equal((await tenant.findOffset(upload))?.offset, 3)
    })

    test('of two at the same place one wins', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const both = ['one', 'two'].map((text) => tenant.append(upload, 0, tenant.inline(text)))
      const done = await Promise.allSettled(both)
      assert.deepEqual(done.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
      assert.equal((await tenant.findOffset(upload))?.offset, 3)
    })

    test('that come again after a lost answer are answered as the first time', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const staged = tenant.inline('one')
      const first = await tenant.append(upload, 0, staged)
      assert.deepEqual(await tenant.append(upload, 0, staged), first)
      await tenant.append(upload, 3, tenant.inline('two'))
      assert.equal((await tenant.append(upload, 0, staged)).offset, 3)
      assert.deepEqual(await numbersOf(tenant, upload), [0, 3])
    })

    test('may be none: of an empty upload, and between others', async () => {
      const tenant = bench.tenant()
      const [empty, filled] = [await tenant.begin({ ref: 'empty' }), await tenant.begin({ ref: 'filled' })]
      for (const upload of [empty, filled]) await tenant.append(upload, 0, tenant.inline(''))
      await tenant.append(filled, 0, tenant.inline(''))
      await tenant.append(filled, 0, tenant.inline('one'))
      assert.equal((await tenant.append(filled, 3, tenant.inline(''))).offset, 3)
      const sealed = await Promise.all([empty, filled].map((upload) => tenant.seal(upload)))
      assert.deepEqual(
        sealed.map((upload) => 'sealed' in upload && [upload.sealed.size, upload.sealed.partCount]),
        [
          [0, 1],
          [3, 1],
        ],
      )
    })

    test('and numbered parts do not mix', async () => {
      const tenant = bench.tenant()
      const [appended, numbered] = [await tenant.begin({ ref: 'a' }), await tenant.begin({ ref: 'n' })]
      await tenant.append(appended, 0, tenant.inline('one'))
      await failsWith(tenant.attach(appended, 1, tenant.inline('two')), 'upload-changed')
      await tenant.attach(numbered, 1, tenant.inline('one'))
      await failsWith(tenant.append(numbered, 3, tenant.inline('two')), 'upload-changed')
    })

    test('keep the limits of sizes, but not those of parts', async () => {
      const tenant = bench.tenant()
      const limits = { ...LIMITS, partNumberMin: 1, partNumberMax: 1, partSizeMin: 5, sizeMax: 6 }
      const upload = await tenant.begin({ limits })
      await tenant.append(upload, 0, tenant.inline('one'))
      await failsWith(tenant.append(upload, 3, tenant.inline('four')), 'body-too-large')
      await tenant.append(upload, 3, tenant.inline('two'))
      assert.equal((await tenant.seal(upload)).state, 'sealed')
      const named = await tenant.begin({ ref: 'named', limits: { ...LIMITS, sizeNamed: 5 } })
      await tenant.append(named, 0, tenant.inline('one'))
      await failsWith(tenant.append(named, 3, tenant.inline('two')), 'body-too-large')
      assert.deepEqual((await tenant.findUpload(named))?.limits, {
        ...LIMITS,
        sizeNamed: 5,
        isAppended: true,
      })
    })

    test('may be named later, once', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const name = (offset: number, text: string, sizeNamed: number) =>
        tenant.append(upload, offset, tenant.inline(text), NOW, sizeNamed)
      await tenant.append(upload, 0, tenant.inline('one'))
      await failsWith(name(3, 'two', 5), 'body-too-large')
      assert.equal((await name(3, '', 6)).upload.limits.sizeNamed, 6)
      await failsWith(name(3, '', 7), 'upload-changed')
      await failsWith(tenant.append(upload, 3, tenant.inline('four')), 'body-too-large')
      await name(3, 'two', 6)
      assert.deepEqual((await tenant.findUpload(upload))?.limits, {
        ...LIMITS,
        sizeNamed: 6,
        isAppended: true,
      })
    })

    test('are refused once the upload is sealed or over', async () => {
      const tenant = bench.tenant()
      const [sealed, over] = [await tenant.begin({ ref: 's' }), await tenant.begin({ ref: 'o' })]
      for (const upload of [sealed, over]) await tenant.append(upload, 0, tenant.inline('one'))
      await tenant.seal(sealed)
      await failsWith(tenant.append(sealed, 3, tenant.inline('two')), 'upload-sealed')
      await failsWith(tenant.append(over, 3, tenant.inline('two'), over.expiresAt), 'upload-expired')
      await failsWith(tenant.append(unknownUpload, 0, tenant.inline('one')), 'upload-not-found')
    })

    test('become one part, and the old ones garbage', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const old = await tenant.stored(10)
      await tenant.append(upload, 0, tenant.inline('one'))
      await tenant.append(upload, 3, old)
      await tenant.append(upload, 13, tenant.inline('end'))
      const joined = await tenant.stored(13)
      assert.equal(await tenant.join(upload, 0, joined), true)
      assert.equal(await tenant.join(upload, 0, joined), true)
      assert.deepEqual(await numbersOf(tenant, upload), [0, 13])
      const extents = await extentsOf(bench.metadata, upload.blob)
      assert.deepEqual(
        extents.map(({ start, size }) => [start, size]),
        [
          [0, 13],
          [13, 3],
        ],
      )
      assert.ok((await garbageOf(bench.metadata)).includes(old.name))
      assert.equal((await tenant.append(upload, 16, tenant.inline('more'))).offset, 20)
    })

    test('of several uploads are moved behind each other, and these end', async () => {
      const tenant = bench.tenant()
      const [whole, one, two] = [
        await tenant.begin({ ref: 'whole' }),
        await tenant.begin({ ref: 'one' }),
        await tenant.begin({ ref: 'two' }),
      ]
      const kept = await tenant.stored(100_000)
      await tenant.append(one, 0, kept)
      await tenant.append(one, 100_000, tenant.inline('end'), NOW, 100_003)
      await tenant.append(two, 0, tenant.inline('more'), NOW, 4)
      const gathered = await tenant.gather(whole, [two, one])
      assert.equal(gathered.offset, 100_007)
      assert.deepEqual(await tenant.findOffset(whole), gathered)
      assert.equal(gathered.upload.limits.sizeNamed, 100_007)
      assert.deepEqual(await numbersOf(tenant, whole), [0, 4, 100_004])
      for (const source of [one, two]) {
        assert.equal((await tenant.findUpload(source))?.state, 'aborted')
        assert.deepEqual(await numbersOf(tenant, source), [])
      }
      assert.ok(!(await garbageOf(bench.metadata)).includes(kept.name))
      assert.deepEqual(await tenant.gather(whole, [two, one]), gathered)
      const sealed = await tenant.seal(whole)
      assert.equal('sealed' in sealed && sealed.sealed.size, 100_007)
      const extents = await extentsOf(bench.metadata, whole.blob)
      assert.deepEqual(
        extents.map(({ start, size }) => [start, size]),
        [
          [0, 4],
          [4, 100_000],
          [100_004, 3],
        ],
      )
    })

    test('are gathered from whole uploads alone, into one that has none', async () => {
      const tenant = bench.tenant()
      const [whole, one, part, empty, late] = [
        await tenant.begin({ ref: 'whole' }),
        await tenant.begin({ ref: 'one' }),
        await tenant.begin({ ref: 'part' }),
        await tenant.begin({ ref: 'empty' }),
        await tenant.begin({ ref: 'late' }),
      ]
      await tenant.append(one, 0, tenant.inline('one'), NOW, 3)
      await tenant.append(part, 0, tenant.inline('part'), NOW, 5)
      await tenant.append(empty, 0, tenant.inline(''), NOW, 0)
      await failsWith(tenant.gather(whole, [one, part]), 'upload-changed', { upload: part.id })
      await failsWith(tenant.gather(whole, [late]), 'upload-changed', { upload: late.id })
      await failsWith(tenant.gather(part, [one]), 'upload-changed')
      await failsWith(tenant.gather(unknownUpload, [one]), 'upload-not-found')
      assert.equal((await tenant.findOffset(one))?.offset, 3)
      assert.equal((await tenant.gather(whole, [empty, one])).offset, 3)
      await failsWith(tenant.gather(late, [one]), 'upload-changed')
      const nothing = await tenant.begin({ ref: 'nothing' })
      await tenant.append(nothing, 0, tenant.inline(''), NOW, 0)
      assert.equal((await tenant.gather(late, [nothing])).offset, 0)
      assert.equal((await tenant.seal(late)).state, 'sealed')
      assert.deepEqual(await numbersOf(tenant, whole), [0])
    })

    test('are gathered by one of two', async () => {
      const tenant = bench.tenant()
      const [first, second, one] = [
        await tenant.begin({ ref: 'first' }),
        await tenant.begin({ ref: 'second' }),
        await tenant.begin({ ref: 'one' }),
      ]
      await tenant.append(one, 0, tenant.inline('one'), NOW, 3)
      const done = await Promise.allSettled([tenant.gather(first, [one]), tenant.gather(second, [one])])
      assert.deepEqual(done.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
    })

    test('are joined only where parts begin and end so, while the upload is open', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      await tenant.append(upload, 0, tenant.inline('one'))
      await tenant.append(upload, 3, tenant.inline('two'))
      for (const [start, text] of [
        [0, 'four'],
        [0, 'sevenby'],
        [1, 'fives'],
        [6, 'more'],
      ] as const)
        assert.equal(await tenant.join(upload, start, tenant.inline(text)), false, `${start}, ${text}`)
      await tenant.seal(upload)
      assert.equal(await tenant.join(upload, 0, tenant.inline('onetwo')), false)
      const numbered = await tenant.begin({ ref: 'numbered' })
      await tenant.attach(numbered, 1, tenant.inline('one'))
      assert.equal(await tenant.join(numbered, 1, tenant.inline('one')), false)
    })
  })
}

const numbersOf = async (tenant: Tenant, upload: Upload): Promise<readonly number[]> =>
  (await tenant.listParts(upload)).map(({ number }) => number)
