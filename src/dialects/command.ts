import type { Account } from '../core/accounts.ts'
import type { Core } from '../core/core.ts'
import type { ObjectId } from '../core/ids.ts'

/** A command of a dialect: `stowage NAME …`. */
export type DialectCommand = CommandGroup | CommandAction

/** A command that only has commands below it. */
export interface CommandGroup {
  readonly name: string
  readonly description: string
  readonly commands: readonly DialectCommand[]
}

/** An option of a command. */
export interface CommandOption {
  /** As people write it: `--size-max <bytes>`; without `<…>` it has no value. */
  readonly flags: string
  readonly description: string
}

/** The options that were given, by their names as of variables: `sizeMax`. One without a value is `true`. */
export type CommandOptions = Readonly<Record<string, unknown>>

/** A command that does something, with one argument or none. */
export interface CommandAction {
  readonly name: string
  readonly description: string
  readonly argument: { readonly name: string; readonly description: string } | null
  /** Default none. */
  readonly options?: readonly CommandOption[]
  /** `given` is the argument; empty where the command has none. Errors: CoreError, shown as one line. */
  run(tools: CommandTools, given: string, options: CommandOptions): Promise<void>
}

/** What a command works with. */
export interface CommandTools {
  readonly core: Core
  /** Those of the configuration; never none. */
  readonly accounts: readonly Account[]
  /** Writes a line of the answer. */
  print(line: string): void
  /** Does `act` on the object of that key, in whichever account has it. Errors: `object-not-found`. */
  inAnyAccount<T>(key: string, act: (account: Account, id: ObjectId) => Promise<T>): Promise<T>
}
