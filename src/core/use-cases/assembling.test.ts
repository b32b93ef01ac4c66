import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { openSqliteFacts } from '../../../test/contracts/stores/sqlite.ts'
import type { FactsStore } from '../../../test/contracts/trees.ts'
import { audit } from '../../../test/support/audit.ts'
import { describeS3, inPrefix, newBucket, openUploads, type S3Bucket } from '../../../test/support/s3.ts'
import { type SeededRandom, seeded } from '../../../test/support/seeded.ts'
import { openS3Blobs, type S3Blobs } from '../../blobs/s3/index.ts'
import { sweepJob } from '../../jobs/sweep.ts'
import { type Core, createCore } from '../core.ts'
import { isCoreError } from '../errors.ts'
import { asAccountId, type UploadId } from '../ids.ts'
import { bucketName } from '../model/buckets.ts'
import type { Staged } from '../model/bytes.ts'
import type { StoredObject } from '../model/objects.ts'
import type { Upload } from '../model/uploads.ts'
import type { Facts } from '../ports/facts.ts'
import type { ReceiveOptions } from './staging.ts'

const MIB = 1024 * 1024
const SIZE = 5 * MIB
const account = asAccountId('a')
const traits = { name: 'n', kind: '', status: '', contentType: null, media: null, attributes: {} }
const limits = { partNumberMin: 1, partNumberMax: 10_000, partSizeMin: 0, partSizeMax: 1e10, sizeMax: 1e12 }

/** One node: its own way into the shared stores. */
interface Node {
  readonly core: Core
  readonly metadata: Facts
  readonly blobs: S3Blobs
}

let bucket: Promise<S3Bucket> | null = null

/** Two nodes on one bucket and one database. */
class World {
  readonly place: S3Bucket
  readonly random: SeededRandom
  readonly clock = { time: 1_750_000_000_000, now: () => this.clock.time }
  readonly #facts: FactsStore
  readonly #nodes: Node[] = []
  #refs = 0

  private constructor(place: S3Bucket, facts: FactsStore, random: SeededRandom) {
    this.place = place
    this.#facts = facts
    this.random = random
  }

  static async open(t: TestContext): Promise<World> {
    bucket ??= newBucket()
    const facts = await openSqliteFacts()
    const world = new World(inPrefix(await bucket), facts, seeded(t))
    t.after(() => world.#close())
    world.#nodes.push(await world.#openNode(facts.metadata), await world.#openNode(await facts.another()))
    return world
  }

  get one(): Node {
    return this.#nodes[0] ?? assert.fail()
  }

  get two(): Node {
    return this.#nodes[1] ?? assert.fail()
  }

  begin(partNumberMax = limits.partNumberMax): Promise<Upload> {
    this.#refs += 1
    const ref = `ref-${this.#refs}`
    const expiresAt = this.clock.time + 3_600_000
    return this.one.core.uploads.begin({
      ...{
        account,
        bucket: bucketName('test', 'b'),
        ref,
        key: ref,
        expiresAt,
        limits: { ...limits, partNumberMax },
      },
    })
  }

  /** Bytes that repeat, but not in step with anything. */
  bytes(size = SIZE): Buffer {
    return Buffer.alloc(size, this.random.bytes(9_973))
  }

  async receive(
    { core }: Node,
    id: UploadId,
    number: number,
    bytes: Uint8Array,
    options: Partial<ReceiveOptions> = { sizeExpected: bytes.byteLength },
  ): Promise<Staged> {
    const part = { upload: { account, id }, number }
    return core.staging.receive(chunksOf(bytes), { sizeMax: 1e10, part, ...options })
  }

  async send(node: Node, id: UploadId, number: number, bytes: Uint8Array): Promise<Staged['where']> {
    const staged = await this.receive(node, id, number, bytes)
    await node.core.uploads.attach({ account, id }, number, staged)
    return staged.where
  }

  commit({ core }: Node, id: UploadId, ifVersion?: number): Promise<StoredObject> {
    const version = ifVersion === undefined ? {} : { ifVersion }
    return core.uploads.commit({ account, id }, { traits, conflict: 'fail', ...version })
  }

  async holds({ core }: Node, object: StoredObject, bytes: Buffer): Promise<void> {
    const read = async (start: number, end: number) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of core.objects.read(object, start, end)) chunks.push(chunk)
      return Buffer.concat(chunks)
    }
    assert.equal(object.content?.size, bytes.byteLength)
    assert.ok((await read(0, bytes.byteLength)).equals(bytes))
    for (let round = 0; round < 10; round++) {
      const start = this.random.int(bytes.byteLength)
      const end = start + this.random.int(bytes.byteLength - start + 1)
      assert.ok((await read(start, end)).equals(bytes.subarray(start, end)), `${start} to ${end}`)
    }
  }

  /** How many objects and unfinished uploads the bucket has. */
  async inStore(): Promise<{ objects: number; uploads: number }> {
    return {
      objects: (await this.one.blobs.listSegments()).length,
      uploads: (await openUploads(this.place)).length,
    }
  }

  async sweep(): Promise<void> {
    const { metadata, blobs } = this.two
    const stores = { metadata, blobs, assembly: blobs.assembly, clock: this.clock }
    await sweepJob(stores, 1).run(new AbortController().signal)
  }

  /** As a sweep while the store is at work: there is no upload to be ended any more, and no object yet. */
  async sweepInVain(): Promise<void> {
    const { metadata } = this.two
    const names = await metadata.listGarbage({ now: this.clock.time, limit: 10 })
    await metadata.forgetSegments({ names, now: this.clock.time })
  }

  async audit() {
    const { live, missing, unreferenced } = await audit(this.one.metadata, () =>
      this.one.blobs.listSegments(),
    )
    return { live, missing: missing.length, unreferenced: unreferenced.length }
  }

  async #openNode(metadata: Facts): Promise<Node> {
    const blobs = await openS3Blobs(this.place)
    const media = { probe: () => Promise.reject(new Error('not used')), close: async () => {} }
    const { clock, random } = this
    return {
      ...{ metadata, blobs },
      core: createCore({ metadata, blobs, assembly: blobs.assembly, media, clock, random }),
    }
  }

  async #close(): Promise<void> {
    for (const { blobs } of this.#nodes) await blobs.close()
    await this.#facts.close()
  }
}

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

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 777_777) yield bytes.subarray(at, at + 777_777)
}

async function* breaking(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes.subarray(0, bytes.byteLength - 1)
  throw new Error('the connection broke')
}
