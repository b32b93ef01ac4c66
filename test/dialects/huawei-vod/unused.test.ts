import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startRig } from './rig.ts'

const DAY_MS = 86_400_000

test('assets without a video are forgotten a year after their last change, and no others', async () => {
  const rig = await startRig()
  const announced = await rig.create()
  const filled = await rig.make(Buffer.from('bytes'))
  const deleted = await rig.make(Buffer.from('others'))
  await rig.expect(200, 'DELETE', 'asset', { query: { asset_id: deleted } })
  const ids = [announced.asset_id, filled, deleted]
  const statuses = async () => {
    await rig.server.jobs.runAll()
    const { asset_info_array: found } = await rig.expect(200, 'GET', 'asset/info', {
      query: { asset_id: ids },
    })
    return ids.map((id) => found.find(({ asset_id }) => asset_id === id)?.status)
  }
  rig.clock.advance(365 * DAY_MS)
  assert.deepEqual(await statuses(), ['CREATING', 'CREATED', 'DELETED'])
  rig.clock.advance(2 * DAY_MS)
  assert.deepEqual(await statuses(), ['UNCREATED', 'CREATED', 'UNCREATED'])
  await rig.stop()
})
