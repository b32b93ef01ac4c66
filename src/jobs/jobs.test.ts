import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { audit } from '../../test/support/audit.ts'
import { type DiskBlobs, openDiskBlobs } from '../blobs/disk/index.ts'
import { type Core, createCore } from '../core/core.ts'
import { isCoreError } from '../core/errors.ts'
import { asAccountId, newDeliveryId, newSegmentName } from '../core/ids.ts'
import { bucketName } from '../core/model/buckets.ts'
import type { Delivery } from '../core/model/deliveries.ts'
import type { Assembly, OpenAssembly } from '../core/ports/assembly.ts'
import type { Facts } from '../core/ports/facts.ts'
import { openSqliteMetadata } from '../metadata/sqlite/index.ts'
import { systemRandom } from '../system.ts'
import { deliveryJob } from './deliveries.ts'
import { doomedJob } from './doomed.ts'
import { answerExpiryJob, expiryJob, taskExpiryJob, tokenExpiryJob } from './expiry.ts'
import { startJobs } from './scheduler.ts'
import { sweepJob } from './sweep.ts'
import { treeSearchJob } from './tree-search.ts'
import { unfinishedJob } from './unfinished.ts'

const account = asAccountId('a')
const traits = { name: 'n', kind: '0', status: '1', contentType: null, media: null, attributes: {} }
const limits = { partNumberMin: 1, partNumberMax: 10, partSizeMin: 0, partSizeMax: 1e9, sizeMax: 1e9 }
const signal = new AbortController().signal

describe('jobs', () => {
  let folder: string
  let metadata: Facts
  let blobs: DiskBlobs
  let core: Core
  const clock = { time: 1_700_000_000_000, now: () => clock.time }

  const open = async () => {
    metadata = await openSqliteMetadata({ path: join(folder, 'stowage.db'), durability: 'relaxed' })
    blobs = await openDiskBlobs({ dir: join(folder, 'blobs'), durability: 'relaxed' })
    const media = { probe: () => Promise.reject(new Error('not used')), close: async () => {} }
    core = createCore({ metadata, blobs, media, clock, random: systemRandom })
  }
  const close = async () => {
    await blobs.close()
    await metadata.close()
  }
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'stowage-jobs-'))
    await open()
  })
  afterEach(async () => {
    await close()
    rmSync(folder, { recursive: true })
  })

  async function* body(size: number): AsyncIterable<Uint8Array> {
    for (let left = size; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536), 7)
  }
  const receive = (size: number) => core.staging.receive(body(size), { sizeMax: 1e9 })
  const begin = (ref: string, expiresAt = clock.time + 60_000) =>
    core.uploads.begin({ account, bucket: bucketName('test', 'b'), ref, key: ref, limits, expiresAt })
  const put = async (key: string, size: number) =>
    core.objects.put({
      account,
      bucket: bucketName('test', 'b'),
      key,
      staged: await receive(size),
      traits,
      conflict: 'overwrite',
    })
  const sweep = () => sweepJob({ metadata, blobs, clock }, 1).run(signal)
  const expire = () => expiryJob({ metadata, clock }, 1).run(signal)
  const segments = async () => (await blobs.listSegments()).length

  test('leaves on disk just the bytes that something points to', async () => {
    const kept = await begin('kept')
    await core.uploads.attach({ account, id: kept.id }, 1, await receive(200_000))
    await core.uploads.attach({ account, id: kept.id }, 1, await receive(300_000))
    const aborted = await begin('aborted')
    await core.uploads.attach({ account, id: aborted.id }, 1, await receive(200_000))
    await core.uploads.abort({ account, id: aborted.id })
    const expired = await begin('expired', clock.time + 1000)
    await core.uploads.attach({ account, id: expired.id }, 1, await receive(200_000))
    await put('overwritten', 200_000)
    await put('overwritten', 100_000)
    const deleted = await put('deleted', 200_000)
    await core.objects.delete({ account, id: deleted.id })
    await receive(200_000)
    assert.equal(await segments(), 8)

    clock.time += 20_000
    await expire()
    await sweep()
    assert.equal(
      await segments(),
      3,
      'the kept part, the overwriting object, and bytes whose lease still runs',
    )

    clock.time += 3600_000
    await sweep()
    const report = await audit(metadata, () => blobs.listSegments())
    assert.deepEqual(report, { live: 2, missing: [], unreferenced: [] })
  })

  test('removes the rest where one segment cannot be removed', async () => {
    for (const key of ['a', 'b', 'c']) {
      const { id } = await put(key, 200_000)
      await core.objects.delete({ account, id })
      clock.time += 1
    }
    const [stuck = ''] = await metadata.listGarbage({ now: clock.time, limit: 1 })
    const path = join(folder, 'blobs', stuck.slice(0, 2), stuck)
    rmSync(path)
    mkdirSync(path)
    await assert.rejects(sweep(), (error) => isCoreError(error, 'storage-failed'))
    assert.deepEqual(await blobs.listSegments(), [stuck])
    assert.deepEqual(await metadata.listGarbage({ now: clock.time, limit: 10 }), [stuck])
    rmdirSync(path)
    await sweep()
    assert.deepEqual(await metadata.listGarbage({ now: clock.time, limit: 10 }), [])
  })

  test('ends garbage assemblies before their names go, and keeps those that cannot be ended', async () => {
    const names = ['a', 'b'].map(() => newSegmentName(systemRandom))
    await metadata.reserveSegments({ names, leaseUntil: clock.time + 1000 })
    const ended: OpenAssembly[] = []
    const assemblies = names.map((name) => ({ name, token: `token of ${name}` }))
    for (const offer of assemblies) {
      const upload = await begin(offer.name)
      const claim = { account, upload, number: 1, kind: 1, offer, now: clock.time }
      await metadata.claimSlot(claim)
      await core.uploads.abort({ account, id: upload.id })
    }
    let isDown = true
    const assembly: Pick<Assembly, 'abort'> = {
      abort: async (one) => {
        if (isDown && one.name === names[0]) throw new Error('down')
        ended.push(one)
      },
    }
    const run = () => sweepJob({ metadata, blobs, clock, assembly }, 1).run(signal)
    await assert.rejects(run(), /down/)
    assert.deepEqual(ended, [assemblies[1]])
    assert.deepEqual(await metadata.listGarbage({ now: clock.time, limit: 10 }), [names[0]])
    isDown = false
    await run()
    assert.deepEqual(ended, [assemblies[1], assemblies[0]])
    assert.deepEqual(await metadata.findAssemblies({ names }), [])
    assert.deepEqual(await metadata.listGarbage({ now: clock.time, limit: 10 }), [])
  })

  test('expires everything that is due, however little the store does at a time', async () => {
    for (const ref of ['a', 'b', 'c']) await begin(ref, clock.time + 1)
    clock.time += 1
    const slow: Facts = {
      ...metadata,
      expireUploads: (command) => metadata.expireUploads({ ...command, limit: 1 }),
    }
    await expiryJob({ metadata: slow, clock }, 1).run(signal)
    assert.equal(await metadata.expireUploads({ now: clock.time, limit: 10 }), 0)
  })

  test('removes what a crash left behind, once its lease is over', async () => {
    const writer = core.staging.receive(endless(), { sizeMax: 1e9 })
    writer.catch(() => {})
    await reached
    const crashed = { metadata, blobs }
    await open()
    assert.equal(await segments(), 1)
    await sweep()
    assert.equal(await segments(), 1, 'another process may still be writing it')
    clock.time += 3600_000
    await sweep()
    assert.equal(await segments(), 0)
    await crashed.blobs.close()
    await crashed.metadata.close()
  })
  let arrived: () => void
  const reached = new Promise<void>((resolve) => {
    arrived = resolve
  })
  async function* endless(): AsyncIterable<Uint8Array> {
    for (let i = 0; i < 32; i += 1) yield Buffer.alloc(65_536)
    arrived()
    await new Promise(() => {})
  }

  test('expires an upload at its time, not before, and says so to late callers', async () => {
    const upload = await begin('u', clock.time + 1000)
    clock.time += 999
    await expire()
    assert.equal((await core.uploads.find({ account, id: upload.id }))?.state, 'open')
    clock.time += 1
    await expire()
    assert.equal((await core.uploads.find({ account, id: upload.id }))?.state, 'expired')
    const late = core.uploads.attach({ account, id: upload.id }, 1, await receive(10))
    await assert.rejects(late, (error) => isCoreError(error, 'upload-expired'))
  })

  test('forgets closed uploads after a month', async () => {
    const upload = await begin('u')
    await core.uploads.abort({ account, id: upload.id })
    clock.time += 31 * 24 * 3600_000
    await expire()
    assert.equal(await core.uploads.find({ account, id: upload.id }), null)
  })

  test('keeps the bytes of a committed object when its upload is forgotten', async () => {
    const upload = await begin('u')
    await core.uploads.attach({ account, id: upload.id }, 1, await receive(200_000))
    const object = await core.uploads.commit({ account, id: upload.id }, { traits, conflict: 'fail' })
    clock.time += 31 * 24 * 3600_000
    await expire()
    await sweep()
    let size = 0
    for await (const chunk of core.objects.read(object)) size += chunk.byteLength
    assert.equal(size, 200_000)
  })

  test('removes access tokens whose time is over, however many there are, and no others', async () => {
    const facts = { account, realm: 'r', user: '', client: '', session: '', volumes: [], grants: [] }
    const mint = (periodMs: number) => core.tokens.mint({ ...facts, attributes: {}, periodMs })
    for (let count = 0; count < 250; count += 1) await mint(1000)
    const { token } = await mint(10_000)
    clock.time += 2000
    await tokenExpiryJob({ metadata, clock }).run(signal)
    assert.equal(await metadata.expireTokens({ now: clock.time, limit: 1 }), 0)
    assert.notEqual(await core.tokens.use(token), null)
  })

  test('forgets answers whose time is over, and no others', async () => {
    const remember = (token: string, expiresAt: number) =>
      metadata.rememberAnswer({
        ...{ account, scope: 's', token, digest: '0'.repeat(64), answer: null, expiresAt },
        ...{ keepMax: 1000, now: clock.time },
      })
    for (let count = 0; count < 250; count += 1) await remember(`${count}`, clock.time + 1000)
    await remember('later', clock.time + 10_000)
    clock.time += 2000
    await answerExpiryJob({ metadata, clock }).run(signal)
    assert.equal(await metadata.expireAnswers({ now: clock.time, limit: 1 }), 0)
    assert.notEqual(await metadata.findAnswer({ account, scope: 's', token: 'later', now: clock.time }), null)
  })

  test('forgets tasks that are done after 30 days, and keeps the others', async () => {
    const add = () => core.tasks.add({ account, scope: 's', topic: 't', input: {} })
    const [done, running] = [await add(), await add()]
    await metadata.finishTask({ id: done.id, result: {} })
    clock.time += 30 * 24 * 3600_000
    const later = await add()
    await metadata.finishTask({ id: later.id, result: {} })
    const ids = [done.id, running.id, later.id]
    const left = async () => {
      await taskExpiryJob({ metadata, clock }).run(signal)
      return (await core.tasks.find({ account, scope: 's', ids })).map(({ id }) => id)
    }
    assert.deepEqual(await left(), ids)
    clock.time += 1
    assert.deepEqual(await left(), [running.id, later.id])
  })

  test('brings the index of trees up to date and forgets searches whose time is over', async () => {
    const volume = { account, realm: 'r', volume: 'searched' }
    await core.trees.createVolume({
      ...{ volume, bucket: bucketName('t', 'searched'), owner: '', attributes: {}, ifAbsent: false },
    })
    for (let count = 0; count < 120; count++) {
      await core.trees.makeDirectory({
        ...{ volume, path: [`${count}`], conflict: 'fail' },
        traits: { attributes: {}, localCreatedAt: null, localModifiedAt: null },
      })
    }
    const id = await core.trees.keepSearch({ volume, id: null, state: {}, ttlMs: 1000 })
    await treeSearchJob({ metadata, clock }, 1).run(signal)
    assert.equal(await metadata.indexEntries({ limit: 1 }), 0)
    assert.notEqual(await core.trees.findSearch({ volume, id }), null)
    clock.time += 1000
    await treeSearchJob({ metadata, clock }, 1).run(signal)
    assert.equal(await metadata.expireSearches({ now: clock.time, limit: 1 }), 0)
  })

  test('goes on with removals from trees until nothing is left of them', async () => {
    const volume = { account, realm: 'r', volume: 'v' }
    await core.trees.createVolume({
      ...{ volume, bucket: bucketName('test', 'tree'), owner: '', attributes: {}, ifAbsent: false },
    })
    const traits = { attributes: {}, localCreatedAt: null, localModifiedAt: null }
    const paths = Array.from({ length: 250 }, (_, index) => [`directory-${index}`])
    await Promise.all(
      paths.map((path) => core.trees.makeDirectory({ volume, path, conflict: 'fail', traits })),
    )
    await core.trees.deleteVolume({ ...volume, force: true })
    const slow = {
      ...metadata,
      removeDoomed: (command: { now: number }) => metadata.removeDoomed({ ...command, limit: 1 }),
    }
    assert.equal(await slow.removeDoomed({ now: clock.time }), 1, 'one step did not remove all')
    await doomedJob({ metadata: slow, clock }, 1).run(signal)
    assert.equal(await metadata.removeDoomed({ limit: 10, now: clock.time }), 0)
  })

  test('delivers a message until it arrives, with growing pauses, also after a restart', async () => {
    const delivery = { id: newDeliveryId(systemRandom, clock.time), topic: 't', body: { n: 1 } }
    const staged = await receive(10)
    await core.objects.put({
      ...{ account, bucket: bucketName('test', 'b'), key: 'k', staged, traits },
      ...{ conflict: 'fail', deliveries: [delivery] },
    })
    let isUp = false
    const sent: Delivery[] = []
    const failures: boolean[] = []
    const run = () =>
      deliveryJob(
        { metadata, clock },
        [{ topic: 't', send: async (d) => void (isUp ? sent.push(d) : assert.fail('down')) }],
        { failed: (_, __, givenUp) => failures.push(givenUp) },
        1,
      ).run(signal)
    await run()
    await run()
    assert.equal(failures.length, 1, 'it is not tried again at once')
    await close()
    await open()
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

  test('gives a message up after two days of failures', async () => {
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

  test('ends unfinished uploads inside the blob store that are a week old', async () => {
    const asked: number[] = []
    const sweep = async (before: number) => asked.push(before)
    await unfinishedJob(sweep, clock).run(signal)
    assert.deepEqual(asked, [clock.time - 7 * 24 * 3600_000])
  })

  test('leaves a job to the node that has its lease', async () => {
    let runs = 0
    const run = async () => {
      runs += 1
    }
    const job = { name: 'shared', everyMs: 3600_000, run }
    const isMine = { now: false }
    const scheduler = startJobs([job], { onFailure: () => {}, mayRun: async () => isMine.now })
    await scheduler.runAll()
    assert.equal(runs, 0)
    isMine.now = true
    await scheduler.runAll()
    assert.equal(runs, 1)
    await scheduler.stop()
  })

  test('reports a failing job, runs it again, and waits for the running one when it stops', async () => {
    const reported: string[] = []
    let runs = 0
    const job = {
      name: 'shaky',
      everyMs: 1,
      run: async () => {
        runs += 1
        if (runs === 1) throw new Error('once')
      },
    }
    const scheduler = startJobs([job], { onFailure: (name) => reported.push(name), mayRun: async () => true })
    while (runs < 3) await new Promise((resolve) => setImmediate(resolve))
    await scheduler.stop()
    const after = runs
    await scheduler.runAll()
    assert.deepEqual([reported, runs], [['shaky'], after])
  })
})
