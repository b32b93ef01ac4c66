import { readFileSync } from 'node:fs'
import { parse as parseToml } from 'smol-toml'
import type { Account } from '../core/accounts.ts'
import { parseAccounts } from './accounts.ts'
import { ConfigError, shown } from './error.ts'
import { allOptions, environmentName, flagName, OPTIONS, type Option, type OptionValues } from './options.ts'

/** Everything the server is told from outside. */
export interface Config extends OptionValues {
  /** Null when none are configured: the server then makes a demo account. */
  readonly accounts: readonly Account[] | null
}

export interface ConfigSources {
  /** Path of a TOML file; null for none. */
  readonly file: string | null
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Values of command-line flags by option key. */
  readonly flags: Readonly<Record<string, string | undefined>>
}

/** Reads the configuration; precedence is flag, environment, file, default. Errors: ConfigError, one line. */
export function loadConfig({ file, environment, flags }: ConfigSources): Config {
  const table = file === null ? {} : readToml(file)
  const { accounts, ...rest } = table
  const settings = flatten(rest)
  const known = new Set(allOptions.map((option) => option.key))
  for (const key of settings.keys()) {
    if (!known.has(key)) throw new ConfigError(`${key}: unknown key in ${file}${nearest(key, known)}`)
  }
  rejectUnknownEnvironment(environment, known)
  const read = (option: Option<unknown>): unknown => {
    const name = environmentName(option.key)
    const sources: readonly (readonly [string, unknown])[] = [
      [`--${flagName(option.key)}`, flags[option.key]],
      [name, environment[name]],
      [option.key, settings.get(option.key)],
    ]
    const given = sources.find(([, value]) => value !== undefined)
    return given === undefined ? option.fallback : parseValue(option, ...given)
  }
  const entries =
    environment.STOWAGE_ACCOUNTS === undefined ? accounts : parseJson(environment.STOWAGE_ACCOUNTS)
  const values = readAll(read)
  requireTogether(values)
  return { ...values, accounts: entries === undefined ? null : parseAccounts(entries) }
}

function readAll(read: (option: Option<unknown>) => unknown): OptionValues {
  const values = Object.entries(OPTIONS).map(([section, options]) => [
    section,
    Object.fromEntries(
      Object.entries(options).map(([name, option]) => [name, read(option as Option<unknown>)]),
    ),
  ])
  return Object.fromEntries(values) as OptionValues
}

function requireTogether({ server: { directUploads, blobs }, huaweiVod }: OptionValues): void {
  if (directUploads && blobs === 'disk') {
    throw new ConfigError(
      'direct_uploads: is true, but blobs is "disk"; accepted: true only where blobs is an s3:// URL',
    )
  }
  if ((huaweiVod.eventUrl === '') !== (huaweiVod.eventSecret === '')) {
    throw new ConfigError('huawei_vod: event_url and event_secret go together; accepted: both or neither')
  }
}

function parseValue<T>(option: Option<T>, source: string, value: unknown): T {
  const parsed = option.kind.parse(value)
  if (parsed !== undefined) return parsed
  const told = option.secret ? 'has a wrong value' : `is ${shown(value)}`
  throw new ConfigError(`${source}: ${told}; accepted: ${option.kind.accepts}`)
}

function readToml(file: string): Record<string, unknown> {
  try {
    return parseToml(readFileSync(file, 'utf8'))
  } catch (error) {
    const [firstLine] = String(error instanceof Error ? error.message : error).split('\n')
    throw new ConfigError(
      `--config: ${shown(file)} cannot be used: ${firstLine}; accepted: a readable TOML file`,
    )
  }
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    throw new ConfigError('STOWAGE_ACCOUNTS: is no JSON; accepted: a JSON array of accounts, as in the file')
  }
}

/** `{ a: 1, b: { c: 2 } }` → `a`, `b.c`. */
function flatten(table: Record<string, unknown>, prefix = ''): Map<string, unknown> {
  const flat = new Map<string, unknown>()
  for (const [key, value] of Object.entries(table)) {
    const isSection = typeof value === 'object' && value !== null && !Array.isArray(value) && prefix === ''
    if (isSection)
      for (const entry of flatten(value as Record<string, unknown>, `${key}.`)) flat.set(...entry)
    else flat.set(`${prefix}${key}`, value)
  }
  return flat
}

/** Names of test settings, and those that Kubernetes gives every container beside a service called stowage. */
const FOREIGN_ENVIRONMENT = /^STOWAGE_(TEST_.*|SERVICE_HOST|SERVICE_PORT.*|PORT(_\d+_.*)?)$/

function rejectUnknownEnvironment(
  environment: ConfigSources['environment'],
  known: ReadonlySet<string>,
): void {
  const names = new Set(['STOWAGE_ACCOUNTS', 'STOWAGE_CONFIG', ...[...known].map(environmentName)])
  for (const name of Object.keys(environment)) {
    const isOurs = name.startsWith('STOWAGE_') && !FOREIGN_ENVIRONMENT.test(name)
    if (isOurs && !names.has(name))
      throw new ConfigError(`${name}: unknown environment variable${nearest(name, names)}`)
  }
}

/** A hint at the key that was probably meant. */
function nearest(key: string, known: ReadonlySet<string>): string {
  const plain = (text: string) =>
    text
      .toLowerCase()
      .replace(/^stowage_/, '')
      .replaceAll(/[^a-z0-9]/g, '')
  const match = [...known].find((one) => plain(one).endsWith(plain(key)))
  return match === undefined
    ? '; accepted: the keys that `stowage serve --help` lists'
    : `; accepted: ${match}`
}
