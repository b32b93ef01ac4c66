import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CoordinationCommands } from '../../src/core/ports/commands/coordination.ts'

export interface CoordinationStore {
  readonly metadata: CoordinationCommands
  /** One more way into the same facts, as another node has it. */
  another(): Promise<CoordinationCommands>
  close(): Promise<void>
}

/** What every metadata store that nodes can share has to do. */
export function coordinationContract(name: string, open: () => Promise<CoordinationStore>): void {
  describe(`coordination contract: ${name}`, () => {
    const between = async (work: (one: CoordinationCommands, two: CoordinationCommands) => Promise<void>) => {
      const store = await open()
      try {
        await work(store.metadata, await store.another())
      } finally {
        await store.close()
      }
    }
    const lease = (node: CoordinationCommands, holder: string, now: number, job = 'sweep') =>
      node.leaseJob({ job, holder, now, leaseUntil: now + 100 })

    test('a job is leased to one holder at a time', () =>
      between(async (one, two) => {
        assert.equal(await lease(one, 'a', 1000), true)
        assert.equal(await lease(two, 'b', 1000), false)
        assert.equal(await lease(two, 'b', 1000, 'expiry'), true, 'another job is free')
      }))

    test('a holder extends its own lease', () =>
      between(async (one, two) => {
        await lease(one, 'a', 1000)
        assert.equal(await lease(one, 'a', 1050), true)
        assert.equal(await lease(two, 'b', 1149), false)
      }))

    test('a lease that ran out is taken over', () =>
      between(async (one, two) => {
        await lease(one, 'a', 1000)
        assert.equal(await lease(two, 'b', 1100), true)
        assert.equal(await lease(one, 'a', 1150), false)
      }))

    test('a lease that ends later than a lease can last is void', () =>
      between(async (one, two) => {
        await one.leaseJob({ job: 'sweep', holder: 'a', now: 72_000_000, leaseUntil: 72_000_100 })
        const ask = (voidAfter?: number) =>
          two.leaseJob({
            ...{ job: 'sweep', holder: 'b', now: 1000, leaseUntil: 1100 },
            ...(voidAfter === undefined ? {} : { voidAfter }),
          })
        assert.equal(await ask(), false)
        assert.equal(await ask(72_000_100), false)
        assert.equal(await ask(72_000_099), true)
        assert.equal(await lease(one, 'a', 1000), false, "it is the other one's now")
      }))

    test("the time is the same for all who share the facts, or nobody's", () =>
      between(async (one, two) => {
        const times = [await one.databaseTime({}), await two.databaseTime({}), await one.databaseTime({})]
        if (times[0] === null) return assert.deepEqual(times, [null, null, null])
        assert.ok(times.every(Number.isSafeInteger))
        assert.deepEqual(times, times.toSorted())
      }))

    test('of many that ask at once one gets the lease', () =>
      between(async (one, two) => {
        const asked = Array.from({ length: 16 }, (_, i) =>
          lease(i % 2 === 0 ? one : two, `holder-${i}`, 1000),
        )
        assert.equal((await Promise.all(asked)).filter((got) => got).length, 1)
      }))

    test('how far the scrub is is what was saved last, for all', () =>
      between(async (one, two) => {
        assert.equal(await one.findScrub({}), null)
        const run = { startedAt: 1, phase: 'facts', place: null, parts: 2, findings: 3 } as const
        const state = { run: { ...run, databaseDamage: 'page 4' }, dueAt: 5, last: null }
        await one.saveScrub({ state: { ...state, run: null } })
        await two.saveScrub({ state })
        assert.deepEqual(await one.findScrub({}), state)
      }))

    test('the first blob store that is registered stays', () =>
      between(async (one, two) => {
        const [here, there] = [
          { place: 'disk:a', mark: null },
          { place: 's3:b', mark: 'b' },
        ]
        assert.deepEqual(await one.registerBlobs(here), here)
        assert.deepEqual(await two.registerBlobs(there), here)
        assert.deepEqual(await one.registerBlobs(here), here)
      }))

    test('the first mark of the blob store stays, and is told wherever the store is', () =>
      between(async (one, two) => {
        const [before, first] = [
          { place: 's3:a', mark: null },
          { place: 's3:a', mark: '1' },
        ]
        assert.deepEqual(await one.registerBlobs(before), before)
        assert.deepEqual(await two.registerBlobs(first), first)
        assert.deepEqual(await one.registerBlobs({ place: 's3:a', mark: '2' }), first)
        assert.deepEqual(await one.registerBlobs({ place: 's3:b', mark: '1' }), first)
        assert.deepEqual(await one.registerBlobs({ place: 's3:b', mark: null }), first)
      }))
  })
}
