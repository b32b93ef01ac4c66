import { readFileSync } from 'node:fs'
import { parse as parseToml } from 'smol-toml'
import type { Account } from '../core/accounts.ts'
import { messageOf } from '../core/errors.ts'
import type { DialectSettings } from '../settings/dialect.ts'
import { ConfigError, shown } from '../settings/error.ts'
import { environmentName, flagName, type Option } from '../settings/options.ts'
import { readAll, readValue, type Setting } from '../settings/setting.ts'
import { parseAccounts } from './accounts.ts'
import { ADMIN_OPTIONS, type AdminOptions } from './admin.ts'
import { LIMIT_OPTIONS, type LimitOptions, requireProxies } from './limits.ts'
import { MEDIA_OPTIONS, type MediaOptions } from './media.ts'
import { SERVER_OPTIONS, type ServerOptions } from './options.ts'
import { TLS_OPTIONS, type TlsOptions, tlsSource } from './tls.ts'

/** Everything the server is told from outside. */
export interface Config {
  readonly server: ServerOptions
  readonly limits: LimitOptions
  readonly tls: TlsOptions
  readonly media: MediaOptions
  readonly admin: AdminOptions
  /** The values of each dialect's options, by its name. */
  readonly dialects: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  /** Null when none are configured: the server then makes a demo account. */
  readonly accounts: readonly Account[] | null
}

export interface ConfigSources {
  /** Whose options and credentials there are besides the server's own. */
  readonly dialects: readonly DialectSettings[]
  /** Path of a TOML file; null for none. */
  readonly file: string | null
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Values of command-line flags by option key. */
  readonly flags: Readonly<Record<string, string | undefined>>
}

/** Every option of a server with these dialects, in the order in which they are shown. */
export const allOptions = (dialects: readonly DialectSettings[]): readonly Option<unknown>[] =>
  [
    SERVER_OPTIONS,
    LIMIT_OPTIONS,
    TLS_OPTIONS,
    MEDIA_OPTIONS,
    ADMIN_OPTIONS,
    ...dialects.map(({ options }) => options),
  ].flatMap((table) => Object.values(table))

/**
 * Reads the configuration. A flag comes before the environment, that before the file, that before the default. Errors:
 * ConfigError, one line.
 */
export function loadConfig({ dialects, file, environment, flags }: ConfigSources): Config {
  const { accounts, ...rest } = file === null ? {} : readToml(file)
  const settings = flatten(rest)
  const known = new Set(allOptions(dialects).map((option) => option.key))
  for (const key of settings.keys()) {
    if (!known.has(key)) throw new ConfigError(`${key}: unknown key in ${file}${nearest(key, known)}`)
  }
  rejectUnknownEnvironment(environment, known)
  const read = (setting: Setting<unknown>): unknown => {
    const { key } = setting
    const sources: readonly (readonly [string, unknown])[] = [
      [`--${flagName(key)}`, flags[key]],
      [environmentName(key), environment[environmentName(key)]],
      [key, settings.get(key)],
    ]
    const given = sources.find(([, value]) => value !== undefined)
    return given === undefined ? setting.fallback : readValue(setting, ...given)
  }
  const server = readAll(SERVER_OPTIONS, read)
  requireReachable(server)
  const tls = readAll(TLS_OPTIONS, read)
  tlsSource(tls)
  const limits = readAll(LIMIT_OPTIONS, read)
  requireProxies(limits, tls)
  const sections = dialects.map((dialect) => [dialect.name, readSection(dialect, read)])
  const given =
    environment.STOWAGE_ACCOUNTS === undefined ? accounts : parseJson(environment.STOWAGE_ACCOUNTS)
  return {
    server,
    limits,
    tls,
    media: readAll(MEDIA_OPTIONS, read),
    admin: readAll(ADMIN_OPTIONS, read),
    dialects: Object.fromEntries(sections),
    accounts: given === undefined ? null : parseAccounts(given, dialects),
  }
}

function readSection(dialect: DialectSettings, read: (setting: Setting<unknown>) => unknown) {
  const values = readAll(dialect.options, read)
  const problem = dialect.checkOptions?.(values) ?? null
  if (problem !== null) throw new ConfigError(problem)
  return values
}

function requireReachable({ directUploads, directDownloads, blobs }: ServerOptions): void {
  if (blobs !== 'disk' || !(directUploads || directDownloads)) return
  const key = directUploads ? 'direct_uploads' : 'direct_downloads'
  throw new ConfigError(
    `${key}: is true, but blobs is "disk"; accepted: true only where blobs is an s3:// URL`,
  )
}

function readToml(file: string): Record<string, unknown> {
  try {
    return parseToml(readFileSync(file, 'utf8'))
  } catch (error) {
    const [firstLine] = messageOf(error).split('\n')
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

/** Names that are not ours: those of test settings, and those that Kubernetes sets for a service called stowage. */
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

/** Names the key that was probably meant. */
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
