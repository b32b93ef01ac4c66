import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CoreError } from './core/errors.ts'
import type { KnownDamage } from './core/model/damages.ts'
import type { ScrubState } from './core/model/scrub.ts'
import type { Check } from './http/types.ts'
import { beginWith, type Watched, watchReadiness } from './readiness.ts'
import { SteadyClock } from './steady-clock.ts'

const START = 1_700_000_000_000
const HOUR_MS = 3_600_000

/** Stores that fail as the test says, and a time that goes as it says. */
class Rig {
  tick = 0
  wallAheadMs = 0
  /** Null: the facts have no time of their own. */
  databaseAheadMs: number | null = null
  scrub: ScrubState | null = null
  damages = 0
  readonly broken = new Map<'metadata' | 'blobs' | 'reserve' | 'folder', () => Promise<void>>()
  readonly told: (readonly [string, Check['state']])[] = []
  readonly wall = { now: () => START + this.tick + this.wallAheadMs }
  readonly clock = new SteadyClock(this.wall, () => this.tick)

  watch(isRemote: boolean, problems: readonly string[] = []) {
    const works = async (what: 'metadata' | 'blobs' | 'reserve') => this.broken.get(what)?.()
    const metadata = {
      databaseTime: async () => {
        await works('metadata')
        return this.databaseAheadMs === null ? null : START + this.tick + this.databaseAheadMs
      },
      findScrub: async () => this.scrub,
      listDamages: async ({ limit }: { readonly limit: number }) =>
        Array.from({ length: Math.min(this.damages, limit) }, (): Partial<KnownDamage> => ({})),
    } as unknown as Watched['stores']['metadata']
    return watchReadiness({
      stores: {
        metadata,
        blobs: { probe: () => works('blobs'), reserve: () => works('reserve') },
        isRemote: { facts: isRemote, blobs: isRemote },
        requireFolder: () => {
          if (this.broken.has('folder')) throw new Error('server.lock was deleted')
        },
      },
      ...{ clock: this.clock, wall: this.wall, ticks: () => this.tick, problems },
      tell: (name, { state }) => this.told.push([name, state]),
    })
  }
}

const fails = (message: string) => async (): Promise<never> => {
  throw new CoreError('unavailable', message)
}

describe('readiness', () => {
  test('is there while all is well, with each look by its name', async () => {
    const rig = new Rig()
    const readiness = rig.watch(false)
    await readiness.look()
    const ok = { state: 'ok' }
    assert.deepEqual(readiness.report(), {
      isReady: true,
      checks: {
        ...{ metadata: ok, blobs: ok, reserve: ok, data_dir: ok, clock: ok, durability: ok },
        ...{ damages: ok, scrub: ok },
      },
    })
    assert.deepEqual(rig.told, [])
  })

  for (const [broken, name] of [
    ['metadata', 'metadata'],
    ['blobs', 'blobs'],
    ['reserve', 'reserve'],
    ['folder', 'data_dir'],
  ] as const) {
    test(`is not there when ${name} of this machine fails, at once and with its reason, until it works again`, async () => {
      const rig = new Rig()
      const readiness = rig.watch(false)
      rig.broken.set(broken, fails('server.lock was deleted'))
      await readiness.look()
      const { isReady, checks } = readiness.report()
      assert.equal(isReady, false)
      assert.deepEqual(checks[name], { state: 'failed', reason: 'server.lock was deleted' })
      await readiness.look()
      rig.broken.clear()
      await readiness.look()
      assert.equal(readiness.report().isReady, true)
      assert.deepEqual(rig.told, [
        [name, 'failed'],
        [name, 'ok'],
      ])
    })
  }

  test('is not there after a store elsewhere could not be reached for five seconds', async () => {
    const rig = new Rig()
    const readiness = rig.watch(true)
    await readiness.look()
    rig.broken.set('metadata', fails('PostgreSQL cannot be reached'))
    for (const second of [1, 2, 3, 4, 5]) {
      rig.tick = second * 1000
      await readiness.look()
      const { isReady, checks } = readiness.report()
      assert.equal(checks.metadata?.reason, 'PostgreSQL cannot be reached')
      if (second < 4) assert.equal(isReady, true)
      if (second === 5) assert.equal(isReady, false)
    }
  })

  test('is not there after a store did not answer for five seconds, and nobody waits for it', async () => {
    const rig = new Rig()
    const readiness = rig.watch(true)
    await readiness.look()
    const { promise, resolve } = Promise.withResolvers<void>()
    rig.broken.set('blobs', () => promise)
    await readiness.look()
    assert.equal(readiness.report().isReady, true)
    rig.tick = 5000
    assert.equal(readiness.report().checks.blobs?.reason, 'it does not answer')
    assert.equal(readiness.report().isReady, false)
    resolve()
    await readiness.look()
    assert.equal(readiness.report().isReady, true)
  })

  test("names a clock that differs from the database's by more than a second, and goes by the database's", async () => {
    const rig = new Rig()
    rig.databaseAheadMs = 0
    const readiness = rig.watch(true)
    for (const [aheadMs, state] of [
      [1000, 'ok'],
      [1001, 'warning'],
      [-1001, 'warning'],
      [20 * HOUR_MS, 'warning'],
    ] as const) {
      rig.wallAheadMs = aheadMs
      rig.tick += 1000
      await readiness.look()
      const { isReady, checks } = readiness.report()
      assert.equal(checks.clock?.state, state, `${aheadMs}`)
      assert.equal(isReady, true)
      assert.equal(rig.clock.now(), START + rig.tick)
    }
    assert.match(
      readiness.report().checks.clock?.reason ?? '',
      /differs from the database's: it is 72000\.0 s ahead/,
    )
  })

  test('names what the stores take away from what is promised; the log was told before', async () => {
    const rig = new Rig()
    const readiness = rig.watch(true, ['fsync = off'])
    await readiness.look()
    const { isReady, checks } = readiness.report()
    assert.deepEqual([isReady, checks.durability], [true, { state: 'warning', reason: 'fsync = off' }])
    assert.deepEqual(rig.told, [])
  })

  test('names what the scrub found; a damaged database makes it go until a look finds it good again', async () => {
    const rig = new Rig()
    const readiness = rig.watch(false)
    const looked = async (scrub: Partial<ScrubState>) => {
      rig.scrub = { run: null, dueAt: START, last: null, ...scrub }
      rig.tick += 10_000
      await readiness.look()
      const { isReady, checks } = readiness.report()
      return [isReady, checks.scrub?.state, checks.scrub?.reason] as const
    }
    const run = { startedAt: START, place: null, parts: 0, findings: 0, databaseDamage: null } as const
    const last = { endedAt: START, findings: 3, databaseDamage: null } as const
    const found = 'the scrub found 3 things amiss: the log and stowage fsck tell which'
    const broken = 'the database is damaged: page 5'
    const damaged = { ...last, databaseDamage: 'page 5' }

    assert.deepEqual(await looked({ last: { ...last, findings: 0 } }), [true, 'ok', undefined])
    assert.deepEqual(await looked({ last }), [true, 'warning', found])
    assert.deepEqual(await looked({ run: { ...run, phase: 'bytes', findings: 3 } }), [true, 'warning', found])
    assert.deepEqual(await looked({ last: damaged }), [false, 'failed', broken])
    assert.deepEqual(await looked({ last: damaged, run: { ...run, phase: 'database' } }), [
      ...[false, 'failed', broken],
    ])
    assert.deepEqual(await looked({ last: damaged, run: { ...run, phase: 'facts' } }), [
      ...[true, 'warning', found],
    ])
    assert.deepEqual(
      await looked({ last, run: { ...run, phase: 'facts', findings: 1, databaseDamage: 'page 5' } }),
      [false, 'failed', broken],
    )
  })

  test('warns of damaged bytes as soon as somebody has met them, until they are forgotten', async () => {
    const rig = new Rig()
    const readiness = rig.watch(false)
    const known = async (damages: number) => {
      rig.damages = damages
      rig.tick += 5000
      await readiness.look()
      const { isReady, checks } = readiness.report()
      return [isReady, checks.damages?.state, checks.damages?.reason?.split(' known')[0]] as const
    }
    assert.deepEqual(await known(1), [true, 'warning', '1 damaged place is'])
    assert.deepEqual(await known(99), [true, 'warning', '99 damaged places are'])
    assert.deepEqual(await known(1000), [true, 'warning', '100 or more damaged places are'])
    assert.deepEqual(await known(0), [true, 'ok', undefined])
    assert.deepEqual(rig.told, [
      ['damages', 'warning'],
      ['damages', 'ok'],
    ])
  })

  test('a node begins with the time of the database', async () => {
    const facts = {
      databaseTime: async () => START - 20 * HOUR_MS,
    } as unknown as Watched['stores']['metadata']
    const clock = new SteadyClock({ now: () => START }, () => 0)
    await beginWith(clock, facts)
    assert.equal(clock.now(), START - 20 * HOUR_MS)
  })

  test("tells of a jump of the machine's clock where nothing else has the time", async () => {
    const rig = new Rig()
    const readiness = rig.watch(false)
    rig.wallAheadMs = -5 * HOUR_MS
    await readiness.look()
    assert.match(readiness.report().checks.clock?.reason ?? '', /jumped 18000\.0 s back/)
    assert.equal(rig.clock.now(), START)
  })
})
