import { Command } from 'commander'
import type { Dialect } from '../dialects/dialect.ts'
import { createLogger, exitFlushed, exitNow, type Logger } from '../log.ts'
import { type RunningServer, startServer } from '../server.ts'
import { configOf, withConfigOptions } from './options.ts'
import { welcome } from './welcome.ts'

/** `stowage serve`: runs the server until SIGTERM or SIGINT, then drains it. */
export function serveCommand(dialects: readonly Dialect[]): Command {
  const command = new Command('serve').description('run the server')
  return withConfigOptions(command, dialects, 'all').action(async () => {
    const config = configOf(command, dialects)
    const log = createLogger(config.server.logLevel)
    const onFatal = async (reason: string): Promise<void> => {
      log.fatal(`${reason}; stopping, start the server again`)
      await exitFlushed(log, 1)
    }
    const server = await startServer(config, { log, dialects, onFatal })
    // Before it is told that the server is ready: who reads that may stop it at once.
    stopOnSignals(server, log, config.server.drainTimeoutS)
    const { publicUrl, port, tls, ownUrls } = server
    const { demo } = server.engine
    if (demo !== null) {
      const showsSecrets = process.stdout.isTTY === true
      const urls = { publicUrl, tlsUrl: tls?.url ?? null, ownUrls }
      console.log(welcome(urls, demo, dialects, { showsSecrets }))
    }
    const https = tls === null ? {} : { tlsUrl: tls.url }
    log.info(
      {
        publicUrl,
        port,
        ...Object.fromEntries([...ownUrls].map(([name, url]) => [`${name}Url`, url])),
        ...https,
        dataDir: config.server.dataDir,
      },
      'ready',
    )
  })
}

/** What comes after the drain (jobs that stop, stores that close) may take so long. */
const CLOSE_TIMEOUT_MS = 5_000

/** The first signal drains, and ends the process within a limit. A second one ends it at once. */
function stopOnSignals(server: RunningServer, log: Logger, drainTimeoutS: number): void {
  let stopping = false
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) exitNow(1)
    stopping = true
    setTimeout(() => exitNow(1), drainTimeoutS * 1000 + CLOSE_TIMEOUT_MS)
    log.info(`${signal}: draining; send it again to stop at once`)
    const finished = await server.stop()
    log.info(finished ? 'stopped' : 'stopped; requests that were still running were cut off')
    await exitFlushed(log, 0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
