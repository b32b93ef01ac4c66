import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { account, openJobs, signal, traits } from '../../test/support/jobs-rig.ts'
import { newDeliveryId } from '../core/ids.ts'
import { bucketName } from '../core/model/buckets.ts'
import type { Delivery } from '../core/model/deliveries.ts'
import { systemRandom } from '../system.ts'
import { deliveryJob } from './deliveries.ts'

describe('the job of deliveries', () => {
  test('delivers a message until it arrives, with growing pauses, also after a restart', async (t) => {
    let rig = await openJobs(t)
    const { clock } = rig
    const delivery = { id: newDeliveryId(systemRandom, clock.time), topic: 't', body: { n: 1 } }
    const staged = await rig.receive(10)
    await rig.core.objects.put({
      ...{ account, bucket: bucketName('test', 'b'), key: 'k', staged, traits },
      ...{ conflict: 'fail', deliveries: [delivery] },
    })
    let isUp = false
    const sent: Delivery[] = []
    const failures: boolean[] = []
    const run = () =>
      deliveryJob(
        { metadata: rig.metadata, clock },
        [{ topic: 't', send: async (d) => void (isUp ? sent.push(d) : assert.fail('down')) }],
        { failed: (_, __, givenUp) => failures.push(givenUp) },
        1,
      ).run(signal)
    await run()
    await run()
    assert.equal(failures.length, 1, 'it is not tried again at once')
    await rig.close()
    rig = await openJobs(t, rig)
    clock.time += 5_000
    await run()
    assert.equal(failures.length, 2)
    isUp = true
    clock.time += 5_000
    await run()
    assert.equal(sent.length, 0, 'the second pause is longer')
    clock.time += 5_000
    await run()
    await run()
    assert.deepEqual(
      sent.map((d) => [d.body, d.attempts]),
      [[{ n: 1 }, 2]],
    )
    assert.deepEqual(failures, [false, false])
  })

  test('gives a message up after two days of failures', async (t) => {
    const { metadata, core, clock } = await openJobs(t)
    const delivery = { id: newDeliveryId(systemRandom, clock.time), topic: 't', body: {} }
    await core.objects.put({
      ...{ account, bucket: bucketName('test', 'b'), key: 'k', staged: null, traits },
      ...{ conflict: 'fail', deliveries: [delivery] },
    })
    const outcomes: boolean[] = []
    const sender = { topic: 't', send: () => Promise.reject(new Error('down')) }
    const job = deliveryJob(
      { metadata, clock },
      [sender],
      { failed: (_, __, givenUp) => outcomes.push(givenUp) },
      1,
    )
    for (let i = 0; i < 100; i += 1) {
      await job.run(signal)
      clock.time += 3600_000
    }
    assert.deepEqual([outcomes.length, outcomes.at(-1)], [60, true])
  })
})
