/** A program that the operator names, and all that it may use up. */
export interface Program {
  /** The program, by path or by a name that is looked up, and its arguments. No shell reads them. */
  readonly command: readonly [string, ...string[]]
  /** Where it runs. */
  readonly folder: string
  /** What it sees of the environment, beside what every program here sees. */
  readonly environment?: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Most bytes of its standard output. */
  readonly outputSizeMax: number
  /** Ends it. */
  readonly signal: AbortSignal
}

/** How a program ended. `errors` is the end of its standard error, for the log. */
export type ProgramEnd = { readonly errors: string } & (
  | { readonly how: 'exited'; readonly status: number; readonly output: Uint8Array }
  /** By a signal that nobody here sent. */
  | { readonly how: 'died'; readonly by: string }
  | { readonly how: 'took-too-long' }
  | { readonly how: 'wrote-too-much' }
  /** It could not be started; `errors` says why. */
  | { readonly how: 'not-started' }
)

/** Runs programs that the operator names. */
export interface Programs {
  /**
   * Runs one to its end. What it has started ends with it. Rejects with the signal's reason when that ended it, and never
   * else.
   */
  run(program: Program): Promise<ProgramEnd>
  /**
   * Writes bytes to a file of that name in a fresh folder, where only this user reads. Both are gone when `use` is over.
   * Errors: those of `bytes` and `use`; `storage-full` and `storage-failed` of the folder.
   */
  withFile<T>(
    name: string,
    bytes: AsyncIterable<Uint8Array>,
    use: (file: { readonly folder: string; readonly path: string }) => Promise<T>,
  ): Promise<T>
}
