import { Command } from 'commander'
import type { CommandTools, DialectCommand } from '../dialects/command.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Engine } from '../server.ts'
import { inAnyAccount } from './any-account.ts'
import { accountsOf, withEngine } from './engine.ts'

/** The commands that the dialects bring. */
export const dialectCommands = (dialects: readonly Dialect[]): readonly Command[] =>
  dialects.flatMap(({ commands }) => commands.map((each) => commandOf(each, dialects)))

function commandOf(declared: DialectCommand, dialects: readonly Dialect[]): Command {
  const command = new Command(declared.name).description(declared.description)
  if ('commands' in declared) {
    for (const each of declared.commands) command.addCommand(commandOf(each, dialects))
    return command
  }
  const { argument, options = [] } = declared
  if (argument !== null) command.argument(`<${argument.name}>`, argument.description)
  for (const { flags, description } of options) command.option(flags, description)
  return withEngine(command, dialects, async (engine, given) =>
    declared.run(toolsOf(engine), argument === null ? '' : String(given), command.opts()),
  )
}

function toolsOf(engine: Engine): CommandTools {
  const accounts = accountsOf(engine)
  return {
    core: engine.core,
    accounts,
    print: (line) => console.log(line),
    inAnyAccount: (key, act) => inAnyAccount(accounts, key, act),
  }
}
