import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { CoreError } from '../../src/core/errors.ts'
import type { Finding } from '../../src/core/fsck/findings.ts'
import type { ScrubPhase, ScrubState } from '../../src/core/model/scrub.ts'
import { type ScrubPorts, scrubEvery, scrubJob } from '../../src/jobs/scrub.ts'
import { describeS3 } from '../support/s3.ts'
import { embeddedPlace, type Place, put, readRange, sharedPlace } from './place.ts'

const DAY_MS = 24 * 3600_000
const LARGE = 300_000
/** Of a part so large ranges are not checked where its blocks have no sums. */
const UNCHECKED = 2 * 1024 * 1024

function scrubContract(name: string, open: () => Promise<Place>): void {
  describe(`${name}: the scrub`, () => {
    test('looks at everything when it is due, turn by turn, writes damages down, and forgets what was mended', async () => {
      const place = await open()
      const rig = rigOn(place)
      const lost = await put(place, 'lost', LARGE)
      await put(place, 'good', LARGE)
      const bytes = await place.bytesOf(lost.name)
      await place.overwrite(lost.name, null)

      await rig.turn()
      assert.equal((await rig.state()).run, null, 'not due yet')
      rig.advance(31 * DAY_MS)
      const phases: ScrubPhase[] = []
      for (let state = await rig.turn(); state.run !== null; state = await rig.turn())
        phases.push(state.run.phase)
      assert.deepEqual(phases, ['facts', 'names', 'bytes'])
      assert.deepEqual(rig.found, ['missing'])
      const [damage] = await place.metadata.listDamages({ after: null, limit: 10 })
      assert.deepEqual([damage?.segment, damage?.kind, damage?.finder], [lost.name, 'missing', 'scrub'])
      assert.deepEqual(damage?.thing, {
        type: 'object',
        account: 'a1',
        bucket: 'some-dialect:b',
        key: 'lost',
      })
      assert.equal((await rig.state()).last?.findings, 1)

      await place.overwrite(lost.name, bytes)
      rig.advance(31 * DAY_MS)
      for (let state = await rig.turn(); state.run !== null; ) state = await rig.turn()
      assert.equal((await rig.state()).last?.findings, 0)
      assert.deepEqual(await place.metadata.listDamages({ after: null, limit: 10 }), [])
    })

    test('gives sums to the blocks of parts that have none, and ranges of them are checked then', async () => {
      const place = await open()
      const rig = rigOn(place)
      const { name } = await put(place, 'earlier', UNCHECKED)
      await place.sql('UPDATE parts SET guard = NULL; DELETE FROM blocks')
      const bytes = await place.bytesOf(name)
      const spoiled = Buffer.from(bytes)
      spoiled[UNCHECKED - 1] = (spoiled[UNCHECKED - 1] ?? 0) ^ 1
      const readRest = () => readRange(place, 'earlier', 1, UNCHECKED)

      await place.overwrite(name, spoiled)
      assert.ok((await readRest()).equals(spoiled.subarray(1)), 'nothing checks it')
      await rig.wholeRun()
      assert.deepEqual(rig.found, ['bytes'])
      assert.ok((await readRest()).equals(spoiled.subarray(1)), 'other bytes got no sums')
      await place.overwrite(name, bytes)
      await rig.wholeRun()
      await place.overwrite(name, spoiled)
      await assert.rejects(readRest(), /bytes are not those that were stored/)
    })

    test('looks at a part to its end that takes longer than a turn, and keeps the lease meanwhile', async () => {
      const place = await open()
      await put(place, 'large', LARGE)
      const { promise: kept, resolve } = Promise.withResolvers<void>()
      const reading = new Waits(kept)
      let renewals = 0
      const keepLease = async (): Promise<boolean> => {
        if (reading.isWaiting) renewals += 1
        if (renewals === 3) resolve()
        return true
      }
      const rig = rigOn(place, Date.now(), { ports: { wait: reading.wait, keepLease }, turnMs: 1 })
      await rig.wholeRun()
      assert.ok(renewals >= 3)
      assert.deepEqual(rig.found, [])
    })

    test('ends a turn when another node has the lease', async () => {
      const place = await open()
      await put(place, 'large', LARGE)
      const reading = new Waits(new Promise(() => {}))
      const keepLease = async (): Promise<boolean> => !reading.isWaiting
      const rig = rigOn(place, Date.now(), { ports: { wait: reading.wait, keepLease }, turnMs: 1 })
      await rig.turn()
      rig.advance(31 * DAY_MS)
      for (let turns = 0; turns < 3; turns += 1) await rig.turn()
      const { run } = await rig.turn()
      assert.deepEqual([run?.phase, run?.place], ['bytes', null])
    })

    test('comes to its end where the database is damaged, tells it, and forgets no damage', async () => {
      const place = await open()
      const { name } = await put(place, 'lost', LARGE)
      await place.overwrite(name, null)
      await rigOn(place).wholeRun()
      const openChecker = async () => ({
        ...{ ...place.checker, close: async () => {} },
        findBroken: () => Promise.reject(new CoreError('metadata-failed', 'malformed', { isDamaged: true })),
        listParts: () => Promise.reject(new CoreError('metadata-failed', 'malformed', { isDamaged: true })),
      })
      const rig = rigOn(place, Date.now() + 31 * DAY_MS, { ports: { openChecker } })
      await rig.wholeRun()
      assert.deepEqual(rig.found, ['database', 'database'])
      assert.match(String((await rig.state()).last?.databaseDamage), /malformed/)
      assert.equal((await place.metadata.listDamages({ after: null, limit: 10 })).length, 1)
    })

    test('goes on where a server that stopped was', async () => {
      const place = await open()
      const first = rigOn(place)
      for (const key of ['a', 'b']) await put(place, key, LARGE)
      await first.turn()
      first.advance(31 * DAY_MS)
      for (let state = await first.turn(); state.run?.phase !== 'bytes'; ) state = await first.turn()
      await first.turn(AbortSignal.abort())
      const { run } = await first.state()
      assert.equal(run?.phase, 'bytes')

      const second = rigOn(place, first.now())
      const state = await second.turn()
      assert.equal(state.run, null)
      assert.equal(state.last?.findings, 0)
    })
  })
}

/** Reads that wait for something, or for the end of their turn. */
class Waits {
  readonly #until: Promise<void>
  isWaiting = false

  constructor(until: Promise<void>) {
    this.#until = until
  }

  readonly wait = (signal: AbortSignal) => async (): Promise<void> => {
    signal.throwIfAborted()
    this.isWaiting = true
    await Promise.race([this.#until, once(signal, 'abort')])
    this.isWaiting = false
    signal.throwIfAborted()
  }
}

/** More than a run has. */
const TURNS_MAX = 12

interface Special {
  readonly ports?: Partial<ScrubPorts>
  readonly turnMs?: number
}

function rigOn(place: Place, startMs = Date.now(), { ports: special = {}, ...options }: Special = {}) {
  let nowMs = startMs
  const found: string[] = []
  const onFinding = ({ problem }: Finding) => void found.push(problem)
  const ports = {
    ...{ metadata: place.metadata, blobs: place.blobs, clock: { now: () => nowMs }, ticks: () => 0 },
    openChecker: async () => ({ ...place.checker, close: async () => {} }),
    wait: (signal: AbortSignal) => async () => signal.throwIfAborted(),
    keepLease: async () => true,
    ...special,
  }
  const job = scrubJob(ports, { everyMs: scrubEvery(30), rateMax: 1e12, onFinding, ...options })
  const state = async () => (await place.metadata.findScrub({})) ?? assert.fail('nothing was saved')
  const advance = (ms: number): void => {
    nowMs += ms
  }
  const turn = async (signal = new AbortController().signal): Promise<ScrubState> => {
    await job.run(signal)
    return await state()
  }
  return {
    ...{ found, state, advance, turn },
    wholeRun: async (): Promise<void> => {
      await turn()
      advance(31 * DAY_MS)
      let turns = 1
      for (let { run } = await turn(); run !== null; turns += 1) {
        assert.ok(turns < TURNS_MAX, `the run does not end: ${run.phase}`)
        run = (await turn()).run
      }
    },
    now: () => nowMs,
  }
}

scrubContract('SQLite and disk', embeddedPlace)
describeS3('PostgreSQL and S3', () => scrubContract('PostgreSQL and S3', sharedPlace))
