import { type Command, Option } from 'commander'
import { allOptions, type Config, loadConfig } from '../config/load.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { environmentName, flagName } from '../settings/options.ts'

/** The options that say where facts, bytes and secrets are: what somebody gives to a command that is not `serve`. */
const PLACES: ReadonlySet<string> = new Set(['data_dir', 'secret_key_file', 'metadata', 'blobs', 'log_level'])

/**
 * Adds `--config` and one flag for every option of the table, each with its default and environment name. `shown`: what the help
 * tells of them; a command takes all of them in any case, so that the server's own flags do for it.
 */
export function withConfigOptions(
  command: Command,
  dialects: readonly Dialect[],
  shown: 'all' | 'places' = 'places',
): Command {
  command.option('--config <file>', 'TOML file to read [STOWAGE_CONFIG]')
  for (const option of allOptions(dialects)) {
    const fallback = shownDefault(option.fallback)
    const help = `${option.help}${fallback} [${environmentName(option.key)}]`
    const flag = new Option(`--${flagName(option.key)} <value>`, help)
    command.addOption(flag.hideHelp(shown === 'places' && !PLACES.has(option.key)))
  }
  if (shown === 'places')
    command.addHelpText('after', '\nAll other options of `stowage serve` are taken, too.')
  return command
}

/** The configuration from a command's flags, the environment and the file. Errors: ConfigError. */
export function configOf(command: Command, dialects: readonly Dialect[]): Config {
  const given = command.opts<Record<string, string | undefined>>()
  const keys = allOptions(dialects).map(({ key }) => key)
  const flags = Object.fromEntries(keys.map((key) => [key, given[attributeName(key)]]))
  return loadConfig({
    dialects,
    file: given.config ?? process.env.STOWAGE_CONFIG ?? null,
    environment: process.env,
    flags,
  })
}

/** What commander calls a flag's value: `--data-dir` becomes `dataDir`. */
export const attributeName = (key: string): string =>
  flagName(key).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

function shownDefault(value: unknown): string {
  if (value === '' || value === null || (Array.isArray(value) && value.length === 0)) return ''
  const isAddress = typeof value === 'object' && value !== null && 'host' in value && 'port' in value
  return ` (default: ${isAddress ? `${value.host}:${value.port}` : String(value)})`
}
