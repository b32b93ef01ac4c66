import type { AccountId, BlobId, DeliveryId, ObjectId, SegmentName, UploadId } from './ids.ts'

/** Milliseconds since the Unix epoch. */
export type TimeMs = number

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

export type DigestName = 'md5' | 'sha256' | 'crc64'

/** Digests of a run of bytes: md5 and sha256 as lower-case hex, crc64 (ECMA-182, reflected) as unsigned decimal. */
export type Digests = { readonly [name in DigestName]?: string }

/** What is known of bytes once they are durably written. `crc32` is the guard every segment has. */
export interface SegmentFacts {
  readonly size: number
  readonly crc32: number
  readonly digests: Digests
}

/**
 * Bytes that were received and are durable (or, when inline, that will be with the transaction that attaches them),
 * but belong to nothing yet. Attach them to an upload or an object, or discard them.
 */
export type Staged =
  | { readonly where: 'store'; readonly name: SegmentName; readonly facts: SegmentFacts }
  | {
      readonly where: 'inline'
      readonly name: SegmentName
      readonly facts: SegmentFacts
      readonly bytes: Uint8Array
    }
  /** Bytes that wrote their part's slot of an assembly: only that part can have them. `name` is the assembly's. */
  | {
      readonly where: 'assembly'
      readonly name: SegmentName
      readonly facts: SegmentFacts
      readonly token: string
      readonly receipt: string
    }

/** Rules the bytes of an upload have to keep. Sizes in bytes. */
export interface UploadLimits {
  readonly partNumberMin: number
  readonly partNumberMax: number
  /** Holds for every part but the last; checked at seal. */
  readonly partSizeMin: number
  readonly partSizeMax: number
  /** Of all parts together; checked at seal. */
  readonly sizeMax: number
}

/** What a sealed upload's parts come to. */
export interface SealedFacts {
  readonly size: number
  readonly partCount: number
  /** Of the whole: md5 only where there is one part; crc64 combined from the parts' where all have one. */
  readonly digests: Digests
  /** S3's ETag of several parts: hex md5 of the parts' binary md5s. Null where a part has none. */
  readonly md5OfParts: string | null
}

interface UploadBase {
  readonly id: UploadId
  readonly account: AccountId
  readonly bucket: string
  /** The name the dialect knows it by. At most one open or sealed upload of a bucket has it. */
  readonly ref: string
  /** The object key that the commit will give. */
  readonly key: string
  readonly blob: BlobId
  readonly limits: UploadLimits
  readonly attributes: JsonObject
  readonly createdAt: TimeMs
  readonly expiresAt: TimeMs
  /** Grows with every change; the compare of compare-and-set. */
  readonly version: number
}

export type UploadState = 'open' | 'sealed' | 'committed' | 'aborted' | 'expired' | 'failed'

/** A session that makes one object: open → sealed → committed, or → aborted | expired | failed. */
export type Upload = UploadBase &
  (
    | { readonly state: 'open' }
    | { readonly state: 'sealed'; readonly sealed: SealedFacts }
    | { readonly state: 'committed'; readonly sealed: SealedFacts; readonly objectId: ObjectId }
    | { readonly state: 'aborted' }
    | { readonly state: 'expired' }
    | { readonly state: 'failed'; readonly reason: string }
  )

/** One numbered piece of an upload. */
export interface Part {
  readonly number: number
  readonly segment: SegmentName
  readonly facts: SegmentFacts
  readonly writtenAt: TimeMs
}

/** An object's immutable bytes. */
export interface Content {
  readonly blob: BlobId
  readonly size: number
  readonly partCount: number
  readonly digests: Digests
  readonly md5OfParts: string | null
}

/** A run of a segment's bytes in a blob. `start` is its first byte's offset in the blob. */
export interface Extent {
  readonly segment: SegmentName
  /** Its first byte's offset in the segment. */
  readonly offset: number
  readonly start: number
  readonly size: number
  readonly crc32: number
  /** Present for bytes that are kept with the facts. */
  readonly inline: Uint8Array | null
}

export interface AudioFacts {
  /** Short codec name: `pcm-s16`, `mp3`, `aac`, `opus`, `vorbis`, `flac`, … */
  readonly codec: string
  readonly sampleRateHz: number
  readonly channels: number
}

export interface VideoFacts {
  /** Short codec name: `avc`, `hevc`, `vp8`, `vp9`, `av1`, … */
  readonly codec: string
  readonly width: number
  readonly height: number
  /** Frames per second on average, to three decimals; null where the file does not tell. */
  readonly frameRate: number | null
}

export type MediaContainer =
  | 'wav'
  | 'mp3'
  | 'mp4'
  | 'mov'
  | 'ogg'
  | 'flac'
  | 'webm'
  | 'mkv'
  | 'aac'
  | 'ts'
  | 'flv'
  | 'avi'
  | 'asf'
  | 'mp2'
  | 'ac3'
  | 'amr'
  | 'ape'
  | 'wv'

/** What a media file is, read from its own bytes. */
export interface MediaFacts {
  readonly container: MediaContainer
  readonly contentType: string
  readonly durationMs: number
  readonly audio: AudioFacts | null
  readonly video: VideoFacts | null
}

/** What is visible after commit: a resource, an asset, a file. */
export interface StoredObject {
  readonly id: ObjectId
  readonly account: AccountId
  readonly bucket: string
  /** Unique within the bucket. */
  readonly key: string
  /** What people see; need not be unique. */
  readonly name: string
  /** Dialect-defined labels that lists filter by. */
  readonly kind: string
  readonly status: string
  readonly contentType: string | null
  /** Null for objects that have no bytes (a text template, say). */
  readonly content: Content | null
  readonly media: MediaFacts | null
  readonly attributes: JsonObject
  /** How many holds keep it from being deleted. */
  readonly holds: number
  readonly createdAt: TimeMs
  readonly updatedAt: TimeMs
  readonly version: number
}

/** Everything about an object that its dialect decides. */
export interface ObjectFields {
  readonly name: string
  readonly kind: string
  readonly status: string
  readonly contentType: string | null
  readonly media: MediaFacts | null
  readonly attributes: JsonObject
}

/** What a commit does when the key is taken. `rename` makes `name(1).ext`, `name(2).ext`, … of the key. */
export type ConflictPolicy = 'fail' | 'rename' | 'overwrite'

/** A message for someone else's server; written with the change it tells of, sent by a job, kept until it arrived. */
export interface Delivery {
  readonly id: DeliveryId
  readonly account: AccountId
  /** Names the dialect and event, as `volcengine-vms.review`: says who knows how to send it. */
  readonly topic: string
  readonly body: JsonObject
  readonly attempts: number
  readonly createdAt: TimeMs
  readonly nextAttemptAt: TimeMs
}
