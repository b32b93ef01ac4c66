import type { Facts } from '../../src/core/ports/facts.ts'

/** Every command of the port: what has a name here needs a generator, or nothing compiles. */
export type CommandName = Exclude<keyof Facts, 'close'>
export type CommandOf<Name extends CommandName> = Parameters<Facts[Name]>[0]
export type AnswerOf<Name extends CommandName> = Awaited<ReturnType<Facts[Name]>>

/** One command of a history. Numbers that stores give out stand in it as `Numbers` names them. */
export type Step = {
  readonly [Name in CommandName]: {
    /** Where it stood in the history that it was made for: stays when others are left out. */
    readonly at: number
    readonly name: Name
    readonly command: CommandOf<Name>
  }
}[CommandName]

/** A step that stands nowhere yet. */
export const stepOf = <Name extends CommandName>(name: Name, command: CommandOf<Name>, at = 0): Step =>
  // Name and command belong together; the compiler does not follow a name that is one of many.
  ({ at, name, command }) as unknown as Step

/** Has a store do a command. */
export function perform(facts: Facts, name: CommandName, command: Step['command']): Promise<unknown> {
  const method: (command: never) => Promise<unknown> = facts[name]
  return method(command as never)
}
