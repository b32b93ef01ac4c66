import assert from 'node:assert/strict'
import { test } from 'node:test'
import { account, MIB, SIZE, traits, World } from '../../../test/support/assembling-world.ts'
import { describeS3 } from '../../../test/support/s3.ts'
import { isCoreError } from '../errors.ts'
import type { UploadId } from '../ids.ts'
import { bucketName } from '../model/buckets.ts'
import type { ReceiveOptions } from './staging.ts'

describeS3('parts that become one segment', () => {
  test('parts of any order and node are one object in the store, with the others beside it', async (t) => {
    const world = await World.open(t)
    const { id } = await world.begin()
    const bodies = [6 * MIB, SIZE, 100_000, 7 * MIB + 1, 10, 20 * MIB].map((size) => world.bytes(size))
    const sent: string[] = []
    await Promise.all(
      [4, 2, 1, 6, 3, 5].map(async (number, index) => {
        const node = index % 2 === 0 ? world.one : world.two
        sent[number - 1] = await world.send(node, id, number, bodies[number - 1] ?? assert.fail())
      }),
    )
    assert.deepEqual(sent, ['assembly', 'assembly', 'store', 'assembly', 'inline', 'assembly'])
    assert.deepEqual(await world.inStore(), { objects: 1, uploads: 2 })
    assert.deepEqual(await world.audit(), { live: 1, missing: 0, unreferenced: 0 })
    const object = await world.commit(world.two, id)
    assert.deepEqual(await world.inStore(), { objects: 3, uploads: 0 })
    assert.deepEqual(await world.audit(), { live: 3, missing: 0, unreferenced: 0 })
    await world.holds(world.one, object, Buffer.concat(bodies))
    assert.deepEqual(await world.commit(world.one, id), object)
    await world.one.core.objects.delete({ account, id: object.id })
    await world.sweep()
    assert.deepEqual(await world.inStore(), { objects: 0, uploads: 0 })
  })

  test('only parts of a known length of uploads that may have several come into slots', async (t) => {
    const world = await World.open(t)
    const [several, single] = [await world.begin(), await world.begin(1)]
    const where = async (id: UploadId, number: number, bytes: Buffer, options?: Partial<ReceiveOptions>) =>
      (await world.receive(world.one, id, number, bytes, options)).where
    const enough = world.bytes()
    assert.equal(await where(several.id, 1, enough, {}), 'store')
    assert.equal(await where(several.id, 1, enough, { sizeAtMost: SIZE + 300 }), 'assembly')
    assert.equal(await where(several.id, 2, world.bytes(SIZE - 1), { sizeAtMost: SIZE + 300 }), 'store')
    assert.equal(await where(several.id, 3, world.bytes(SIZE - 1)), 'store')
    assert.equal(await where(single.id, 1, enough), 'store')
    assert.equal(await where('f'.repeat(32) as UploadId, 1, enough), 'store')
  })

  test('a part that was answered survives one that comes again and is not', async (t) => {
    const world = await World.open(t)
    const { id } = await world.begin()
    const [first, second] = [world.bytes(), world.bytes()]
    await world.send(world.one, id, 1, first)
    await world.send(world.one, id, 2, second)
    const broken = world.two.core.staging.receive(breaking(world.bytes()), {
      ...{ sizeMax: 1e10, sizeExpected: SIZE, part: { upload: { account, id }, number: 1 } },
    })
    await assert.rejects(broken, /the connection broke/)
    const received = await world.receive(world.two, id, 2, world.bytes())
    assert.equal(received.where, 'store', 'received, and never attached')
    await world.holds(world.one, await world.commit(world.one, id), Buffer.concat([first, second]))
  })

  test('a part that comes again takes the place of the first, also one after a failed first', async (t) => {
    const world = await World.open(t)
    const { id } = await world.begin()
    const [first, second, third] = [world.bytes(), world.bytes(), world.bytes()]
    await world.send(world.one, id, 1, world.bytes())
    assert.equal(await world.send(world.two, id, 1, first), 'store')
    const wrong = world.receive(world.one, id, 2, world.bytes(), {
      ...{ sizeExpected: SIZE, expected: { md5: '0'.repeat(32) } },
    })
    await assert.rejects(wrong, (error) => isCoreError(error, 'digest-mismatch'))
    assert.equal(await world.send(world.one, id, 2, second), 'store')
    assert.equal(await world.send(world.two, id, 3, third), 'assembly')
    const object = await world.commit(world.one, id)
    await world.holds(world.two, object, Buffer.concat([first, second, third]))
    await world.sweep()
    assert.deepEqual(await world.inStore(), { objects: 3, uploads: 0 })
  })

  test('an assembly whose parts all came again is given up', async (t) => {
    const world = await World.open(t)
    const { id } = await world.begin()
    await world.send(world.one, id, 1, world.bytes())
    const bytes = world.bytes()
    await world.send(world.one, id, 1, bytes)
    const object = await world.commit(world.one, id)
    assert.deepEqual(await world.inStore(), { objects: 1, uploads: 1 })
    await world.sweep()
    assert.deepEqual(await world.inStore(), { objects: 1, uploads: 0 })
    await world.holds(world.two, object, bytes)
  })

  test('nodes that begin at once share one assembly, and leave no other', async (t) => {
    const world = await World.open(t)
    const { id } = await world.begin()
    const bodies = Array.from({ length: 8 }, () => world.bytes())
    const sent = await Promise.all(
      bodies.map((bytes, index) => world.send(index % 2 === 0 ? world.one : world.two, id, index + 1, bytes)),
    )
    assert.ok(sent.every((where) => where === 'assembly'))
    assert.deepEqual(await world.inStore(), { objects: 0, uploads: 1 })
    const commits = [world.one, world.two, world.one, world.two].map((node) => world.commit(node, id))
    const [object, ...others] = await Promise.all(commits)
    for (const other of others) assert.deepEqual(other, object)
    await world.holds(world.one, object ?? assert.fail(), Buffer.concat(bodies))
    assert.deepEqual(await world.inStore(), { objects: 1, uploads: 0 })
  })

  test('files of trees, and records that get their bytes later, are made of assembled uploads too', async (t) => {
    const world = await World.open(t)
    const { core } = world.one
    const bytes = world.bytes()
    const { id: forFile } = await world.begin()
    await world.send(world.one, forFile, 1, bytes)
    const volume = { account, realm: 'r', volume: 'v' }
    const { root } = await core.trees.createVolume({
      ...{ volume, bucket: bucketName('test', 'tree'), owner: '', attributes: {}, ifAbsent: false },
    })
    const { version = 0 } = (await core.uploads.find({ account, id: forFile })) ?? {}
    const { entry } = await core.trees.commit(
      { account, id: forFile },
      {
        ...{ ifVersion: version, volume, conflict: 'fail', contentType: null },
        place: { parent: root, name: 'file' },
        traits: { attributes: {}, localCreatedAt: null, localModifiedAt: null },
      },
    )
    const chunks: Uint8Array[] = []
    for await (const chunk of world.two.core.trees.read(entry)) chunks.push(chunk)
    assert.ok(Buffer.concat(chunks).equals(bytes))

    const { id: forRecord } = await world.begin()
    await world.send(world.two, forRecord, 1, bytes)
    const record = await core.objects.put({
      ...{ account, bucket: bucketName('test', 'b'), key: 'record', staged: null, traits, conflict: 'fail' },
    })
    const filled = await core.catalog.fill(
      { account, id: forRecord },
      { object: { id: record.id }, ifVersion: record.version, change: {} },
    )
    await world.holds(world.two, filled, bytes)
    assert.deepEqual(await world.inStore(), { objects: 2, uploads: 0 })
  })

  test('a seal of some parts leaves the others out', async (t) => {
    const world = await World.open(t)
    const { id } = await world.begin()
    const bodies = [1, 2, 3].map(() => world.bytes())
    const md5s: string[] = []
    for (const [index, bytes] of bodies.entries()) {
      const options = { sizeExpected: SIZE, digests: ['md5'] } as const
      const staged = await world.receive(world.one, id, index + 1, bytes, options)
      md5s.push(staged.facts.digests.md5 ?? assert.fail())
      await world.one.core.uploads.attach({ account, id }, index + 1, staged)
    }
    const parts = [1, 3].map((number) => ({ number, md5: md5s[number - 1] ?? assert.fail() }))
    for (const node of [world.two, world.one]) await node.core.uploads.seal({ account, id }, { parts })
    const object = await world.commit(world.one, id)
    await world.holds(
      world.two,
      object,
      Buffer.concat([bodies[0] ?? assert.fail(), bodies[2] ?? assert.fail()]),
    )
    assert.deepEqual(await world.inStore(), { objects: 1, uploads: 0 })
  })

  test('the bytes of an open upload cannot be read, those of a sealed one can', async (t) => {
    const world = await World.open(t)
    const upload = await world.begin()
    const bytes = world.bytes()
    await world.send(world.one, upload.id, 1, bytes)
    const { uploads } = world.two.core
    await assert.rejects(uploads.bytes(upload), (error) => isCoreError(error, 'upload-changed'))
    const sealed = await uploads.seal({ account, id: upload.id })
    const source = await uploads.bytes(sealed)
    assert.deepEqual(Buffer.from(await source.read(100, 5000)), bytes.subarray(100, 5000))
    await world.holds(world.one, await world.commit(world.one, upload.id, sealed.version), bytes)
  })
})

async function* breaking(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes.subarray(0, bytes.byteLength - 1)
  throw new Error('the connection broke')
}
