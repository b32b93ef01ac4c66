import { Command } from 'commander'
import type { Dialect } from '../dialects/dialect.ts'
import { createLogger, flushed, type Logger } from '../log.ts'
import { type RunningServer, startServer } from '../server.ts'
import { configOf, withConfigOptions } from './options.ts'
import { welcome } from './welcome.ts'

/** `stowage serve`: runs the server until SIGTERM or SIGINT, then drains it. */
export function serveCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('serve').description('run the server')
  return withConfigOptions(command, dialects).action(async () => {
    const config = configOf(command, dialects)
    const log = createLogger(config.server.logLevel)
    const onFatal = async (reason: string): Promise<void> => {
      log.fatal(`${reason}; stopping, start the server again`)
      await flushed(log)
      process.exit(1)
    }
    const server = await startServer(config, { log, dialects, onFatal })
    const { publicUrl, port, tls } = server
    const { demo } = server.engine
    if (demo !== null) {
      const showsSecrets = process.stdout.isTTY === true
      const urls = { publicUrl, tlsUrl: tls?.url ?? null }
      console.log(welcome(urls, demo, dialects, { showsSecrets }))
    }
    const https = tls === null ? {} : { tlsUrl: tls.url }
    log.info({ publicUrl, port, ...https, dataDir: config.server.dataDir }, 'ready')
    stopOnSignals(server, log)
  })
}

/** The first signal drains. A second one ends the process at once. */
function stopOnSignals(server: RunningServer, log: Logger): void {
  let stopping = false
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) process.exit(1)
    stopping = true
    log.info(`${signal}: draining; send it again to stop at once`)
    const finished = await server.stop()
    log.info(finished ? 'stopped' : 'stopped; requests that were still running were cut off')
    await flushed(log)
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
