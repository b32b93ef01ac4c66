import { Command } from 'commander'
import type { Desks } from '../../accounts/index.ts'
import type { Dialect } from '../../dialects/dialect.ts'
import type { Entry, FieldTable } from '../../settings/fields.ts'
import { flagName } from '../../settings/options.ts'
import { withEngine } from '../engine.ts'
import { attributeName } from '../options.ts'

/** What a command tells: `json` for programs, `lines` for people. */
export interface Told {
  readonly json: unknown
  readonly lines: readonly string[]
}

/** A command that looks at accounts or changes them. */
export interface DeskCommand {
  readonly name: string
  readonly description: string
  /** Names and meanings of its arguments, all of them needed. */
  readonly takes: readonly (readonly [name: string, help: string])[]
  /** What its flags give. */
  readonly fields: FieldTable
  /** Flags without a value: key and help. */
  readonly switches?: Readonly<Record<string, string>>
  /** `words` are the arguments; `given` has the values of flags by key, and true for each switch. */
  run(desks: Desks, words: readonly string[], given: Entry): Promise<Told>
}

/** A command of commands: `stowage key …`. */
export function deskCommands(
  name: string,
  description: string,
  declared: readonly DeskCommand[],
  dialects: readonly Dialect[],
): Command {
  const group = new Command(name).description(description)
  for (const each of declared) group.addCommand(deskCommand(each, dialects))
  return group
}

function deskCommand(declared: DeskCommand, dialects: readonly Dialect[]): Command {
  const { name, description, takes, fields, switches = {} } = declared
  const command = new Command(name).description(description)
  for (const [argument, help] of takes) command.argument(`<${argument}>`, help)
  for (const field of Object.values(fields)) {
    const hint = field.secrecy === 'public' ? '' : '; - reads it from standard input'
    command.option(`--${flagName(field.key)} <value>`, `${field.help} (${field.kind.accepts}${hint})`)
  }
  for (const [key, help] of Object.entries(switches)) command.option(`--${flagName(key)}`, help)
  command.option('--json', 'print JSON')
  return withEngine(command, dialects, async ({ desks }, ...args) => {
    const options = command.opts<Record<string, unknown>>()
    const words = args.slice(0, takes.length).map(String)
    const { json, lines } = await declared.run(desks, words, await givenBy(options, declared))
    if (options.json === true) console.log(JSON.stringify(json))
    else for (const line of lines) console.log(line)
  })
}

/** The values of the command's own flags. */
async function givenBy(options: Entry, { fields, switches = {} }: DeskCommand): Promise<Entry> {
  const given: [string, unknown][] = []
  for (const { key, secrecy } of Object.values(fields)) {
    const value = options[attributeName(key)]
    if (value === undefined) continue
    given.push([key, secrecy !== 'public' && value === '-' ? await standardInput() : value])
  }
  for (const key of Object.keys(switches)) if (options[attributeName(key)] === true) given.push([key, true])
  return Object.fromEntries(given)
}

/** All that comes in, without the end of its last line. */
async function standardInput(): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '')
}
