import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ThrottledFault } from '../faults.ts'
import { Charges } from './charges.ts'
import { Meter } from './meter.ts'
import { type ClientBudget, Usages } from './usage.ts'

const budget = (given: Partial<ClientBudget>): ClientBudget => ({
  ...{ requestsMax: 0, callsPerSecond: 0, bytesInPerSecond: 0, bytesOutPerSecond: 0 },
  ...given,
})

/** What a request is told: the limit, or null. */
function refusal(work: () => void): { limit: string; retryAfterMs: number } | null {
  try {
    work()
    return null
  } catch (error) {
    assert.ok(error instanceof ThrottledFault)
    return { limit: error.limit, retryAfterMs: error.retryAfterMs }
  }
}

describe('a meter', () => {
  test('lets a large piece through, and the next one later', () => {
    const meter = new Meter(1000, 1, 0)
    assert.equal(meter.waitMs(0), 0)
    meter.take(3000, 0)
    assert.equal(meter.waitMs(0), 2001)
    assert.equal(meter.waitMs(1000), 1001)
    assert.equal(meter.waitMs(2001), 0)
  })

  test('has no more to give after a long rest than its burst', () => {
    const meter = new Meter(1000, 1, 0)
    meter.take(1000, 1_000_000)
    assert.equal(meter.waitMs(1_000_000), 1)
  })

  test('of rate 0 has no limit', () => {
    const meter = new Meter(0, 1, 0)
    meter.take(Number.MAX_SAFE_INTEGER, 0)
    assert.equal(meter.waitMs(0), 0)
  })
})

describe('what one client uses', () => {
  test('is bounded in calls a second, and the refusal says when the next one may come', () => {
    const usages = new Usages('address', budget({ callsPerSecond: 2 }))
    const usage = usages.hold('192.0.2.7', 0)
    for (let call = 0; call < 10; call += 1)
      assert.equal(
        refusal(() => usage.begin(0)),
        null,
      )
    assert.deepEqual(
      refusal(() => usage.begin(0)),
      { limit: 'address.calls', retryAfterMs: 500 },
    )
    assert.equal(
      refusal(() => usages.hold('192.0.2.8', 0).begin(0)),
      null,
    )
    assert.equal(
      refusal(() => usage.begin(501)),
      null,
    )
  })

  test('is bounded in requests at a time', () => {
    const usage = new Usages('account', budget({ requestsMax: 1 })).hold('a', 0)
    assert.equal(
      refusal(() => usage.begin(0)),
      null,
    )
    assert.equal(refusal(() => usage.begin(0))?.limit, 'account.requests')
    usage.end()
    usage.end()
    assert.equal(
      refusal(() => usage.begin(0)),
      null,
    )
  })

  test('is remembered until it makes no difference any more', () => {
    const usages = new Usages('address', budget({ callsPerSecond: 2 }))
    const usage = usages.hold('192.0.2.7', 0)
    for (let call = 0; call < 10; call += 1) usage.begin(0)
    usages.release(usage, 0)
    assert.equal(refusal(() => usages.hold('192.0.2.7', 0).begin(0))?.limit, 'address.calls')
    usages.release(usage, 100_000)
    assert.equal(usages.size, 0)
  })

  test('is not forgotten while it is held, however many others come', () => {
    const usages = new Usages('address', budget({ callsPerSecond: 1 }))
    const held = usages.hold('192.0.2.7', 0)
    for (let call = 0; call < 5; call += 1) held.begin(0)
    for (let other = 0; other < 20_000; other += 1) {
      const usage = usages.hold(`other ${other}`, 0)
      usage.begin(0)
      usages.release(usage, 0)
    }
    assert.equal(usages.hold('192.0.2.7', 0), held)
    assert.ok(usages.size <= 10_001, `${usages.size} clients are remembered`)
  })
})

test('a request is charged once for each of its clients, and gives all back at its end', () => {
  const addresses = new Usages('address', budget({ bytesInPerSecond: 1000 }))
  const accounts = new Usages('account', budget({ bytesInPerSecond: 100, requestsMax: 1 }))
  const charges = new Charges(() => 0)
  charges.add(addresses, '192.0.2.7')
  charges.add(accounts, 'a')
  charges.add(accounts, 'a')
  charges.tookIn(150)
  assert.equal(charges.waitInMs(), 510)
  assert.equal(charges.waitOutMs(), 0)
  charges.end()
  assert.equal(accounts.hold('a', 0).requests, 0)
})
