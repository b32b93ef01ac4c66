import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { SeenObject } from '../../../src/core/model/objects.ts'
import { failsWith, type OpenMetadata, sharedBench } from './store.ts'
import { BUCKET, extentsOf, NOW } from './tenant.ts'

export function seenObjectContract(open: OpenMetadata): void {
  describe('objects as they were seen', () => {
    const bench = sharedBench(open)

    test('take the place of the object that was seen, and of no other', async () => {
      const tenant = bench.tenant()
      const first = await tenant.put({ key: 'same' })
      const changed = await tenant.update(first, { change: { name: 'other' } })
      const put = (ifThere: SeenObject) => tenant.put({ key: 'same', conflict: 'overwrite', ifThere })
      await failsWith(put(first), 'object-changed')
      const second = await put(changed)
      await failsWith(put(changed), 'object-changed')
      await failsWith(tenant.put({ key: 'none', conflict: 'overwrite', ifThere: second }), 'object-changed')
      const at = { account: tenant.account, object: { bucket: BUCKET, key: 'same' }, now: NOW }
      await failsWith(tenant.metadata.deleteObject({ ...at, ifThere: first }), 'object-changed')
      assert.equal((await tenant.metadata.deleteObject({ ...at, ifThere: second })).id, second.id)
    })

    test('share the bytes of another, which stay as long as one of them', async () => {
      const tenant = bench.tenant()
      const source = await tenant.put({ key: 'source', staged: tenant.inline('12345') })
      const copy = await tenant.put({ key: 'copy', staged: null, links: source })
      assert.deepEqual(copy.content, source.content)
      await tenant.metadata.deleteObject({ account: tenant.account, object: { id: source.id }, now: NOW })
      const { blob } = copy.content ?? assert.fail()
      assert.equal((await extentsOf(tenant.metadata, blob)).length, 1)
      await failsWith(tenant.put({ key: 'late', staged: null, links: source }), 'object-changed')
    })
  })
}
