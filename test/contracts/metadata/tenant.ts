import { Digester } from '../../../src/core/bytes/digests.ts'
import {
  type AccountId,
  asAccountId,
  newBlobId,
  newDeliveryId,
  newObjectId,
  newSegmentName,
  newUploadId,
  type UploadId,
} from '../../../src/core/ids.ts'
import type { ObjectAddress, UploadAddress } from '../../../src/core/model/addresses.ts'
import { bucketName } from '../../../src/core/model/buckets.ts'
import type { Extent, SegmentFacts, Staged } from '../../../src/core/model/bytes.ts'
import type { NewDelivery } from '../../../src/core/model/deliveries.ts'
import type { JsonObject } from '../../../src/core/model/json.ts'
import type { ObjectTraits, StoredObject } from '../../../src/core/model/objects.ts'
import type { Upload, UploadLimits } from '../../../src/core/model/uploads.ts'
import type { CommitUpload } from '../../../src/core/ports/commands/commits.ts'
import type {
  ListBriefs,
  ListObjects,
  NewObject,
  PutObject,
  UpdateObject,
} from '../../../src/core/ports/commands/objects.ts'
import type { BeginUpload } from '../../../src/core/ports/commands/uploads.ts'
import type { Facts } from '../../../src/core/ports/facts.ts'
import type { SeededRandom } from './random.ts'

/** When everything happens, unless a test says otherwise. */
export const NOW = 1_800_000_000_000
export const HOUR_MS = 3_600_000

export const BUCKET = bucketName('test', 'bucket')

export const LIMITS: UploadLimits = {
  partNumberMin: 1,
  partNumberMax: 10_000,
  partSizeMin: 0,
  partSizeMax: 1_000_000,
  sizeMax: 100_000_000,
}

export const TRAITS: ObjectTraits = {
  name: 'Song.mp3',
  kind: 'audio',
  status: 'ready',
  contentType: 'audio/mpeg',
  media: null,
  attributes: { tags: ['a', 'b'], rate: 1.5, nested: { deep: null } },
}

/** What a test says of a commit as an object. */
type Committing = Partial<Pick<CommitUpload, 'ifVersion' | 'deliveries' | 'now'> & NewObject>

/** One account's calls, with defaults for all that a test does not care about. */
export class Tenant {
  readonly metadata: Facts
  readonly account: AccountId
  readonly #random: SeededRandom
  #refCount = 0

  constructor(metadata: Facts, account: string, random: SeededRandom) {
    this.metadata = metadata
    this.account = asAccountId(account)
    this.#random = random
  }

  /** The same account by another way into the same facts. */
  through(metadata: Facts): Tenant {
    return new Tenant(metadata, this.account, this.#random)
  }

  newObjectId = () => newObjectId(this.#random, NOW)
  newBlobId = (now = NOW) => newBlobId(this.#random, now)
  newUploadId = () => newUploadId(this.#random, NOW)
  newName = () => newSegmentName(this.#random)

  beginning(change: Partial<BeginUpload> = {}): BeginUpload {
    this.#refCount += 1
    return {
      account: this.account,
      id: this.newUploadId(),
      blob: this.newBlobId(),
      bucket: BUCKET,
      ref: `ref-${this.#refCount}-${this.newName()}`,
      key: `key-${this.#refCount}-${this.newName()}`,
      limits: LIMITS,
      attributes: { from: 'test' },
      now: NOW,
      expiresAt: NOW + HOUR_MS,
      ...change,
    }
  }

  begin(change: Partial<BeginUpload> = {}): Promise<Upload> {
    return this.metadata.beginUpload(this.beginning(change))
  }

  /** An upload with one part of `text`, kept with the facts. */
  async beginWith(text: string, change: Partial<BeginUpload> = {}): Promise<Upload> {
    const upload = await this.begin(change)
    return (await this.attach(upload, 1, this.inline(text))).upload
  }

  inline(text: string): Staged {
    const bytes = Buffer.from(text)
    return { where: 'inline', name: this.newName(), facts: factsOf(bytes), bytes }
  }

  /** Reserved bytes of `size` in the blob store, as far as the metadata can tell. */
  async stored(size = 100_000, leaseUntil = NOW + HOUR_MS): Promise<Staged> {
    const name = this.newName()
    await this.metadata.reserveSegments({ names: [name], leaseUntil })
    return { where: 'store', name, facts: factsOfSize(size) }
  }

  attach(upload: UploadAddress, number: number, staged: Staged, now = NOW) {
    return this.metadata.attachPart({ account: this.account, upload, number, staged, now })
  }

  append(upload: UploadAddress, offset: number, staged: Staged, now = NOW, sizeNamed?: number) {
    const named = sizeNamed === undefined ? {} : { sizeNamed }
    return this.metadata.appendPart({ account: this.account, upload, offset, staged, now, ...named })
  }

  join(upload: UploadAddress, start: number, staged: Staged) {
    return this.metadata.joinParts({ account: this.account, upload, start, staged, now: NOW })
  }

  gather(upload: UploadAddress, of: readonly Upload[]) {
    const ids = of.map(({ id }) => id)
    return this.metadata.gatherUploads({ account: this.account, upload, of: ids, now: NOW })
  }

  findOffset(upload: UploadAddress) {
    return this.metadata.findOffset({ account: this.account, upload })
  }

  renew(upload: UploadAddress, expiresAt: number, now = NOW) {
    return this.metadata.renewUpload({ account: this.account, upload, expiresAt, now })
  }

  describe(upload: UploadAddress, attributes: JsonObject) {
    return this.metadata.describeUpload({ account: this.account, upload, attributes, now: NOW })
  }

  seal(upload: UploadAddress, now = NOW) {
    return this.metadata.sealUpload({ account: this.account, upload, now })
  }

  commit(upload: UploadAddress, change: Committing = {}): Promise<StoredObject> {
    const { ifVersion = null, deliveries = [], now = NOW, ...target } = change
    const defaults = { traits: TRAITS, conflict: 'fail', objectsMax: 0 } as const
    return this.metadata.commitUpload({
      ...{ account: this.account, upload, ifVersion, deliveries, now },
      target: { kind: 'object', id: this.newObjectId(), ...defaults, ...target },
    })
  }

  abort(upload: UploadAddress, now = NOW) {
    return this.metadata.abortUpload({ account: this.account, upload, now })
  }

  fail(upload: UploadAddress, reason = 'broken', ifVersion: number | null = null, now = NOW) {
    return this.metadata.failUpload({ account: this.account, upload, reason, ifVersion, now })
  }

  findUpload(upload: UploadAddress) {
    return this.metadata.findUpload({ account: this.account, upload })
  }

  listParts(upload: UploadAddress, after = -1, limit = 100_000) {
    return this.metadata.listParts({ account: this.account, upload, after, limit })
  }

  put(change: Partial<PutObject> = {}): Promise<StoredObject> {
    return this.metadata.putObject({
      account: this.account,
      id: this.newObjectId(),
      blob: this.newBlobId(),
      bucket: BUCKET,
      key: `key-${this.newName()}`,
      staged: null,
      traits: TRAITS,
      conflict: 'fail',
      objectsMax: 0,
      deliveries: [],
      now: NOW,
      ...change,
    })
  }

  update(object: ObjectAddress, change: Partial<UpdateObject>): Promise<StoredObject> {
    const defaults = { ifVersion: null, change: {}, deliveries: [], now: NOW }
    return this.metadata.updateObject({ account: this.account, object, ...defaults, ...change })
  }

  delete(object: ObjectAddress, now = NOW) {
    return this.metadata.deleteObject({ account: this.account, object, now })
  }

  hold(object: ObjectAddress, by: 1 | -1, now = NOW) {
    return this.metadata.holdObject({ account: this.account, object, by, now })
  }

  findObject(object: ObjectAddress) {
    return this.metadata.findObject({ account: this.account, object })
  }

  list(change: Partial<ListObjects> = {}) {
    return this.metadata.listObjects({
      account: this.account,
      bucket: BUCKET,
      kind: null,
      status: null,
      keyword: null,
      order: 'oldest-first',
      limit: 1000,
      offset: 0,
      ...change,
    })
  }

  listBriefs(change: Partial<ListBriefs> = {}) {
    return this.metadata.listBriefs({
      ...{ account: this.account, bucket: BUCKET, kind: TRAITS.kind, status: TRAITS.status },
      ...{ after: null, limit: 1000, ...change },
    })
  }

  usage(bucket = BUCKET) {
    return this.metadata.usage({ account: this.account, bucket })
  }

  delivery(topic: string, body = { hello: 'world' }): NewDelivery {
    return { id: newDeliveryId(this.#random, NOW), topic, body }
  }
}

/** An upload id that no upload has. */
export const unknownUpload = { id: 'f'.repeat(32) as UploadId }

export function factsOf(bytes: Uint8Array): SegmentFacts {
  const digester = new Digester(['md5'])
  digester.update(bytes)
  return digester.finish()
}

/** Facts of bytes that nobody reads. */
const factsOfSize = (size: number): SegmentFacts => ({
  size,
  crc32: 0xffff_ffff,
  digests: { md5: 'd41d8cd98f00b204e9800998ecf8427e' },
})

/** All extents of a blob from `offset` on, however few the store gives at a time. */
export async function extentsOf(
  metadata: Facts,
  blob: Upload['blob'],
  offset = 0,
  limit = 1000,
): Promise<readonly Extent[]> {
  const all: Extent[] = []
  for (let next = offset; ; ) {
    const extents = await metadata.listExtents({ blob, offset: next, limit })
    const last = extents.at(-1)
    if (last === undefined) return all
    all.push(...extents)
    next = last.start + last.size
  }
}

/** Names of stored segments among `staged`, in order. */
export const namesOf = (...staged: readonly Staged[]) => staged.map(({ name }) => name).sort()

export const liveOf = (metadata: Facts) => metadata.listLiveSegments({ after: '', limit: 1_000_000 })

/** Garbage as it is at `now`, in order of name. */
export const garbageOf = async (metadata: Facts, now = NOW) =>
  [...(await metadata.listGarbage({ now, limit: 1_000_000 }))].sort()
