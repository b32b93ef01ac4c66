import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Upload } from '../../../src/core/model/uploads.ts'
import { begin, claim, slotOf } from './assemblies.ts'
import { type OpenMetadata, sharedBench } from './store.ts'
import { NOW, type Tenant, unknownUpload } from './tenant.ts'

export function storedPartsContract(open: OpenMetadata): void {
  describe('stored parts', () => {
    const bench = sharedBench(open)
    const partsOf = ({ metadata, account }: Tenant, upload: Pick<Upload, 'id'>, after = -1, limit = 10) =>
      metadata.listStoredParts({ account, upload: { id: upload.id }, after, limit })

    test('are those in the blob store, page by page, while the upload goes on', async () => {
      const tenant = bench.tenant()
      const upload = await tenant.begin()
      const [one, three] = [await tenant.stored(1000), await tenant.stored(3000)]
      await tenant.attach(upload, 1, one)
      await tenant.attach(upload, 2, tenant.inline('inline'))
      await tenant.attach(upload, 3, three)
      const parts = [
        { blob: upload.blob, number: 1, segment: one.name, end: 1000, isShared: false },
        { blob: upload.blob, number: 3, segment: three.name, end: 3000, isShared: false },
      ]
      assert.deepEqual(await partsOf(tenant, upload), parts)
      assert.deepEqual(await partsOf(tenant, upload, -1, 1), parts.slice(0, 1))
      assert.deepEqual(await partsOf(tenant, upload, 1), parts.slice(1))
      await tenant.seal(upload)
      assert.deepEqual(await partsOf(tenant, upload), parts)
      assert.deepEqual(await partsOf(bench.tenant(), upload), [])
      assert.deepEqual(await partsOf(tenant, unknownUpload), [])
      await tenant.commit(upload)
      assert.deepEqual(await partsOf(tenant, upload), [])
    })

    test('are those of assemblies once these are settled, with where they end', async () => {
      const tenant = bench.tenant()
      const { metadata, account } = tenant
      const upload = await tenant.begin()
      const assembly = await begin(tenant, upload, 1)
      await claim(tenant, upload, 2)
      await tenant.attach(upload, 1, slotOf(assembly, 10))
      await tenant.attach(upload, 2, slotOf(assembly, 20))
      await tenant.seal(upload)
      assert.deepEqual(await partsOf(tenant, upload), [])
      await metadata.settleAssemblies({ account, upload, now: NOW })
      const shared = { blob: upload.blob, segment: assembly.name, isShared: true }
      assert.deepEqual(await partsOf(tenant, upload), [
        { ...shared, number: 1, end: 10 },
        { ...shared, number: 2, end: 30 },
      ])
    })
  })
}
