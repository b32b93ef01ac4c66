import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Finding } from '../../src/core/fsck/findings.ts'
import { newSegmentName } from '../../src/core/ids.ts'
import type { ScrubPhase, ScrubState } from '../../src/core/model/scrub.ts'
import { scrubEvery, scrubJob } from '../../src/jobs/scrub.ts'
import { systemRandom } from '../../src/system.ts'
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

    test('tells no more than so many unknown segments, and goes on with the bytes', async () => {
      const place = await open()
      const rig = rigOn(place, { findingsMax: 1 })
      for (let count = 0; count < 2; count++)
        await place.overwrite(newSegmentName(systemRandom), Buffer.alloc(10))
      await rig.turn()
      rig.advance(31 * DAY_MS)
      for (let { run } = await rig.turn(); run?.phase !== 'names'; ) run = (await rig.turn()).run
      assert.equal((await rig.turn()).run?.phase, 'bytes')
      assert.deepEqual(rig.found, ['orphan'])
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

      const second = rigOn(place, { startMs: first.now() })
      const state = await second.turn()
      assert.equal(state.run, null)
      assert.equal(state.last?.findings, 0)
    })
  })
}

function rigOn(
  place: Place,
  {
    startMs = Date.now(),
    findingsMax = 10_000,
  }: { readonly startMs?: number; readonly findingsMax?: number } = {},
) {
  let nowMs = startMs
  const found: string[] = []
  const onFinding = ({ problem }: Finding) => void found.push(problem)
  const ports = {
    ...{ metadata: place.metadata, blobs: place.blobs, clock: { now: () => nowMs }, ticks: () => 0 },
    openChecker: async () => ({ ...place.checker, close: async () => {} }),
    wait: (signal: AbortSignal) => async () => signal.throwIfAborted(),
  }
  const job = scrubJob(ports, { everyMs: scrubEvery(30), rateMax: 1e12, onFinding, findingsMax })
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
      for (let { run } = await turn(); run !== null; ) run = (await turn()).run
    },
    now: () => nowMs,
  }
}

scrubContract('SQLite and disk', embeddedPlace)
describeS3('PostgreSQL and S3', () => scrubContract('PostgreSQL and S3', sharedPlace))
