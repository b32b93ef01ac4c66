import type { UploadId } from '../../src/core/ids.ts'
import type { Database } from './database.ts'
import type { Did, Entry } from './entries.ts'
import type { Segments } from './segments.ts'
import type { Timeline } from './timeline.ts'

/** All that one history has: time, stores, and what is known of it. */
export interface World {
  readonly seed: number
  readonly timeline: Timeline
  readonly database: Database
  readonly segments: Segments
  /** Whether parts may have slots. */
  readonly hasSlots: boolean
  /** The upload of each ref, as clients know it. */
  readonly uploads: Map<number, UploadId>
  /** What was asked and answered. */
  readonly entries: Entry[]
  /** What was asked and is not answered. */
  readonly pending: Set<Pending>
  /** Grows with each beginning and end of an entry, so that they have an order. */
  moment: number
  /** How many calls to the stores there were. */
  calls: number
  /** What must not be, whatever the order. */
  readonly faults: string[]
  /** Hears what happens, where somebody listens. */
  tell(line: () => string): void
}

/** What was asked. `did` is what may have happened; null where nothing can have. */
export interface Pending {
  readonly op: number
  readonly begins: number
  readonly from: number
  did(): Did | null
}
