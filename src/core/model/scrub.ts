import type { TimeMs } from '../clock.ts'
import type { PartPlace } from '../ports/facts-checker.ts'

/** What a scrub looks at, one after the other. */
export type ScrubPhase = 'database' | 'facts' | 'names' | 'bytes'

/** How far the look at everything is that goes on in the background, and how the one before ended. All nodes see it. */
export interface ScrubState {
  /** The run that goes on; null between two. */
  readonly run: ScrubRun | null
  /** When the next run begins, unless one goes on. */
  readonly dueAt: TimeMs
  readonly last: {
    readonly endedAt: TimeMs
    readonly findings: number
    /** What the database says of its own files; null where all is well. */
    readonly databaseDamage: string | null
  } | null
}

export interface ScrubRun {
  readonly startedAt: TimeMs
  readonly phase: ScrubPhase
  /** Where the look at bytes is. */
  readonly place: PartPlace | null
  readonly parts: number
  readonly findings: number
  readonly databaseDamage: string | null
}
