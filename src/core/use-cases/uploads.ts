import type { TimeMs } from '../clock.ts'
import { type AccountId, newBlobId, newObjectId, newUploadId, type ObjectId, type UploadId } from '../ids.ts'
import type { UploadIn } from '../model/addresses.ts'
import type { BucketName } from '../model/buckets.ts'
import type { Staged } from '../model/bytes.ts'
import type { NewDelivery } from '../model/deliveries.ts'
import type { JsonObject } from '../model/json.ts'
import type { ConflictPolicy, ObjectTraits, SeenObject, StoredObject } from '../model/objects.ts'
import type { ListedPart, Part, Upload, UploadLimits } from '../model/uploads.ts'
import type { Appended, BeginUpload, ListUploads, UploadPage } from '../ports/commands/uploads.ts'
import type { ByteSource } from '../ports/media.ts'
import type { Ports } from '../ports.ts'
import { requireRange } from '../rules/key-lists.ts'
import { type AppendOptions, append } from './appending.ts'
import { assemble, commitUpload, sealAndAssemble } from './assembling.ts'
import { createDamages, type Damages } from './damages.ts'
import { blobSource } from './reading.ts'
import { createStaging } from './staging.ts'

/** How a commit makes its object visible. */
export interface CommitOptions {
  /** A fresh id of the object. Give one where a delivery has to name it. */
  readonly id?: ObjectId
  readonly traits: ObjectTraits
  readonly conflict: ConflictPolicy
  /** Most objects the bucket may hold; 0 for no limit. */
  readonly objectsMax?: number
  /** Only in place of this object; else `object-changed`. */
  readonly ifThere?: SeenObject
  /** Commit only if the upload still has this version (its bytes were looked at); else `upload-changed`. */
  readonly ifVersion?: number
  /** Messages that go out if, and only if, the commit happens. */
  readonly deliveries?: readonly NewDelivery[]
}

/** The life of an upload. Errors are those of the metadata port's commands. */
export interface Uploads {
  /** Starts an upload, or finds the open one of the same bucket and ref and moves its expiry on. */
  begin(upload: {
    readonly account: AccountId
    readonly bucket: BucketName
    readonly ref: string
    readonly key: string
    readonly limits: UploadLimits
    readonly attributes?: JsonObject
    /** The volume that its file will be in, and the bytes that it replaces there. */
    readonly into?: NonNullable<BeginUpload['into']>
    readonly expiresAt: TimeMs
  }): Promise<Upload>
  /** Puts staged bytes at a part number, last writer wins. Discards the bytes if it fails. */
  attach(upload: UploadIn, number: number, staged: Staged): Promise<Part>
  /** Adds a body behind the bytes that the upload has, as `append` of appending.ts does. */
  append(upload: UploadIn, source: AsyncIterable<Uint8Array>, options: AppendOptions): Promise<Appended>
  /** Moves the bytes of other uploads, one behind the other, into one that has none, as `gatherUploads` does. */
  gather(upload: UploadIn, of: readonly UploadId[]): Promise<Appended>
  /** The upload, whatever its state, and how many bytes it has; null when there is none in this account. */
  findOffset(upload: UploadIn): Promise<Appended | null>
  renew(upload: UploadIn, expiresAt: TimeMs): Promise<Upload>
  /** Gives it more attributes, in place of those of the same names. */
  describe(upload: UploadIn, attributes: JsonObject): Promise<Upload>
  /**
   * Makes the bytes final without showing them. `parts` names each number once: only these parts count, and the others are
   * dropped. An error of `parts` is `part-mismatch`.
   */
  seal(upload: UploadIn, options?: { readonly parts?: readonly ListedPart[] }): Promise<Upload>
  /** Makes the object visible; seals first when that was not done. Repeats return the first object. */
  commit(upload: UploadIn, options: CommitOptions): Promise<StoredObject>
  abort(upload: UploadIn): Promise<Upload>
  /** Ends the upload because its bytes were found bad. With `ifVersion`: only if it did not change since. */
  fail(upload: UploadIn, reason: string, ifVersion?: number): Promise<Upload>
  /** The upload, whatever its state; null when there is none in this account. */
  find(upload: UploadIn): Promise<Upload | null>
  /** A page of a bucket's unfinished uploads. Errors: `bucket-not-found`; `invalid-argument` for a text that no key can have. */
  list(query: Omit<ListUploads, 'now'>): Promise<UploadPage>
  /** Parts in order of number, those above `after` (default all), at most `limit` (default 1000). */
  listParts(
    upload: UploadIn,
    page?: { readonly after?: number; readonly limit?: number },
  ): Promise<readonly Part[]>
  /**
   * Random access to the bytes that an upload has so far, to look at them before the commit. An upload of several parts has
   * to be sealed first: before that its bytes may not be readable (`upload-changed`).
   */
  bytes(upload: Upload): Promise<ByteSource>
}

const PARTS_PER_PAGE = 1000
const FIRST_PAGE = { after: -1, limit: PARTS_PER_PAGE }

export function createUploads(ports: Ports, damages: Damages = createDamages(ports)): Uploads {
  const { metadata, clock, random } = ports
  const at = ({ account, ...upload }: UploadIn) => ({ account, upload, now: clock.now() })
  return {
    begin: (upload) => {
      const now = clock.now()
      const ids = { id: newUploadId(random, now), blob: newBlobId(random, now) }
      return metadata.beginUpload({ attributes: {}, ...upload, ...ids, now })
    },
    attach: async (upload, number, staged) => {
      try {
        return (await metadata.attachPart({ ...at(upload), number, staged })).part
      } catch (error) {
        await createStaging(ports).discard(staged)
        throw error
      }
    },
    append: (upload, source, options) => append(ports, upload, source, options),
    gather: (upload, of) => metadata.gatherUploads({ ...at(upload), of }),
    findOffset: ({ account, ...upload }) => metadata.findOffset({ account, upload }),
    renew: (upload, expiresAt) => metadata.renewUpload({ ...at(upload), expiresAt }),
    describe: (upload, attributes) => metadata.describeUpload({ ...at(upload), attributes }),
    seal: (upload, options) => sealAndAssemble(ports, { ...at(upload), ...options }),
    commit: (upload, { id, objectsMax = 0, ifVersion: version = null, deliveries = [], ...options }) => {
      const target = {
        kind: 'object',
        id: id ?? newObjectId(random, clock.now()),
        objectsMax,
        ...options,
      } as const
      return commitUpload(ports, upload, { target, ifVersion: version, deliveries }, damages)
    },
    abort: (upload) => metadata.abortUpload(at(upload)),
    fail: (upload, reason, ifVersion) =>
      metadata.failUpload({ ...at(upload), reason, ifVersion: ifVersion ?? null }),
    find: (upload) => metadata.findUpload(at(upload)),
    list: (query) => listUploads(ports, query),
    listParts: (upload, page) => metadata.listParts({ ...at(upload), ...FIRST_PAGE, ...page }),
    bytes: async (upload) => {
      await assemble(ports, upload)
      const { account, id, blob, bucket, key } = upload
      return blobSource(damages, ports, await uploadedSize(ports, upload), {
        blob,
        thing: { type: 'upload', account, bucket, key },
        isGone: async () => {
          const now = await metadata.findUpload({ account, upload: { id } })
          return now === null || (now.state === 'open' && now.version !== upload.version)
        },
      })
    },
  }
}

async function listUploads({ metadata, clock }: Ports, query: Omit<ListUploads, 'now'>): Promise<UploadPage> {
  requireRange(query)
  return metadata.listUploads({ ...query, now: clock.now() })
}

async function uploadedSize({ metadata }: Ports, upload: Upload): Promise<number> {
  if (upload.state === 'sealed' || upload.state === 'committed') return upload.sealed.size
  let size = 0
  let after = -1
  for (;;) {
    const parts = await metadata.listParts({ account: upload.account, upload, after, limit: PARTS_PER_PAGE })
    for (const part of parts) size += part.facts.size
    const last = parts.at(-1)
    if (last === undefined || parts.length < PARTS_PER_PAGE) return size
    after = last.number
  }
}
