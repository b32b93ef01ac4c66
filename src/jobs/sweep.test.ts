import assert from 'node:assert/strict'
import { mkdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { audit } from '../../test/support/audit.ts'
import { account, openJobs, signal, traits } from '../../test/support/jobs-rig.ts'
import { isCoreError } from '../core/errors.ts'
import { newSegmentName } from '../core/ids.ts'
import { bucketName } from '../core/model/buckets.ts'
import type { Assembly, OpenAssembly } from '../core/ports/assembly.ts'
import { systemRandom } from '../system.ts'
import { doomedJob } from './doomed.ts'
import { sweepJob } from './sweep.ts'
import { unfinishedJob } from './unfinished.ts'

describe('jobs that remove', () => {
  test('leaves on disk just the bytes that something points to', async (t) => {
    const { metadata, blobs, core, clock, receive, begin, put, sweep, expire, segments } = await openJobs(t)
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

  test('removes the rest where one segment cannot be removed', async (t) => {
    const { folder, metadata, blobs, core, clock, put, sweep } = await openJobs(t)
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

  test('ends garbage assemblies before their names go, and keeps those that cannot be ended', async (t) => {
    const { metadata, blobs, core, clock, begin } = await openJobs(t)
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

  test('removes what a crash left behind, once its lease is over', async (t) => {
    const { promise: reached, resolve: arrived } = Promise.withResolvers<void>()
    async function* endless(): AsyncIterable<Uint8Array> {
      for (let i = 0; i < 32; i += 1) yield Buffer.alloc(65_536)
      arrived()
      await new Promise(() => {})
    }
    const crashed = await openJobs(t)
    crashed.core.staging.receive(endless(), { sizeMax: 1e9 }).catch(() => {})
    await reached
    const { clock, segments, sweep } = await openJobs(t, crashed)
    while ((await segments()) === 0) await setImmediate()
    await sweep()
    assert.equal(await segments(), 1, 'another process may still be writing it')
    clock.time += 3600_000
    await sweep()
    assert.equal(await segments(), 0)
  })

  test('keeps the bytes of a committed object when its upload is forgotten', async (t) => {
    const { core, clock, receive, begin, sweep, expire } = await openJobs(t)
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

  test('goes on with removals from trees until nothing is left of them', async (t) => {
    const { metadata, core, clock } = await openJobs(t)
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

  test('ends unfinished uploads inside the blob store that are a week old', async () => {
    const clock = { now: () => 1_700_000_000_000 }
    const asked: number[] = []
    const sweep = async (before: number) => asked.push(before)
    await unfinishedJob(sweep, clock).run(signal)
    assert.deepEqual(asked, [clock.now() - 7 * 24 * 3600_000])
  })
})
