import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import { type Logger, pino } from 'pino'

export type { Logger } from 'pino'

/** Characters that may wait while nobody takes them; lines beyond that are dropped. */
const WAITING_MAX = 8 * 1024 * 1024

/** How long the last lines may take. */
const FLUSH_TIMEOUT_MS = 1000

const STREAMS = { stdout: 1, stderr: 2 } as const

/** The program's log on a standard stream: pretty on a terminal, JSON lines otherwise. */
export function createLogger(level: string, stream: keyof typeof STREAMS = 'stdout'): Logger {
  const dest = STREAMS[stream]
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: levelName },
  }
  if (!process[stream].isTTY) {
    return pino(options, pino.destination({ dest, sync: false, maxLength: WAITING_MAX }))
  }
  // Loaded only where it is used: a server whose log goes elsewhere starts faster without it.
  const pretty: typeof import('pino-pretty') = createRequire(import.meta.url)('pino-pretty')
  return pino(
    options,
    pretty({
      colorize: true,
      translateTime: 'SYS:HH:MM:ss.l',
      ignore: 'remote',
      singleLine: true,
      sync: true,
      destination: dest,
    }),
  )
}

/**
 * Ends the process once every line so far is written out. A reader of the log that takes nothing holds it up for a second, not for ever: the
 * lines that it did not take are lost.
 */
export async function exitFlushed(log: Logger, code: number): Promise<never> {
  const written = new Promise<void>((resolve) => log.flush(() => resolve()))
  await Promise.race([written, setTimeout(FLUSH_TIMEOUT_MS)])
  exitNow(code)
}

/** Ends the process whether or not anybody reads its log. */
export function exitNow(code: number): never {
  // The log's own listener would wait for its reader.
  process.removeAllListeners('exit')
  process.exit(code)
}

const levelName = (label: string) => ({ level: label })
