import type { TimeMs } from '../../src/core/clock.ts'
import type { AccountId, BlobId, DeliveryId, SegmentName, UploadId } from '../../src/core/ids.ts'
import type { BucketName } from '../../src/core/model/buckets.ts'
import type { StoredObject } from '../../src/core/model/objects.ts'
import type { AccessToken } from '../../src/core/model/tokens.ts'
import type {
  Entry,
  EntryAddress,
  EntryId,
  EntryOrder,
  ListMarker,
  RealmAddress,
  VolumeAddress,
} from '../../src/core/model/trees.ts'
import type { OpenAssembly } from '../../src/core/ports/assembly.ts'
import type { CredentialAddress } from '../../src/core/ports/commands/accounts.ts'
import type { SearchEntries } from '../../src/core/ports/commands/tree-search.ts'
import { Pool } from './pool.ts'

export interface KnownUpload {
  readonly account: AccountId
  readonly id: UploadId
  readonly bucket: BucketName
  readonly ref: string
  readonly blob: BlobId
  readonly version: number
  readonly isSealed: boolean
  /** When it is over: the past for one that is closed. */
  readonly expiresAt: TimeMs
  /** The md5 of each part, where it has one. */
  readonly parts: ReadonlyMap<number, string | undefined>
}

/** A slot that nobody else can have. */
export interface KnownSlot {
  readonly account: AccountId
  readonly upload: UploadId
  readonly number: number
  readonly assembly: OpenAssembly
}

/** A part that has been attached. It may have gone since. */
export interface KnownPart {
  readonly blob: BlobId
  readonly number: number
  readonly segment: SegmentName
}

/** An upload that was appended to: where its pieces begin, and where they end. */
export interface KnownAppend {
  readonly account: AccountId
  readonly upload: UploadId
  readonly starts: readonly number[]
  readonly offset: number
}

export interface KnownMarker {
  readonly volume: VolumeAddress
  /** Null for one of a list of all files. */
  readonly directory: EntryAddress | null
  readonly order: EntryOrder
  readonly descending: boolean
  readonly marker: ListMarker
}

export interface RecycledMarker {
  readonly order: 'name' | 'modified' | 'size' | 'removed'
  readonly value: string | number
  readonly id: number
}

/** What a history knows of the stores' things. It takes answers as they are: what stores should do is not known here. */
export class Known {
  readonly uploads = new Pool<KnownUpload>(12)
  readonly blobs = new Pool<BlobId>()
  readonly appends = new Pool<KnownAppend>(6)
  /** Those that are reserved. */
  readonly segments = new Pool<SegmentName>(4)
  readonly garbage = new Pool<SegmentName>()
  readonly assemblies = new Pool<SegmentName>()
  readonly slots = new Pool<KnownSlot>()
  readonly parts = new Pool<KnownPart>()
  readonly objects = new Pool<StoredObject>()
  readonly deliveries = new Pool<DeliveryId>()
  readonly volumes = new Pool<VolumeAddress>()
  readonly entries = new Pool<Entry>()
  readonly copies = new Pool<{ readonly account: AccountId; readonly id: EntryId }>()
  readonly markers = new Pool<KnownMarker>()
  readonly searchMarkers = new Pool<Omit<SearchEntries, 'limit'>>()
  readonly searches = new Pool<{ readonly volume: VolumeAddress; readonly id: EntryId }>()
  readonly recycled = new Pool<{ readonly volume: VolumeAddress; readonly id: number }>()
  readonly recycledMarkers = new Pool<RecycledMarker>()
  readonly quotas = new Pool<{ readonly realm: RealmAddress; readonly id: number }>()
  readonly tokens = new Pool<AccessToken>()
  readonly accounts = new Pool<AccountId>()
  readonly keys = new Pool<{ readonly account: AccountId; readonly accessKey: string }>()
  readonly credentials = new Pool<CredentialAddress>()
  readonly tasks = new Pool<{ readonly account: AccountId; readonly scope: string; readonly id: number }>()
}
