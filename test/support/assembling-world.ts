import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { openS3Blobs, type S3Blobs } from '../../src/blobs/s3/index.ts'
import { type Core, createCore } from '../../src/core/core.ts'
import { asAccountId, type UploadId } from '../../src/core/ids.ts'
import { bucketName } from '../../src/core/model/buckets.ts'
import type { Staged } from '../../src/core/model/bytes.ts'
import type { StoredObject } from '../../src/core/model/objects.ts'
import type { Upload } from '../../src/core/model/uploads.ts'
import type { Facts } from '../../src/core/ports/facts.ts'
import { sweepJob } from '../../src/jobs/sweep.ts'
import { openSqliteFacts } from '../contracts/stores/sqlite.ts'
import type { FactsStore } from '../contracts/trees.ts'
import { audit } from './audit.ts'
import { inPrefix, newBucket, openUploads, type S3Bucket } from './s3.ts'
import { type SeededRandom, seeded } from './seeded.ts'

export const MIB = 1024 * 1024
export const SIZE = 5 * MIB
export const account = asAccountId('a')
export const traits = { name: 'n', kind: '', status: '', contentType: null, media: null, attributes: {} }
type ReceiveOptions = Parameters<Core['staging']['receive']>[1]
const limits = { partNumberMin: 1, partNumberMax: 10_000, partSizeMin: 0, partSizeMax: 1e10, sizeMax: 1e12 }

/** One node: its own way into the shared stores. */
export interface Node {
  readonly core: Core
  readonly metadata: Facts
  readonly blobs: S3Blobs
}

let bucket: Promise<S3Bucket> | null = null

/** Two nodes on one bucket and one database. */
export class World {
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

async function* chunksOf(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 777_777) yield bytes.subarray(at, at + 777_777)
}
