/** How far a backup or a restore is. */
export interface Progress {
  /** What is being done, as a word for people. */
  readonly doing: string
  /** Segments that are done with, of so many. */
  readonly done: number
  readonly of: number
  /** Bytes that went over. */
  readonly bytes: number
}

/** Hears of what goes on. */
export interface Hearers {
  progress(progress: Progress): void
  /** A segment could not be read right, or is not there. */
  bad(segment: string, reason: string): void
}
