import type { Command } from 'commander'
import { type Config, loadConfig } from '../config/load.ts'
import { allOptions, environmentName, flagName } from '../config/options.ts'

/** Adds `--config` and one flag for every option of the table, each with its default and environment name. */
export function withConfigOptions(command: Command): Command {
  command.option('--config <file>', 'TOML file to read [STOWAGE_CONFIG]')
  for (const option of allOptions) {
    const fallback = shownDefault(option.fallback)
    const help = `${option.help}${fallback} [${environmentName(option.key)}]`
    command.option(`--${flagName(option.key)} <value>`, help)
  }
  return command
}

/** The configuration from a command's flags, the environment and the file. Errors: ConfigError. */
export function configOf(command: Command): Config {
  const given = command.opts<Record<string, string | undefined>>()
  const flags = Object.fromEntries(allOptions.map(({ key }) => [key, given[attributeName(key)]]))
  return loadConfig({
    file: given.config ?? process.env.STOWAGE_CONFIG ?? null,
    environment: process.env,
    flags,
  })
}

/** What commander calls a flag's value: `--data-dir` becomes `dataDir`. */
const attributeName = (key: string): string =>
  flagName(key).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

function shownDefault(value: unknown): string {
  if (value === '' || (Array.isArray(value) && value.length === 0)) return ''
  const isAddress = typeof value === 'object' && value !== null && 'host' in value && 'port' in value
  return ` (default: ${isAddress ? `${value.host}:${value.port}` : String(value)})`
}
