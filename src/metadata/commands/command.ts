import type { Facts } from '../../core/ports/facts.ts'
import type { Script } from './script.ts'

/** What the port of facts can be asked. */
export type CommandName = Exclude<keyof Facts, 'close'>
export type CommandOf<Name extends CommandName> = Parameters<Facts[Name]>[0]
export type ResultOf<Name extends CommandName> = Awaited<ReturnType<Facts[Name]>>
export type ScriptOf<Name extends CommandName> = (command: CommandOf<Name>) => Script<ResultOf<Name>>

/**
 * How a store runs a command. `read`: changes nothing, and needs no common moment for its statements. `write`: one
 * transaction. `repeatable`: one whose repetition answers as the first time did, so that a lost COMMIT costs nothing.
 */
export type CommandKind = 'read' | 'write' | 'repeatable'

/**
 * Whether a command is done while the disk is nearly full. `grows`: it may make the database larger, and is refused below the
 * reserve. `needed`: callers need it to remove something, so half of the reserve is there for it, and the last thousand are always done. `always`: it frees
 * room, or changes what is there within its size.
 */
export type Growth = 'grows' | 'needed' | 'always'

export type Command<Name extends CommandName> = { readonly script: ScriptOf<Name> } & (
  | {
      readonly kind: 'read'
      /** It finds a few rows by their keys, however much there is. A function where it depends on what is asked. */
      readonly isLookUp?: true | ((command: CommandOf<Name>) => boolean)
    }
  | {
      readonly kind: Exclude<CommandKind, 'read'>
      /** A function where it depends on what is asked. */
      readonly growth: Growth | ((command: CommandOf<Name>) => Growth)
    }
)
