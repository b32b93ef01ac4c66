import { createHash } from 'node:crypto'
import { CoreError } from '../../core/errors.ts'

/** One step of a store's schema. A released step never changes; a change of the schema is a new step. */
export interface Migration {
  /** Counts up from 1 without gaps. */
  readonly version: number
  readonly name: string
  readonly sql: string
}

/** A step as a database remembers it. `checksum` is null if the database is older than checksums. */
export interface AppliedStep {
  readonly version: number
  readonly name: string
  readonly checksum: string | null
}

/** A database in the words of error messages. */
export interface DatabaseWords {
  /** E.g. `the database /data/stowage.db`. */
  readonly database: string
  /** What an operator does to start with an empty one, e.g. `move the data folder away`. */
  readonly startAnew: string
}

/** SHA-256 of the step's SQL, in hex. */
export const checksumOf = ({ sql }: Migration): string => createHash('sha256').update(sql).digest('hex')

/** What a database writes down once it has applied the step. */
export const appliedFrom = (step: Migration): AppliedStep & { readonly checksum: string } => ({
  version: step.version,
  name: step.name,
  checksum: checksumOf(step),
})

/**
 * Those of the program's steps that a database has yet to apply, in order. `applied` are the database's, in order of version.
 * Fails with `metadata-failed` and one line that says what to do: when the database has a step that is another than the
 * program's, or one that the program does not know.
 */
export function missingSteps(
  steps: readonly Migration[],
  applied: readonly AppliedStep[],
  words: DatabaseWords,
): readonly Migration[] {
  for (const [index, step] of steps.entries()) {
    const found = applied[index]
    if (found !== undefined && !isSame(step, found)) throw otherStep(found, words)
  }
  const found = versionOf(applied)
  const newest = versionOf(steps)
  if (applied.length > steps.length) throw newerSchema(found, newest, words)
  return steps.slice(applied.length)
}

/** Fails as `missingSteps` does, and with `metadata-failed` where there are any. */
export function requireAll(
  steps: readonly Migration[],
  applied: readonly AppliedStep[],
  words: DatabaseWords,
): void {
  if (missingSteps(steps, applied, words).length === 0) return
  const [found, newest] = [versionOf(applied), versionOf(steps)]
  throw new CoreError(
    'metadata-failed',
    `${words.database} has schema version ${found}, but this program needs version ${newest}: ` +
      'run "stowage migrate" first',
    { found, newest },
  )
}

/** The version of the last of these. 0: there is none. */
export const versionOf = (steps: readonly { readonly version: number }[]): number =>
  steps.at(-1)?.version ?? 0

const isSame = (step: Migration, found: AppliedStep): boolean =>
  step.version === found.version && step.name === found.name && checksumOf(step) === found.checksum

function otherStep({ version, name, checksum }: AppliedStep, words: DatabaseWords): CoreError {
  const maker = checksum === null ? 'a version before the first release' : 'another build'
  return new CoreError(
    'metadata-failed',
    `${words.database} was made by ${maker} of Stowage (its step ${version}, "${name}", is not this program's): ` +
      `start the program that made it, or ${words.startAnew} to start anew`,
    { version },
  )
}

const newerSchema = (found: number, newest: number, words: DatabaseWords): CoreError =>
  new CoreError(
    'metadata-failed',
    `${words.database} has schema version ${found}, but this program knows versions up to ${newest} only: ` +
      'start a newer version of Stowage, or restore a backup from before the upgrade',
    { found, newest },
  )
