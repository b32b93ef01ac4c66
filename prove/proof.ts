import type { SeededRandom } from '../test/support/seeded.ts'

/** One guarantee, shown by breaking what it is to withstand. `Name` are its own sizes. */
export interface Proof<Name extends string = string> {
  /** As it is named on the command line. */
  readonly name: string
  /** What holds when it passes, in one line. */
  readonly shows: string
  /** How much of it is done; each is an option of the command line, `--cuts 500`. */
  readonly sizes: Readonly<Record<Name, Size>>
  /** Does it. A guarantee that is broken goes to `run.fail`; whatever is thrown fails the proof, but `Impossible`. */
  run(run: Run<Name>): Promise<void>
}

/** A whole number, 0 or more. */
export interface Size {
  readonly what: string
  readonly full: number
  readonly short: number
}

/** What a proof is given, and tells. */
export interface Run<Name extends string = string> {
  /** Everything random comes from here, so that a seed gives the same again. */
  readonly random: SeededRandom
  readonly isShort: boolean
  readonly sizes: Readonly<Record<Name, number>>
  /** Aborted when whoever started it wants it to end: then it ends soon, with what it has counted. */
  readonly signal: AbortSignal
  /** An empty folder, which goes when the proof is over, unless it failed. */
  readonly folder: string
  /** Adds to a count; the counts are told in the order of their first mention. */
  count(what: string, by?: number): void
  /** Something that must not be. `details` are what finds the cause: hashes, lengths, the end of a log. */
  fail(what: string, details?: Readonly<Record<string, unknown>>): void
  /** A line for whoever waits. */
  say(line: string): void
}

/** A proof that cannot be made on this machine: no compiler, for example. */
export class Impossible extends Error {
  override readonly name = 'Impossible'
}
