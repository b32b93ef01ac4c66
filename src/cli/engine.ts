import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { ConfigError, shown } from '../config/error.ts'
import type { Config } from '../config/load.ts'
import { createLogger } from '../log.ts'
import { type Engine, openEngine } from '../server.ts'
import { DATABASE_NAME } from '../stores.ts'
import { configOf, withConfigOptions } from './options.ts'

/** A command that works on the stores of the configuration, beside a running server or without one. */
export function withEngine(
  command: Command,
  act: (engine: Engine, ...args: unknown[]) => Promise<void>,
): Command {
  return withConfigOptions(command).action(async (...args: unknown[]) => {
    const config = configOf(command)
    requireData(config)
    const engine = await openEngine(config, { log: createLogger(config.server.logLevel) })
    try {
      await act(engine, ...args)
    } finally {
      await engine.close()
    }
  })
}

/** An operator's command never makes a new data folder: it would answer for an empty server. */
export function requireData({ server }: Config): void {
  if (server.metadata !== 'sqlite' || existsSync(join(server.dataDir, DATABASE_NAME))) return
  throw new ConfigError(
    `data_dir: ${shown(server.dataDir)} holds no data; accepted: the data folder of a server`,
  )
}
