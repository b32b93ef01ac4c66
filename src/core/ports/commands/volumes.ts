import type { TimeMs } from '../../clock.ts'
import type { BucketName } from '../../model/buckets.ts'
import type { JsonObject } from '../../model/json.ts'
import type { AccountLimits } from '../../model/limits.ts'
import type {
  EntryId,
  RealmAddress,
  RealmSettings,
  Volume,
  VolumeAddress,
  VolumeUsage,
} from '../../model/trees.ts'

/** Volumes, their usage and the settings of their realm. */
export interface VolumeCommands {
  /** If it is there: returned as it is with `ifAbsent`, else `name-conflict`. It is shown as a bucket, which goes with it. */
  createVolume(command: {
    readonly volume: VolumeAddress
    readonly bucket: BucketName
    readonly root: EntryId
    readonly owner: string
    readonly attributes: JsonObject
    readonly ifAbsent: boolean
    /** The account's limits; absent for none. Beyond them it is `quota-exceeded`. */
    readonly within?: AccountLimits
    readonly now: TimeMs
  }): Promise<Volume>
  findVolume(query: VolumeAddress): Promise<Volume | null>
  /** In order of name, beginning after `after`. An empty `prefix` fits all names, a null `owner` all owners. */
  listVolumes(
    query: RealmAddress & {
      readonly after: string
      readonly prefix: string
      readonly owner: string | null
      readonly limit: number
    },
  ): Promise<readonly Volume[]>
  countVolumes(query: RealmAddress & { readonly owner: string | null }): Promise<number>
  /** Replaces the attributes. */
  updateVolume(command: VolumeAddress & { readonly attributes: JsonObject }): Promise<Volume>
  /**
   * Takes the volume away at once. `removeDoomed` removes what it held. Errors: without `force`, `volume-not-empty` if
   * anything is in it or in its bin; `object-held`.
   */
  deleteVolume(command: VolumeAddress & { readonly force: boolean; readonly now: TimeMs }): Promise<void>
  volumeUsage(query: VolumeAddress): Promise<VolumeUsage>
  /** Bytes of all the realm's volumes. */
  realmBytes(query: RealmAddress): Promise<number>
  /** Null while nothing was ever set. */
  realmSettings(query: RealmAddress): Promise<RealmSettings | null>
  setRealmSettings(
    command: RealmAddress & { readonly attributes: JsonObject; readonly now: TimeMs },
  ): Promise<void>
}
