import type { Clock } from './clock.ts'
import type { AccountId } from './ids.ts'
import type { Damage } from './model/damages.ts'
import type { AccountLimits } from './model/limits.ts'
import type { Assembly } from './ports/assembly.ts'
import type { BlobStore } from './ports/blobs.ts'
import type { DirectAccess } from './ports/direct-access.ts'
import type { Facts } from './ports/facts.ts'
import type { MediaProbe } from './ports/media.ts'
import type { Random } from './random.ts'

/** What the core stands on. */
export interface Ports {
  readonly metadata: Facts
  readonly blobs: BlobStore
  /** The same store's ability to be reached by clients, where that is wanted. */
  readonly direct?: DirectAccess
  /** The same store's ability to be read by clients, where that is wanted. */
  readonly leads?: Pick<DirectAccess, 'presignGet'>
  /** The same store's ability to put parts together, where it has it. */
  readonly assembly?: Assembly
  /** Words that no user's bucket is called by, alone or with a hyphen and more: those of dialects. */
  readonly reservedBuckets?: readonly string[]
  /** An account's limits as they are now; absent for none. */
  readonly limitsOf?: (account: AccountId) => AccountLimits
  /** Hears of bytes that were found damaged. */
  readonly onDamage?: (damage: Damage) => void
  /** Reads give bytes as they are: to measure what the checks cost, and for nothing else. */
  readonly readsUnchecked?: boolean
  readonly media: MediaProbe
  readonly clock: Clock
  readonly random: Random
}
