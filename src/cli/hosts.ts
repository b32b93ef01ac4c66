import { existsSync } from 'node:fs'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { Command } from 'commander'
import type { Config } from '../config/load.ts'
import type { Account } from '../core/accounts.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { createLogger } from '../log.ts'
import { openEngine } from '../server.ts'
import { ConfigError, shown } from '../settings/error.ts'
import { concreteNames } from '../settings/hosts.ts'
import { DATABASE_NAME } from '../stores.ts'
import { withoutNewDemo } from './engine.ts'
import { configOf, withConfigOptions } from './options.ts'

interface HostsOf {
  readonly dialect: string
  readonly names: readonly string[]
}

/** `stowage hosts`: lines for `/etc/hosts` by which vendors' clients find this server. */
export function hostsCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('hosts')
    .description("print lines for /etc/hosts with the names by which the vendors' clients call")
    .option('--address <ip>', 'where the names shall lead', '127.0.0.1')
    .option('--json', 'print JSON')
  return withConfigOptions(command, dialects).action(async () => {
    const { address, json = false } = command.opts<{ address: string; json?: boolean }>()
    if (isIP(address) === 0) {
      throw new ConfigError(`--address: is ${shown(address)}; accepted: an IPv4 or IPv6 address`)
    }
    const config = configOf(command, dialects)
    const accounts = await accountsOf(config, dialects)
    const hosts = dialects
      .filter((dialect) => isConfigured(dialect, accounts))
      .map((dialect) => hostsOf(dialect, accounts ?? []))
      .filter(({ names }) => names.length > 0)
    console.log(json ? JSON.stringify({ address, hosts }) : linesOf(address, hosts).join('\n'))
  })
}

const linesOf = (address: string, hosts: readonly HostsOf[]): readonly string[] => [
  '# Clients that cannot be told a port need: listen on port 80, tls.listen on port 443.',
  ...hosts.flatMap(({ dialect, names }) => [`# ${dialect}`, ...names.map((name) => `${address} ${name}`)]),
]

function hostsOf(dialect: Dialect, accounts: readonly Account[]): HostsOf {
  const regions = accounts.flatMap((account) => dialect.regionsOf?.(account) ?? [])
  return { dialect: dialect.name, names: concreteNames(dialect.hosts, regions.filter(isLabel)) }
}

/** A project may be called anything. */
const isLabel = (region: string): boolean => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(region)

/** Null: those of a server that makes its demo account. */
async function accountsOf(config: Config, dialects: readonly Dialect[]): Promise<readonly Account[] | null> {
  const { metadata, dataDir } = config.server
  if (metadata === 'sqlite' && !existsSync(join(dataDir, DATABASE_NAME))) return config.accounts
  const log = createLogger(config.server.logLevel, 'stderr')
  const engine = await openEngine(withoutNewDemo(config), { log, dialects, databaseThreads: false })
  try {
    return engine.accounts.all
  } finally {
    await engine.close()
  }
}

/** Whether some account can call it. Where it has no credentials of its own, all can. */
function isConfigured({ credentials }: Dialect, accounts: readonly Account[] | null): boolean {
  if (accounts === null) return true
  return credentials.length === 0
    ? accounts.length > 0
    : accounts.some((account) => credentials.some(({ name }) => (account.credentials[name] ?? []).length > 0))
}
