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

export interface Command<Name extends CommandName> {
  readonly kind: CommandKind
  readonly script: ScriptOf<Name>
}
