import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, SIZE, World } from '../../../test/support/assembling-world.ts'
import { describeS3 } from '../../../test/support/s3.ts'
import type { S3Blobs } from '../../blobs/s3/index.ts'
import { createCore } from '../core.ts'
import { isCoreError } from '../errors.ts'

describeS3('parts that become one segment, when something comes in between', () => {
  test('a crash after any step of a commit is made up for by the next commit, or by a look at the bytes', async (t) => {
    const world = await World.open(t)
    const { metadata, blobs } = world.one
    for (const steps of [1, 2, 3]) {
      for (const looksFirst of [false, true]) {
        const { id, blob } = await world.begin()
        const bytes = world.bytes()
        await world.send(world.one, id, 1, bytes)
        const at = { account, upload: { id }, now: world.clock.time }
        const sealed = await metadata.sealUpload(at)
        const [plan = assert.fail()] = await metadata.listAssemblies({ blob })
        if (steps > 1) await blobs.assembly.complete(plan, plan.receipts, plan.size)
        if (steps > 2) await metadata.settleAssemblies(at)
        if (looksFirst) {
          const source = await world.two.core.uploads.bytes(sealed)
          assert.deepEqual(Buffer.from(await source.read(SIZE - 10, SIZE)), bytes.subarray(SIZE - 10))
        }
        await world.holds(world.one, await world.commit(world.two, id), bytes)
      }
    }
  })

  test('a commit of a version is one of that version only', async (t) => {
    const world = await World.open(t)
    const { id } = await world.begin()
    const [first, second] = [world.bytes(), world.bytes()]
    await world.send(world.one, id, 1, first)
    const { version = 0 } = (await world.one.core.uploads.find({ account, id })) ?? {}
    await world.send(world.two, id, 2, second)
    await assert.rejects(world.commit(world.one, id, version), (error) =>
      isCoreError(error, 'upload-changed'),
    )
    assert.equal((await world.one.core.uploads.find({ account, id }))?.state, 'open')
    const object = await world.commit(world.one, id, version + 1)
    await world.holds(world.two, object, Buffer.concat([first, second]))
  })

  for (const isSealed of [false, true]) {
    test(`an abort ${isSealed ? 'after' : 'before'} the seal leaves nothing after a sweep`, async (t) => {
      const world = await World.open(t)
      const { id } = await world.begin()
      for (const number of [1, 2]) await world.send(world.one, id, number, world.bytes())
      await world.send(world.one, id, 3, world.bytes(100_000))
      await world.send(world.one, id, 2, world.bytes())
      if (isSealed) await world.one.core.uploads.seal({ account, id })
      await world.two.core.uploads.abort({ account, id })
      await world.sweep()
      assert.deepEqual(await world.inStore(), { objects: 0, uploads: 0 })
      assert.deepEqual(await world.audit(), { live: 0, missing: 0, unreferenced: 0 })
    })
  }

  test('a commit that an abort and a sweep overtake says so, and leaves nothing', async (t) => {
    const world = await World.open(t)
    for (const when of ['before', 'during', 'after'] as const) {
      const { id } = await world.begin()
      await world.send(world.one, id, 1, world.bytes())
      const sealed = await world.one.metadata.sealUpload({ account, upload: { id }, now: world.clock.time })
      const late = createCore({
        ...{ ...world.one, media: world.one.core.media, clock: world.clock, random: world.random },
        assembly: {
          ...methodsOf(world.one.blobs.assembly),
          complete: async (...what) => {
            if (when !== 'after') await overtake()
            await world.one.blobs.assembly.complete(...what)
            if (when === 'after') await overtake()
          },
        },
      })
      const overtake = async () => {
        await world.two.core.uploads.abort({ account, id })
        if (when === 'during') await world.sweepInVain()
        else await world.sweep()
      }
      await assert.rejects(late.uploads.bytes(sealed), (error) => isCoreError(error, 'upload-closed'))
      assert.deepEqual(await world.inStore(), { objects: 0, uploads: 0 }, when)
    }
  })

  test('a part that is on its way while its upload ends and is swept leaves nothing', async (t) => {
    const world = await World.open(t)
    const { id } = await world.begin()
    const received = await world.receive(world.one, id, 1, world.bytes())
    await world.two.core.uploads.abort({ account, id })
    await world.sweep()
    await assert.rejects(world.one.core.uploads.attach({ account, id }, 1, received), (error) =>
      isCoreError(error, 'upload-closed'),
    )
    assert.deepEqual(await world.inStore(), { objects: 0, uploads: 0 })
  })

  test('an offer whose outcome is not known is ended only where it was not taken', async (t) => {
    const world = await World.open(t)
    for (const isTaken of [false, true]) {
      const { id } = await world.begin()
      const { metadata } = world.one
      const unsure = createCore({
        ...{ ...world.one, media: world.one.core.media, clock: world.clock, random: world.random },
        assembly: world.one.blobs.assembly,
        metadata: {
          ...metadata,
          claimSlot: async (command) => {
            if (command.offer === null || isTaken) await metadata.claimSlot(command)
            if (command.offer === null) return { outcome: 'absent' }
            throw new Error('the answer is lost')
          },
        },
      })
      await assert.rejects(world.receive({ ...world.one, core: unsure }, id, 1, world.bytes()), /lost/)
      assert.equal((await world.inStore()).uploads, isTaken ? 1 : 0)
      assert.equal(await world.send(world.two, id, 2, world.bytes()), 'assembly')
      await world.commit(world.two, id)
      assert.equal((await world.inStore()).uploads, 0)
    }
  })
})

/** A store's methods as an object that others can be put into. */
const methodsOf = (assembly: S3Blobs['assembly']) => ({
  kindOf: assembly.kindOf.bind(assembly),
  begin: assembly.begin.bind(assembly),
  createSlot: assembly.createSlot.bind(assembly),
  complete: assembly.complete.bind(assembly),
  abort: assembly.abort.bind(assembly),
})
