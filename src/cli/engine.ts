import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { hasDemoAccount } from '../config/demo.ts'
import type { Config } from '../config/load.ts'
import type { Account } from '../core/accounts.ts'
import type { Dialect } from '../dialects/dialect.ts'
import { createLogger } from '../log.ts'
import { type Engine, openEngine } from '../server.ts'
import { ConfigError, shown } from '../settings/error.ts'
import { DATABASE_NAME } from '../stores.ts'
import { configOf, withConfigOptions } from './options.ts'

/** A command that works on the stores of the configuration, beside a running server or without one. */
export function withEngine(
  command: Command,
  dialects: readonly Dialect[],
  act: (engine: Engine, ...args: unknown[]) => Promise<void>,
): Command {
  return withConfigOptions(command, dialects).action(async (...args: unknown[]) => {
    const config = withoutNewDemo(configOf(command, dialects))
    requireData(config)
    // Standard output is what the command tells.
    const log = createLogger(config.server.logLevel, 'stderr')
    const engine = await openEngine(config, { log, dialects, databaseThreads: false })
    try {
      await act(engine, ...args)
    } finally {
      await engine.close()
    }
  })
}

/** The accounts whose resources a command looks at. Errors: ConfigError if there are none. */
export function accountsOf(engine: Engine): readonly Account[] {
  const { all } = engine.accounts
  if (all.length > 0) return all
  throw new ConfigError(
    'accounts: none are configured; accepted: the configuration that the server runs with',
  )
}

/** A command never makes a demo account. A server's content would not belong to it. */
export function withoutNewDemo(config: Config): Config {
  if (config.accounts !== null || hasDemoAccount(config.server.dataDir)) return config
  return { ...config, accounts: [] }
}

/** A command never makes a data folder. It would tell of an empty server. */
export function requireData({ server }: Config): void {
  if (server.metadata !== 'sqlite' || existsSync(join(server.dataDir, DATABASE_NAME))) return
  throw new ConfigError(
    `data_dir: ${shown(server.dataDir)} holds no data; accepted: the data folder of a server`,
  )
}
