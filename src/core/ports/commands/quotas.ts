import type { JsonObject } from '../../model/json.ts'
import type { Quota, RealmAddress, VolumeAddress } from '../../model/trees.ts'

/** Limits of bytes for volumes. */
export interface QuotaCommands {
  /** Errors: `quota-exists` when one of the volumes has one, `volume-not-found`. */
  createQuota(
    command: RealmAddress & {
      readonly volumes: readonly string[]
      readonly capacity: number
      readonly attributes: JsonObject
    },
  ): Promise<Quota>
  findQuota(
    query: RealmAddress & ({ readonly id: number } | { readonly volume: string }),
  ): Promise<Quota | null>
  /** Only what is named changes. Errors: `quota-not-found`. */
  updateQuota(
    command: RealmAddress & {
      readonly id: number
      readonly capacity?: number
      readonly attributes?: JsonObject
    },
  ): Promise<Quota>
  /** Bytes that still fit into the volume, never below 0; null if it has no quota. */
  roomOf(query: VolumeAddress): Promise<number | null>
}
