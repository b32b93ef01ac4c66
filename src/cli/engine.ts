import type { Command } from 'commander'
import { createLogger } from '../log.ts'
import { type Engine, openEngine } from '../server.ts'
import { configOf, withConfigOptions } from './options.ts'

/** A command that works on the stores of the configuration, beside a running server or without one. */
export function withEngine(
  command: Command,
  act: (engine: Engine, ...args: unknown[]) => Promise<void>,
): Command {
  return withConfigOptions(command).action(async (...args: unknown[]) => {
    const config = configOf(command)
    const engine = await openEngine(config, { log: createLogger(config.server.logLevel) })
    try {
      await act(engine, ...args)
    } finally {
      await engine.close()
    }
  })
}
