import type { Assemblies } from './assemblies/ports.ts'
import type { ObjectIndex } from './catalog/ports.ts'
import type { AccountId, BlobId, DeliveryId, ObjectId, SegmentName, UploadId } from './ids.ts'
import type { ListedPart } from './listed-parts.ts'
import type {
  ConflictPolicy,
  Delivery,
  DigestName,
  Extent,
  JsonObject,
  MediaFacts,
  ObjectFields,
  Part,
  SegmentFacts,
  Staged,
  StoredObject,
  TimeMs,
  Upload,
  UploadLimits,
} from './model.ts'

export interface Clock {
  now(): TimeMs
}

export interface Random {
  bytes(count: number): Uint8Array
}

// ---------------------------------------------------------------------------------------------------------- blobs

export interface SegmentWriteOptions {
  readonly digests: readonly DigestName[]
  /** How many bytes will come, where it is known: room is kept for them. Not checked. */
  readonly sizeExpected?: number | undefined
}

/**
 * Writes one segment. Calls come one at a time: await `write` before the next call. After a failed call only `abort`
 * is allowed. Errors: `storage-full`, `storage-failed`.
 */
export interface SegmentWriter {
  /** Takes the chunk's bytes before it resolves, and resolves late to hold a fast sender back. */
  write(chunk: Uint8Array): Promise<void>
  /** Resolves once the bytes are durable, the folder entry included. */
  finish(): Promise<SegmentFacts>
  /** Stops and removes what was written. Never rejects; safe to call at any time and more than once. */
  abort(): Promise<void>
}

/** Where bytes are kept. Knows segments only: what they belong to is the metadata's business. */
export interface BlobStore {
  /** `name` was never written before. */
  create(name: SegmentName, options: SegmentWriteOptions): Promise<SegmentWriter>
  /** Bytes `start` to `end` (exclusive) in order. Fails with `storage-failed` if they are not all there. */
  read(name: SegmentName, start: number, end: number): AsyncIterable<Uint8Array>
  /** Removes what is there of these; a name that is not there is fine. */
  remove(names: readonly SegmentName[]): Promise<void>
  /** Resolves if `size` bytes have room now, else fails with `storage-full`. */
  reserve(size: number): Promise<void>
  close(): Promise<void>
}

export interface PresignGetOptions {
  /** Seconds, at most a week. */
  readonly expiresS: number
  /** Answered as Content-Type. */
  readonly contentType?: string
  /** Answered as Content-Disposition. */
  readonly disposition?: string
}

export interface PresignPutOptions {
  /** Seconds, at most a week. */
  readonly expiresS: number
  /** The sender has to send this Content-Type. */
  readonly contentType?: string
  /** The sender has to send this Content-Length. */
  readonly size?: number
  /** Base64. The sender has to send this Content-MD5, and the store checks the bytes by it. */
  readonly md5?: string
}

export interface PresignedPut {
  readonly url: string
  /** To be sent as they are. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * An optional ability of a blob store: clients reach it themselves, by links that read or write one segment for a while.
 * Errors are those of a BlobStore.
 */
export interface DirectAccess {
  /** A link to write a segment by, with one PUT of at most 5 GiB, and the headers that belong to it. */
  presignPut(name: SegmentName, options: PresignPutOptions): Promise<PresignedPut>
  /** A link to read a segment by. */
  presignGet(name: SegmentName, options: PresignGetOptions): Promise<string>
  /** How many bytes lie there now, and a tag that other bytes do not have; null where nothing lies. */
  stat(name: SegmentName): Promise<{ readonly size: number; readonly tag: string } | null>
  /** Copies at most 5 GiB within the store; durable when it resolves. False where nothing lies at `from`. */
  copy(from: SegmentName, to: SegmentName): Promise<boolean>
}

// ------------------------------------------------------------------------------------------------------- metadata

/** How to name an upload: by its internal id, or by bucket and the dialect's ref (newest first). */
export type UploadAddress = { readonly id: UploadId } | { readonly bucket: string; readonly ref: string }
export type ObjectAddress = { readonly id: ObjectId } | { readonly bucket: string; readonly key: string }

export interface BeginUpload {
  readonly account: AccountId
  readonly id: UploadId
  readonly blob: BlobId
  readonly bucket: string
  readonly ref: string
  readonly key: string
  readonly limits: UploadLimits
  readonly attributes: JsonObject
  readonly now: TimeMs
  readonly expiresAt: TimeMs
}

export interface AttachPart {
  readonly account: AccountId
  readonly upload: UploadAddress
  readonly number: number
  readonly staged: Staged
  readonly now: TimeMs
}

/** A message to be written with the change it tells of. */
export interface NewDelivery {
  readonly id: DeliveryId
  readonly topic: string
  readonly body: JsonObject
}

interface NewObject {
  readonly id: ObjectId
  readonly fields: ObjectFields
  readonly conflict: ConflictPolicy
  /** Most objects the bucket may hold; 0 for no limit. Checked in the same transaction. */
  readonly objectsMax: number
  readonly deliveries: readonly NewDelivery[]
  readonly now: TimeMs
}

export interface CommitUpload extends NewObject {
  readonly account: AccountId
  readonly upload: UploadAddress
  /** Fail with `upload-changed` unless the upload still has this version; null takes it as it is. */
  readonly ifVersion: number | null
}

export interface PutObject extends NewObject {
  readonly account: AccountId
  readonly bucket: string
  readonly key: string
  readonly blob: BlobId
  /** The whole of the bytes; null for an object without. */
  readonly staged: Staged | null
  /** What searches find it by. */
  readonly index?: ObjectIndex
}

export interface UpdateObject {
  readonly account: AccountId
  readonly object: ObjectAddress
  readonly ifVersion: number | null
  /** Only what is named changes; `attributes` are replaced as a whole. */
  readonly change: Partial<ObjectFields>
  /** In place of the index before; without, that stays. */
  readonly index?: ObjectIndex
  /** An upload that is aborted with this change; where it cannot be, nothing changes (`upload-closed`, `upload-not-found`). */
  readonly ends?: UploadAddress
  /** The object's bytes become garbage with this change; it stays, without content. */
  readonly dropsContent?: boolean
  readonly deliveries: readonly NewDelivery[]
  readonly now: TimeMs
}

export interface ListObjects {
  readonly account: AccountId
  readonly bucket: string
  readonly kind: string | null
  readonly status: string | null
  /** Part of the name, in any letter case, or the whole id. */
  readonly keyword: string | null
  readonly order: 'newest-first' | 'oldest-first'
  readonly limit: number
  readonly offset: number
}

export interface Usage {
  readonly objects: number
  readonly bytes: number
}

/**
 * Where facts are kept. Each command is one atomic, durable step: when it resolves, a power cut cannot undo it. State
 * changes of uploads go through `transition` of upload-state.ts, inside the transaction. Every method can fail with
 * `metadata-failed` or `unavailable`; the others are named.
 */
export interface Metadata extends Assemblies {
  /**
   * Makes an upload, or, when an open or sealed one has the same bucket and ref, moves that one's expiry on to `expiresAt`
   * (never back) and returns it as it is. One whose time is over is expired first, and a new one made.
   */
  beginUpload(command: BeginUpload): Promise<Upload>
  /**
   * Puts staged bytes at a part number; bytes that were there before become garbage. Fails as `transition` does; then
   * stored bytes are still the caller's to discard. A stored segment whose reservation was swept: `storage-failed`.
   */
  attachPart(command: AttachPart): Promise<{ readonly upload: Upload; readonly part: Part }>
  /** Moves the expiry, on or back. */
  renewUpload(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly expiresAt: TimeMs
    readonly now: TimeMs
  }): Promise<Upload>
  /**
   * Makes the bytes final. Repeating it is fine. `parts`: only these make the blob, the bytes of others become garbage;
   * `part-mismatch` when one of them is not there or has another md5, or when others were sealed before. `ifVersion`: fail
   * with `upload-changed` if it is open with another one.
   */
  sealUpload(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly parts?: readonly ListedPart[]
    readonly ifVersion?: number | null
    readonly now: TimeMs
  }): Promise<Upload>
  /**
   * Makes the object visible; seals first when the upload is open. Repeating it returns the first object. Errors:
   * those of `transition`, `name-conflict`, `object-held` (overwriting), `quota-exceeded`; `object-not-found` when the
   * first object was deleted since; last of all `upload-changed` with `detail.unassembled` while parts are in assemblies
   * that are not settled.
   */
  commitUpload(command: CommitUpload): Promise<StoredObject>
  /** Ends an upload and makes its bytes garbage. Ending it again in the same way is fine. */
  abortUpload(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly now: TimeMs
  }): Promise<Upload>
  /** As abort, with the reason kept. */
  failUpload(command: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly reason: string
    readonly ifVersion: number | null
    readonly now: TimeMs
  }): Promise<Upload>
  /** Expires up to `limit` uploads whose time is over; returns how many. */
  expireUploads(command: { readonly now: TimeMs; readonly limit: number }): Promise<number>
  /** Deletes up to `limit` closed uploads' rows that changed last before `before`; returns how many. */
  forgetUploads(command: { readonly before: TimeMs; readonly limit: number }): Promise<number>

  /**
   * Makes an object of staged bytes in one step. Errors: `name-conflict`, `object-held` (overwriting), `quota-exceeded`,
   * `storage-failed`.
   */
  putObject(command: PutObject): Promise<StoredObject>
  /** Errors: `object-not-found`, `object-changed`; of `ends` those of an abort; dropping bytes `object-held`. */
  updateObject(command: UpdateObject): Promise<StoredObject>
  /** Deletes and returns what was there. Errors: `object-not-found`, `object-held`. */
  deleteObject(command: {
    readonly account: AccountId
    readonly object: ObjectAddress
    readonly now: TimeMs
  }): Promise<StoredObject>
  /** Adds or takes away one hold (never below none). Errors: `object-not-found`. */
  holdObject(command: {
    readonly account: AccountId
    readonly object: ObjectAddress
    readonly by: 1 | -1
    readonly now: TimeMs
  }): Promise<StoredObject>

  findUpload(query: { readonly account: AccountId; readonly upload: UploadAddress }): Promise<Upload | null>
  /** Parts in order of number, those above `after`. */
  listParts(query: {
    readonly account: AccountId
    readonly upload: UploadAddress
    readonly after: number
    readonly limit: number
  }): Promise<readonly Part[]>
  findObject(query: {
    readonly account: AccountId
    readonly object: ObjectAddress
  }): Promise<StoredObject | null>
  /** `total` counts all matches, whatever the page. */
  listObjects(
    query: ListObjects,
  ): Promise<{ readonly objects: readonly StoredObject[]; readonly total: number }>
  usage(query: { readonly account: AccountId; readonly bucket: string }): Promise<Usage>
  /**
   * Segments of a sealed blob that hold bytes at or after `offset`, in order. Of an open upload: the bytes of its parts
   * as they are now. May give fewer than `limit` where extents bring bytes along; empty only at the end.
   */
  listExtents(query: {
    readonly blob: BlobId
    readonly offset: number
    readonly limit: number
  }): Promise<readonly Extent[]>

  /** Writes down that these names may soon hold bytes; unattached ones become garbage when the lease is over. */
  reserveSegments(command: {
    readonly names: readonly SegmentName[]
    readonly leaseUntil: TimeMs
  }): Promise<void>
  /** Extends the lease of names that are still reserved. */
  extendSegments(command: {
    readonly names: readonly SegmentName[]
    readonly leaseUntil: TimeMs
  }): Promise<void>
  /**
   * Makes names that are still only reserved garbage at once, and returns those; an attached one stays as it is, so
   * that a caller who did not hear of its success removes nothing.
   */
  discardSegments(command: { readonly names: readonly SegmentName[] }): Promise<readonly SegmentName[]>
  /** Garbage to remove: superseded, of ended uploads and deleted objects, and leases that are over. Oldest first. */
  listGarbage(query: { readonly now: TimeMs; readonly limit: number }): Promise<readonly SegmentName[]>
  /** Their bytes are gone: drop the rows, if they are (still) garbage. */
  forgetSegments(command: { readonly names: readonly SegmentName[]; readonly now: TimeMs }): Promise<void>
  /** Every stored (not inline) segment that something visible or underway points to: for audits and tests. */
  listLiveSegments(query: { readonly after: string; readonly limit: number }): Promise<readonly SegmentName[]>

  /** Takes up to `limit` deliveries that are due, hiding them from other takers until `leaseUntil`. */
  leaseDeliveries(command: {
    readonly topics: readonly string[]
    readonly now: TimeMs
    readonly leaseUntil: TimeMs
    readonly limit: number
  }): Promise<readonly Delivery[]>
  /** Arrived, or given up: removes it. */
  settleDelivery(command: { readonly id: DeliveryId }): Promise<void>
  /** Failed for now: counts the attempt and sets the next. */
  postponeDelivery(command: { readonly id: DeliveryId; readonly nextAttemptAt: TimeMs }): Promise<void>

  close(): Promise<void>
}

/** How nodes that share one metadata store keep out of each other's way. */
export interface Coordination {
  /**
   * Takes or extends a job's lease for `holder`: true if it has it until `leaseUntil`, false while another's lease runs.
   * A holder that dies lets its lease run out.
   */
  leaseJob(command: {
    readonly job: string
    readonly holder: string
    readonly now: TimeMs
    readonly leaseUntil: TimeMs
  }): Promise<boolean>
  /**
   * Ties the facts to the blob store that has their bytes: keeps the first identity it is given, and returns that one ever
   * after, so that a node with another store notices.
   */
  registerBlobs(command: { readonly identity: string }): Promise<string>
}

/** Sends the outbox's messages of one topic. */
export interface DeliverySender {
  readonly topic: string
  /** Sends once; resolves when it arrived or is of no use any more, rejects to be tried again later. */
  send(delivery: Delivery, signal: AbortSignal): Promise<void>
}

/** A piece of background work. `run` does what is due and returns; it is called again after `everyMs`, on one node at a time. */
export interface Job {
  readonly name: string
  readonly everyMs: number
  run(signal: AbortSignal): Promise<void>
}

// ---------------------------------------------------------------------------------------------------------- media

/** Random access to bytes. `read` returns exactly `end - start` bytes within the size. */
export interface ByteSource {
  readonly size: number
  read(start: number, end: number): Promise<Uint8Array>
}

/** Tells what a media file is from its bytes. */
export interface MediaProbe {
  /** Errors: `media-refused` for anything that is not a whole file of a known kind, in bounded time and memory. */
  probe(source: ByteSource): Promise<MediaFacts>
  close(): Promise<void>
}
