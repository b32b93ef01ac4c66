import { CoreError } from '../errors.ts'
import { type AccountId, type BlobId, newBlobId, newObjectId, type ObjectId } from '../ids.ts'
import type { ObjectIn, UploadAddress } from '../model/addresses.ts'
import type { BucketName } from '../model/buckets.ts'
import type { Staged } from '../model/bytes.ts'
import type { NewDelivery } from '../model/deliveries.ts'
import type { ConflictPolicy, ObjectIndex, ObjectTraits, SeenObject, StoredObject } from '../model/objects.ts'
import type { ListObjects, ObjectCommands, Usage } from '../ports/commands/objects.ts'
import type { Ports } from '../ports.ts'
import { createDamages, type Damages, type Watched } from './damages.ts'
import { type LeadOptions, leadTo } from './leading.ts'
import { createReading, type ReadBlobOptions, type Reading } from './reading.ts'
import { createStaging } from './staging.ts'

/** How an object is changed. */
export interface UpdateOptions {
  /** Only if the object still has this version; else `object-changed`. */
  readonly ifVersion?: number
  readonly deliveries?: readonly NewDelivery[]
  /** What searches find it by, in place of what was there. */
  readonly index?: ObjectIndex
  /** An upload that is aborted with this change: both happen, or neither. */
  readonly ends?: UploadAddress
  /** The object's bytes go with this change; it stays, without content. */
  readonly dropsContent?: boolean
}

/** The life of what is visible. Errors are those of the metadata port's commands. */
export interface Objects {
  /** Makes an object of staged bytes (or of none) in one step. Discards the bytes if it fails. */
  put(object: {
    /** A fresh id. Give one where the key or a delivery has to name it. */
    readonly id?: ObjectId
    readonly account: AccountId
    readonly bucket: BucketName
    readonly key: string
    readonly staged: Staged | null
    readonly traits: ObjectTraits
    readonly conflict: ConflictPolicy
    /** Most objects the bucket may hold; 0 for no limit. */
    readonly objectsMax?: number
    /** What searches find it by. */
    readonly index?: ObjectIndex
    readonly deliveries?: readonly NewDelivery[]
    /** An object whose bytes it shares, as it was seen: `staged` is null then. Errors: `object-changed`. */
    readonly links?: SeenObject
    /** Only in place of this object. Errors: `object-changed`. */
    readonly ifThere?: SeenObject
  }): Promise<StoredObject>
  find(object: ObjectIn): Promise<StoredObject | null>
  /** As find, but fails with `object-not-found`. */
  get(object: ObjectIn): Promise<StoredObject>
  list(query: ListObjects): Promise<{ readonly objects: readonly StoredObject[]; readonly total: number }>
  listBriefs: ObjectCommands['listBriefs']
  update(object: ObjectIn, change: Partial<ObjectTraits>, options?: UpdateOptions): Promise<StoredObject>
  /** With `ifThere` only if the object still is this one; else `object-changed`. */
  delete(object: ObjectIn, ifThere?: SeenObject): Promise<StoredObject>
  hold(object: ObjectIn): Promise<StoredObject>
  release(object: ObjectIn): Promise<StoredObject>
  usage(account: AccountId, bucket: BucketName): Promise<Usage>
  /** Where the parts lie that it was put together from, those with numbers above `after`: at most `limit`, in order. */
  parts(
    object: Pick<StoredObject, 'content'>,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly PlacedPart[]>
  /**
   * Bytes `start` to `end` (exclusive; default all) of an object. Stopping early is fine. Fails with `object-not-found` if
   * the object was deleted and its bytes are gone, and with `storage-failed` where they are not those that were stored.
   */
  read(
    object: StoredObject,
    start?: number,
    end?: number,
    options?: ReadBlobOptions,
  ): AsyncIterable<Uint8Array>
  /** A link to the store for all of an object's bytes, where clients are led there; null where not. See `leadTo`. */
  lead(object: StoredObject, options: LeadOptions): Promise<string | null>
}

export function createObjects(
  ports: Ports,
  damages: Damages = createDamages(ports),
  reading: Reading = createReading(ports, damages),
): Objects {
  const { metadata, clock, random } = ports
  const at = ({ account, ...object }: ObjectIn) => ({ account, object, now: clock.now() })
  const find = (object: ObjectIn) => metadata.findObject(at(object))
  return {
    put: async ({ objectsMax = 0, deliveries = [], ...object }) => {
      const now = clock.now()
      const ids = { id: object.id ?? newObjectId(random, now), blob: newBlobId(random, now) }
      try {
        return await metadata.putObject({ ...object, ...ids, objectsMax, deliveries, now })
      } catch (error) {
        if (object.staged !== null) await createStaging(ports).discard(object.staged)
        throw error
      }
    },
    find,
    get: async (object) => {
      const found = await find(object)
      if (found === null) throw new CoreError('object-not-found', 'no such object')
      return found
    },
    list: (query) => metadata.listObjects(query),
    listBriefs: (query) => metadata.listBriefs(query),
    update: (object, change, { ifVersion = null, deliveries = [], ...options } = {}) =>
      metadata.updateObject({ ...at(object), change, ifVersion, deliveries, ...options }),
    delete: (object, ifThere) => metadata.deleteObject({ ...at(object), ifThere }),
    hold: (object) => metadata.holdObject({ ...at(object), by: 1 }),
    release: (object) => metadata.holdObject({ ...at(object), by: -1 }),
    usage: (account, bucket) => metadata.usage({ account, bucket }),
    parts: ({ content }, page) => (content === null ? none() : placedParts(ports, content.blob, page)),
    read: ({ content, account, bucket, key, id }, start = 0, end, options) => {
      if (content === null) return nothing()
      const { blob, size } = content
      const of: Watched = {
        blob,
        thing: { type: 'object', account, bucket, key },
        isGone: async () => (await find({ account, id }))?.content?.blob !== blob,
      }
      return reading.read(of, start, Math.min(end ?? size, size), options)
    },
    lead: (object, options) => leadTo(ports, object, options),
  }
}

const none = async () => []

/** A part within the whole. */
export interface PlacedPart {
  readonly number: number
  readonly start: number
  readonly size: number
}

const EXTENTS = 1000

async function placedParts(
  { metadata }: Ports,
  blob: BlobId,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly PlacedPart[]> {
  const found: PlacedPart[] = []
  for (let offset = 0; ; ) {
    const extents = await metadata.listExtents({ blob, offset, limit: EXTENTS })
    const last = extents.at(-1)
    for (const { number, start, size } of extents) if (number > after) found.push({ number, start, size })
    if (last === undefined || found.length >= limit) return found.slice(0, limit)
    offset = last.start + last.size
  }
}

async function* nothing(): AsyncIterable<Uint8Array> {}
