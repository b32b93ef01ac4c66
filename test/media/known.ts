/** Why ffprobe and we rightly differ: which files, which fact, and the reason. Every row has to be met. */
export interface KnownDifference {
  readonly files: RegExp
  readonly fact: RegExp
  readonly reason: string
}

export const KNOWN: readonly KnownDifference[] = []
