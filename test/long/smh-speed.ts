import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { type Rig, startRig } from '../dialects/tencent-smh/rig.ts'
import { bytesOf, callsOf, type TaskCalls } from '../dialects/tencent-smh/upload-calls.ts'
import { shows } from '../support/shows.ts'

const LOWEST = 102400

/** These compare speeds, which means little on a busy machine. */
describe('tencent-smh: limits of traffic', () => {
  let rig: Rig
  let calls: TaskCalls
  before(async () => {
    rig = await startRig()
    calls = callsOf(rig, await rig.token())
  })
  after(() => rig.stop())

  test('bytes sent with a limit take their time and those without do not', async () => {
    const bytes = bytesOf(2 * LOWEST)
    const slow = await calls.begin('multipart', 'slow.bin', { traffic_limit: LOWEST })
    const fast = await calls.begin('multipart', 'fast.bin')
    const [slowS, fastS] = [await secondsOf(slow), await secondsOf(fast)]
    assert.ok(slowS > 1, `the limited part took ${slowS} s`)
    assert.ok(fastS < slowS / 2, `${fastS} s without limit, ${slowS} s with`)
    shows('tencent-smh', 'speed')

    async function secondsOf(task: typeof slow): Promise<number> {
      const began = performance.now()
      assert.equal((await rig.putPart(task, 1, bytes)).status, 200)
      return (performance.now() - began) / 1000
    }
  })

  test('a renewal with another traffic_limit changes the speed from then on', async () => {
    const bytes = bytesOf(2 * LOWEST)
    const task = await calls.begin('multipart', 'changed.bin', { traffic_limit: LOWEST })
    const { body: faster } = await calls.renew(task.confirmKey, { traffic_limit: 104857600 })
    assert.ok(faster !== null)
    const began = performance.now()
    assert.equal((await rig.putPart(faster, 1, bytes)).status, 200)
    const fastMs = performance.now() - began
    const { body: slower } = await calls.renew(task.confirmKey, { traffic_limit: LOWEST })
    assert.ok(slower !== null)
    const again = performance.now()
    assert.equal((await rig.putPart(slower, 1, bytes)).status, 200)
    const slowMs = performance.now() - again
    assert.ok(slowMs > 1000 && slowMs > 2 * fastMs, `${slowMs} ms, then ${fastMs} ms`)
    shows('tencent-smh', 'speed after a renewal')
  })
})
